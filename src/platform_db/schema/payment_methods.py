"""The table of stored ways to pay: each belongs to its buyer and goes with them."""

from __future__ import annotations

from platform_db.domain.payment_methods import StoredPaymentMethod
from platform_db.domain.rules import Message
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["payment_methods"]

payment_methods = table(
    StoredPaymentMethod,
    foreign_key("buyer_id", "users", on_delete="CASCADE"),
    unique(
        "gateway",
        "gateway_token_hash",
        message=Message("Bu ödeme yöntemi zaten kayıtlı", "This payment method is already stored"),
    ),
    index(
        "idx_payment_methods_buyer_id",
        "buyer_id",
        serves="The payment methods of a buyer, and the foreign key to users.",
    ),
    index(
        "puq_payment_methods_buyer_id",
        "buyer_id",
        unique=True,
        where="is_default",
        serves="The default payment method of a buyer; one at most.",
        message=Message(
            "Alıcının varsayılan bir ödeme yöntemi zaten var", "The buyer already has a default payment method"
        ),
    ),
    owner="buyer_id",
    personal=frozenset(
        {
            "card_holder_name",
            "card_last_four",
            "card_exp_month",
            "card_exp_year",
            "bank_name",
            "gateway_customer_id",
            "gateway_token_hash",
            "gateway_token_encrypted",
            "holder_identity_encrypted",
        }
    ),
    grants={
        Role.APP: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

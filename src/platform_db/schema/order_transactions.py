"""The table of order transactions: buyer and currency are the order's."""

from __future__ import annotations

from platform_db.domain.order_transactions import OPEN_STATUSES, OrderTransaction, OrderTransactionStatus
from platform_db.domain.order_transactions.inputs import STARTED
from platform_db.domain.rules import Message, one_of
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["order_transactions"]

_ANALYSED = (
    "id",
    "order_id",
    "buyer_id",
    "amount_cents",
    "currency",
    "status",
    "method",
    "gateway",
    "failure_code",
    "paid_cents",
    "refunded_cents",
    "processed_at",
    "confirmed_at",
    "created_at",
    "updated_at",
)

order_transactions = table(
    OrderTransaction,
    foreign_key(("order_id", "buyer_id", "currency"), "orders(id, buyer_id, currency)", on_delete="CASCADE"),
    foreign_key("payment_method_id", "payment_methods", on_delete="SET NULL"),
    unique(
        "gateway",
        "gateway_transaction_id",
        message=Message("Sağlayıcının bu işlemi zaten kayıtlı", "This transaction of the gateway is already recorded"),
    ),
    unique(
        "id",
        "buyer_id",
        "currency",
        message=Message(
            "Sipariş işlemi bu alıcıda zaten kayıtlı", "The order transaction is already recorded for this buyer"
        ),
    ),
    unique(
        "transaction_reference",
        message=Message("Bu referansla bir işlem var", "There is a transaction with this reference"),
    ),
    index(
        "idx_order_transactions_order_id",
        "order_id",
        serves="The transactions of an order, and the foreign key to orders.",
    ),
    index(
        "idx_order_transactions_payment_method_id",
        "payment_method_id",
        where="payment_method_id IS NOT NULL",
        serves="Deleting a payment method, which clears it here.",
    ),
    index(
        "idx_order_transactions_status_created",
        "status",
        "created_at",
        where=f"status IN {one_of(OPEN_STATUSES)}",
        serves="Open transactions, oldest first.",
    ),
    owner="buyer_id",
    # A buyer gives up what the gateway has not begun, and changes nothing else.
    changes_while=f"status = '{OrderTransactionStatus.PENDING}'",
    check_on_write=f"status IN {one_of((OrderTransactionStatus.PENDING, OrderTransactionStatus.CANCELLED))}",
    # A gateway answers in its own words and in those of the payer, whom it names.
    personal=frozenset({"gateway_reference", "gateway_response", "failure_reason"}),
    recorded=True,
    grants={
        Role.APP: {"SELECT": None, "INSERT": STARTED, "UPDATE": ("status",)},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.READONLY: {"SELECT": _ANALYSED},
        Role.AUDITOR: {"SELECT": None},
    },
)

"""The table of payments: user and currency are those of what is paid, by the foreign keys."""

from __future__ import annotations

from platform_db.domain.payments import Payment, PaymentStatus
from platform_db.domain.payments.states import OPEN_STATUSES
from platform_db.domain.rules import Message, one_of
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["payments"]

_ANALYSED = (
    "id",
    "user_id",
    "amount_cents",
    "amount_try_cents",
    "invoice_id",
    "order_transaction_id",
    "refunds_payment_id",
    "kind",
    "status",
    "currency",
    "provider",
    "method",
    "refunded_cents",
    "fee_cents",
    "exchange_rate",
    "exchange_rate_date",
    "exchange_rate_source",
    "failure_code",
    "paid_at",
    "created_at",
    "updated_at",
)

payments = table(
    Payment,
    foreign_key("user_id", "users"),
    foreign_key(("invoice_id", "user_id", "currency"), "invoices(id, user_id, currency)"),
    foreign_key(("order_transaction_id", "user_id", "currency"), "order_transactions(id, buyer_id, currency)"),
    foreign_key(("refunds_payment_id", "user_id", "currency"), "payments(id, user_id, currency)"),
    unique(
        "id",
        "user_id",
        "currency",
        message=Message("Ödeme bu kullanıcıda zaten kayıtlı", "The payment is already recorded for this user"),
    ),
    unique(
        "provider",
        "provider_payment_id",
        message=Message("Sağlayıcının bu ödemesi zaten kayıtlı", "This payment of the provider is already recorded"),
    ),
    unique(
        "provider",
        "provider_ref",
        message=Message(
            "Sağlayıcının bu referansıyla bir ödeme kayıtlı",
            "A payment with this reference of the provider is already recorded",
        ),
    ),
    index("gin_payments_meta", "meta", using="gin", serves="Payments whose meta contains a given object: meta @> …."),
    index(
        "idx_payments_invoice_id",
        "invoice_id",
        where="invoice_id IS NOT NULL",
        serves="The payments of an invoice and their sums, and the foreign key to invoices.",
    ),
    index(
        "idx_payments_order_transaction_id",
        "order_transaction_id",
        where="order_transaction_id IS NOT NULL",
        serves="The payments of an order transaction and their sums, and the foreign key to order_transactions.",
    ),
    index(
        "idx_payments_paid_at",
        "paid_at",
        where="paid_at IS NOT NULL",
        serves="Money that moved in a period.",
    ),
    index(
        "idx_payments_refunds_payment_id",
        "refunds_payment_id",
        where="refunds_payment_id IS NOT NULL",
        serves="The refunds of a charge and their sum, and the foreign key to payments.",
    ),
    index(
        "idx_payments_status_created",
        "status",
        "created_at",
        where=f"status IN {one_of(OPEN_STATUSES)}",
        serves="Open payments, oldest first.",
    ),
    index(
        "idx_payments_user_created",
        "user_id",
        "created_at DESC",
        "id DESC",
        serves="A page of a user's payments, newest first, and the foreign key to users.",
    ),
    index(
        "idx_payments_user_currency_status",
        "user_id",
        "currency",
        "status",
        "paid_at",
        serves="What a user paid in a currency and period, by status.",
    ),
    owner="user_id",
    check_on_write=f"status = '{PaymentStatus.PENDING}'",
    never_emptied=True,
    # Reasons are free text; what a provider adds to a payment names the payer.
    personal=frozenset({"failure_reason", "refund_reason", "meta"}),
    recorded=True,
    grants={
        Role.APP: {"SELECT": None, "INSERT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.READONLY: {"SELECT": _ANALYSED},
        Role.AUDITOR: {"SELECT": None},
    },
)

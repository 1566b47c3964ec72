"""The table of what payment providers told us; the worker's only."""

from __future__ import annotations

from platform_db.domain.payments import PaymentWebhookEvent
from platform_db.domain.payments.webhook_events import OPEN_STATUSES
from platform_db.domain.rules import Message, one_of
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["payment_webhook_events"]

payment_webhook_events = table(
    PaymentWebhookEvent,
    foreign_key("payment_id", "payments"),
    unique(
        "provider",
        "event_id",
        message=Message("Sağlayıcının bu olayı zaten kayıtlı", "This event of the provider is already recorded"),
    ),
    index(
        "idx_payment_webhook_events_open",
        "created_at",
        where=f"status IN {one_of(OPEN_STATUSES)}",
        serves="Events that are still to be applied, oldest first.",
    ),
    index(
        "idx_payment_webhook_events_payment_id",
        "payment_id",
        where="payment_id IS NOT NULL",
        serves="What the provider told of a payment, and the foreign key to payments.",
    ),
    index(
        "idx_payment_webhook_events_processed_at",
        "processed_at",
        where="processed_at IS NOT NULL",
        serves="Events that were applied or ignored more than two years ago, which are deleted.",
    ),
    personal=frozenset({"payload", "last_error"}),
    grants={
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

"""Payments: money that came or went back, and what may become of it."""

from __future__ import annotations

from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.rules import PAYMENT_TERMS
from platform_db.domain.payments.states import PAYMENT_TRANSITIONS, PaymentKind, PaymentStatus, may_become
from platform_db.domain.payments.webhook_events import PaymentWebhookEvent, WebhookEventStatus

__all__ = [
    "PAYMENT_TERMS",
    "PAYMENT_TRANSITIONS",
    "Payment",
    "PaymentKind",
    "PaymentStatus",
    "PaymentWebhookEvent",
    "WebhookEventStatus",
    "may_become",
]

"""What payment providers told us: received once, applied once, kept two years.

For background work (platform_worker) only.
"""

from __future__ import annotations

from platform_db.repositories.payment_webhook_events.repository import PaymentWebhookEventRepository
from platform_db.repositories.payment_webhook_events.statements import WebhookEventFilter

__all__ = ["PaymentWebhookEventRepository", "WebhookEventFilter"]

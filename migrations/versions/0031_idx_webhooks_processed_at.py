"""An index for the webhook events whose two years are over."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Comment, CreateIndex

revision = "0031_idx_webhooks_processed_at"
down_revision = "0030_idx_sessions_expires_at"

steps = (
    CreateIndex(
        "idx_payment_webhook_events_processed_at",
        "payment_webhook_events",
        ("processed_at",),
        where="processed_at IS NOT NULL",
    ),
    Comment.on_index(
        "payment_webhook_events",
        "idx_payment_webhook_events_processed_at",
        "Events that were applied or ignored more than two years ago, which are deleted.",
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

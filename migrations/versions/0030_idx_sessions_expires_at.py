"""An index for the sessions whose 90 days are over, revoked or not."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Comment, CreateIndex

revision = "0030_idx_sessions_expires_at"
down_revision = "0029_returns_orders_and_seats"

steps = (
    CreateIndex("idx_sessions_expires_at", "sessions", ("expires_at",)),
    Comment.on_index(
        "sessions",
        "idx_sessions_expires_at",
        "Sessions that ended more than 90 days ago, which are deleted.",
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""An index for the models that were deleted and are to be removed."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Comment, CreateIndex

revision = "0032_idx_models_deleted_at"
down_revision = "0031_idx_webhooks_processed_at"

steps = (
    CreateIndex("idx_models_deleted_at", "models", ("deleted_at",), where="deleted_at IS NOT NULL"),
    Comment.on_index(
        "models",
        "idx_models_deleted_at",
        "Models that were deleted more than 30 days ago, longest ago first: what is removed with its file.",
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""An index less on licences: the one on user, status and end begins with the user."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Comment, CreateIndex, Drop

revision = "0020_drop_idx_licenses_user_id"
down_revision = "0019_drop_idx_users_role"

steps = (
    # The way down makes the index first, then says what it was for.
    Comment.on_index(
        "licenses", "idx_licenses_user_id", None, former="The licences of a user, and the foreign key to users."
    ),
    Drop(CreateIndex("idx_licenses_user_id", "licenses", ("user_id",))),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""An index less on users: the one on role and status begins with the role."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Comment, CreateIndex, Drop

revision = "0019_drop_idx_users_role"
down_revision = "0018_count_license_seats"

steps = (
    # The way down makes the index first, then says what it was for.
    Comment.on_index("users", "idx_users_role", None, former="Users of a role."),
    Drop(CreateIndex("idx_users_role", "users", ("role",))),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""What may become of accounts, sessions and licences: triggers that refuse a change."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0024_what_accounts_may_become"
down_revision = "0023_what_users_write"

steps = (
    Script(
        __file__,
        taken=(
            Lock(LockMode.ACCESS_EXCLUSIVE, "licenses"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "notifications"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "security_events"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "sessions"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "users"),
        ),
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""Sessions, and what happened to accounts."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0010_sessions"
down_revision = "0009_row_security_and_grants"
steps = (Script(__file__, taken=(Lock(LockMode.SHARE_ROW_EXCLUSIVE, "users"),)),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

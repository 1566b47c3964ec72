"""Notifications, synchronisation, the outbox and answers to keyed requests."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0014_platform"
down_revision = "0013_engineering"
steps = (Script(__file__, taken=(Lock(LockMode.SHARE_ROW_EXCLUSIVE, "users"),)),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

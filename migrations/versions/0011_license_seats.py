"""Seats by holder, counted by the database."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0011_license_seats"
down_revision = "0010_sessions"
steps = (Script(__file__, taken=(Lock(LockMode.SHARE_ROW_EXCLUSIVE, "licenses"),)),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

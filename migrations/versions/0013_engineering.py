"""Machines, materials and tools; models, jobs, their runs and files."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0013_engineering"
down_revision = "0012_payment_events_and_rates"
steps = (Script(__file__, taken=(Lock(LockMode.SHARE_ROW_EXCLUSIVE, "users"),)),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""Settings, migration history, backfills, baselines and refused writes."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0016_operations"
down_revision = "0015_audit_checkpoints"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

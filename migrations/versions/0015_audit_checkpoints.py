"""Signed roots over the audit chains."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0015_audit_checkpoints"
down_revision = "0014_platform"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

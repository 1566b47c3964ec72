"""The functions and triggers that keep what a CHECK cannot."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0008_guards"
down_revision = "0007_audit_log"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

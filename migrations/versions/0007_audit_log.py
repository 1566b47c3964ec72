"""The audit chains, their heads, and the row changes by month."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0007_audit_log"
down_revision = "0006_law_data"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

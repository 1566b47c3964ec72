"""Who sees which rows, and who may do what."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0009_row_security_and_grants"
down_revision = "0008_guards"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""What analysts read in lira, and the summary of the system."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0017_views_and_summary"
down_revision = "0016_operations"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

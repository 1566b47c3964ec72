"""Products, orders, their items and transactions, and ways to pay."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0004_commerce"
down_revision = "0003_licensing"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

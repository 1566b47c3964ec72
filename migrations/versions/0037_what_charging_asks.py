"""What GİB asks of an invoice for charging a vehicle (ENERJI) since 2026-07-01 is asked at issue."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0037_what_charging_asks"
down_revision = "0036_paid_at"

steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

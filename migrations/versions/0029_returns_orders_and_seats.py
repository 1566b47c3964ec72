"""Returns are at most what was sold, an order that holds money is not cancelled, a seat is of a running licence."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0029_returns_orders_and_seats"
down_revision = "0028_what_buyers_write"

steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

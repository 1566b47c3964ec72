"""Money moves on a day that has begun: a paid_at of tomorrow is refused."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0036_paid_at"
down_revision = "0035_ck_products_on_sale"

steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

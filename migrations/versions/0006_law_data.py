"""KDV rates, withholding and exemption codes, with the rows of this release."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0006_law_data"
down_revision = "0005_billing"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

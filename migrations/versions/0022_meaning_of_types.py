"""What every type means, for those who look at the catalog."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0022_meaning_of_types"
down_revision = "0021_what_indexes_serve"

steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

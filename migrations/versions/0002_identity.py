"""Users."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0002_identity"
down_revision = "0001_roles_and_types"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

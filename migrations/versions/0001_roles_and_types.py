"""The roles, and the enum types of every table."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0001_roles_and_types"
down_revision = None
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""Licences and their seats."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0003_licensing"
down_revision = "0002_identity"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

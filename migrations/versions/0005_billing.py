"""Invoices, their parts and series, and payments."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Script

revision = "0005_billing"
down_revision = "0004_commerce"
steps = (Script(__file__),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

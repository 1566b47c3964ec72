"""The columns that a user writes: neither keys nor stamps; and two columns less for analysts."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0023_what_users_write"
down_revision = "0022_meaning_of_types"

steps = (Script(__file__, taken=(Lock(LockMode.ACCESS_EXCLUSIVE, "invoices"),)),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

"""Events of payment providers, and published exchange rates."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0012_payment_events_and_rates"
down_revision = "0011_license_seats"
steps = (Script(__file__, taken=(Lock(LockMode.SHARE_ROW_EXCLUSIVE, "payments"),)),)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

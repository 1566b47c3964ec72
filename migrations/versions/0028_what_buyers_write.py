"""What buyers write of orders and transactions, and in which states."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0028_what_buyers_write"
down_revision = "0027_what_messages_may_become"

steps = (
    Script(
        __file__,
        taken=(Lock(LockMode.ACCESS_EXCLUSIVE, "orders"), Lock(LockMode.ACCESS_EXCLUSIVE, "order_transactions")),
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

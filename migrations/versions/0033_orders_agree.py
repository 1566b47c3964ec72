"""An order agrees with its attempts to collect, its tax and its invoice, whoever writes them."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0033_orders_agree"
down_revision = "0032_idx_models_deleted_at"

steps = (
    Script(
        __file__,
        taken=(
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "invoices"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "order_transactions"),
            Lock(LockMode.ACCESS_EXCLUSIVE, "orders"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "payments"),
        ),
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

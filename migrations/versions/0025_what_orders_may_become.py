"""What may become of products, orders and what pays for them."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0025_what_orders_may_become"
down_revision = "0024_what_accounts_may_become"

steps = (
    Script(
        __file__,
        taken=(
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "order_items"),
            Lock(LockMode.ACCESS_EXCLUSIVE, "order_transactions"),
            Lock(LockMode.ACCESS_EXCLUSIVE, "orders"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "payment_webhook_events"),
            Lock(LockMode.ACCESS_EXCLUSIVE, "payments"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "products"),
        ),
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

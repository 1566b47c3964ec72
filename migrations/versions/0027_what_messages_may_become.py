"""What may become of events, keys, ties and settings."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0027_what_messages_may_become"
down_revision = "0026_what_work_may_become"

steps = (
    Script(
        __file__,
        taken=(
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "enterprise_config"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "erp_mes_sync"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "idempotency_keys"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "outbox_events"),
        ),
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

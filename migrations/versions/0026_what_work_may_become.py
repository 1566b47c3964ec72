"""What may become of models, runs and files."""

from __future__ import annotations

from platform_db.migration.engine import for_alembic
from platform_db.migration.steps import Lock, LockMode, Script

revision = "0026_what_work_may_become"
down_revision = "0025_what_orders_may_become"

steps = (
    Script(
        __file__,
        taken=(
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "artefacts"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "cam_runs"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "models"),
            Lock(LockMode.SHARE_ROW_EXCLUSIVE, "sim_runs"),
        ),
    ),
)

upgrade, downgrade = for_alembic(revision, steps, __doc__)

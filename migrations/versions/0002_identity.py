"""Users."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0002_identity"
down_revision = "0001_roles_and_types"


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

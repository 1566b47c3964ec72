"""The roles, and the enum types of every table."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0001_roles_and_types"
down_revision = None


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

"""Who sees which rows, and who may do what."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0009_row_security_and_grants"
down_revision = "0008_guards"


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

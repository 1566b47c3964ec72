"""The audit chains, their heads, and the row changes by month."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0007_audit_log"
down_revision = "0006_law_data"


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

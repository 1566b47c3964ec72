"""The functions and triggers that keep what a CHECK cannot."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0008_guards"
down_revision = "0007_audit_log"


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

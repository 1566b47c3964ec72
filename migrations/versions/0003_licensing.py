"""Licences and their seats."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0003_licensing"
down_revision = "0002_identity"


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

"""Invoices, their parts and series, and payments."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0005_billing"
down_revision = "0004_commerce"


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

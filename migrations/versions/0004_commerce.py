"""Products, orders, their items and transactions, and ways to pay."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0004_commerce"
down_revision = "0003_licensing"


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

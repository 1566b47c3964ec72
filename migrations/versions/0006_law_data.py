"""KDV rates, withholding and exemption codes, with the rows of this release."""

from __future__ import annotations

from platform_db.migration.script import run_script

revision = "0006_law_data"
down_revision = "0005_billing"


def upgrade() -> None:
    """Make it."""
    run_script(__file__, "up")


def downgrade() -> None:
    """Unmake it, rows included."""
    run_script(__file__, "down")

"""The functions that guard accounts; ``routines/<name>.sql`` each."""

from __future__ import annotations

from typing import Final

__all__ = ["IDENTITY_ROUTINES"]

IDENTITY_ROUTINES: Final = ("guard_last_admin", "clear_verification")
"""In the order of creation; the tables come first."""

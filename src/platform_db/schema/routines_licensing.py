"""The functions that count the seats of a licence and guard the count; ``routines/<name>.sql`` each."""

from __future__ import annotations

from typing import Final

__all__ = ["LICENSING_ROUTINES"]

LICENSING_ROUTINES: Final = ("count_license_seats", "guard_license_seats")
"""In the order of creation; the tables come first."""

"""The scalar calculation's own formulas over whole columns, and sums that cannot go wrong.

The formulas hold only operators that NumPy gives the same meaning on ``int64``, so they are
not written again. None of them sees a figure above :data:`LARGEST`: no step can overflow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
import numpy.typing as npt

from platform_db.domain.invoices.calculation import arithmetic
from platform_db.domain.money import MAX_CENTS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "LARGEST",
    "MOST_LINES",
    "Flags",
    "Whole",
    "converted",
    "part",
    "percent_of",
    "rounded",
    "sums",
    "tax_inside",
]

Whole = npt.NDArray[np.int64]
"""Kuruş, or whole numbers of another unit that the name tells."""
Flags = npt.NDArray[np.bool_]

LARGEST: Final = MAX_CENTS // (4 * arithmetic.PERCENT_E4)
"""Kuruş (of 23 thousand million lira) up to which every formula fits 64 bits with room to spare."""
MOST_LINES: Final = 10**6
"""Lines of one invoice up to which sums of figures below twice :data:`LARGEST` fit 64 bits."""

rounded = cast("Callable[[Whole, Whole | int], Whole]", arithmetic.rounded)
part = cast("Callable[[Whole, Whole], Whole]", arithmetic.part)
percent_of = cast("Callable[[Whole, Whole], Whole]", arithmetic.percent_of)
tax_inside = cast("Callable[[Whole, Whole], Whole]", arithmetic.tax_inside)
converted = cast("Callable[[Whole, Whole], Whole]", arithmetic.converted)


def sums(values: Whole, starts: Whole) -> Whole:
    """The sum of each run of rows; ``starts`` are the runs' first rows, ascending from 0 on.

    Exact where each run's own sum fits 64 bits.
    """
    return np.add.reduceat(values, starts)

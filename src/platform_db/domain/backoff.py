"""How long to wait before something that failed is tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

__all__ = ["FIRST_DELAY", "LONGEST_DELAY", "Random", "full_jitter"]

Random = Callable[[], float]
"""A source of numbers from 0 (inclusive) to 1 (exclusive)."""

FIRST_DELAY: Final = timedelta(seconds=10)
"""The longest wait before the first retry."""

LONGEST_DELAY: Final = timedelta(hours=1)
"""The longest wait before any."""


def full_jitter(retries: int, random: Random) -> timedelta:
    """A wait between zero and a bound that doubles with each retry there has been, up to an hour.

    Spread over the whole span, so that those which failed together do not come back together.

    Examples
    --------
    >>> [full_jitter(retries, lambda: 0.5).total_seconds() for retries in (0, 1, 2, 100)]
    [5.0, 10.0, 20.0, 1800.0]
    """
    longest = min(FIRST_DELAY.total_seconds() * 2**retries, LONGEST_DELAY.total_seconds())
    return timedelta(seconds=random() * longest)

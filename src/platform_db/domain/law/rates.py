"""KDV rates by class and date (law 3065 art. 28).

A rate belongs to a product class *and* a day. Groups of products moved between classes for
a time; such a move changes no class's rate, so it has no row here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Final

from platform_db.domain.law import sources

__all__ = ["KDV_CODE", "KdvRate", "KdvRateClass", "in_force", "in_force_until", "rows"]

KDV_CODE: Final = "0015"
"""KDV among GİB's tax codes."""


class KdvRateClass(StrEnum):
    """The classes of decree 2007/13033: everything else, list I, list II."""

    GENERAL = "general"
    REDUCED_LIST_1 = "reduced_list_1"
    REDUCED_LIST_2 = "reduced_list_2"


@dataclass(frozen=True, slots=True)
class KdvRate:
    """A row of ``kdv_rates``: ``rate`` in percent, the days inclusive."""

    rate_class: KdvRateClass
    rate: Decimal
    valid_from: date
    valid_to: date | None
    legal_basis: str | None
    is_verified: bool


@cache
def rows() -> tuple[KdvRate, ...]:
    """Every rate of the three classes, by class and day."""
    entries = sources.kdv_rate_entries()
    return tuple(
        KdvRate(
            rate_class=rate_class,
            rate=Decimal(entry["rate"]),
            valid_from=sources.opening_day(entry["from"]),
            valid_to=sources.closing_day(entry["to"]),
            legal_basis=entry.get("legal_basis"),
            is_verified=entry["verified"],
        )
        for rate_class in KdvRateClass
        for entry in entries[rate_class]
    )


def in_force(day: date) -> tuple[KdvRate, ...]:
    """The rates in force on ``day``, one of each class.

    >>> from datetime import date
    >>> [str(row.rate) for row in in_force(date(2023, 7, 9))]
    ['18', '1', '8']
    >>> [str(row.rate) for row in in_force(date(2023, 7, 10))]
    ['20', '1', '10']
    """
    return tuple(row for row in in_force_until(day) if row.valid_to is None or day <= row.valid_to)


def in_force_until(day: date) -> tuple[KdvRate, ...]:
    """The rates in force on ``day`` or earlier: a return carries the rate of the sale it returns."""
    return tuple(row for row in rows() if row.valid_from <= day)

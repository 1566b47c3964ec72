"""KDV withholding (tevkifat): codes, their ratio by date, and the limit of partial withholding.

The ratio is applied to the computed KDV, never to the base. Who must withhold differs per
code and is not judged here. Source: KDV General Application Communiqué (KDVGUT) I/C-2.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache

from platform_db.domain.law import sources

__all__ = [
    "WithholdingCode",
    "WithholdingKind",
    "WithholdingLimit",
    "in_force",
    "limit",
    "limits",
    "name",
    "percent",
    "rows",
]


class WithholdingKind(StrEnum):
    """Partial (kısmi, 6xx) has a limit; full (tam, 8xx) has none."""

    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class WithholdingCode:
    """A row of ``withholding_codes``: ``percent`` of the KDV in one period, days inclusive."""

    code: str
    name: str
    kind: WithholdingKind
    percent: int
    valid_from: date
    valid_to: date | None
    is_verified: bool


@dataclass(frozen=True, slots=True)
class WithholdingLimit:
    """The KDV-inclusive sum, in kuruş, that a transaction must exceed in this period."""

    limit_cents: int
    valid_from: date
    valid_to: date | None
    is_verified: bool


@cache
def rows() -> tuple[WithholdingCode, ...]:
    """Every code and period, by code and day. A withdrawal closes the last period."""
    return tuple(row for entry in sources.withholding_entries() for row in _periods(entry))


def _periods(entry: sources.WithholdingEntry) -> Iterator[WithholdingCode]:
    withdrawn = entry.get("withdrawn")
    last_day = None if withdrawn is None else date.fromisoformat(withdrawn["effective_from"]) - timedelta(days=1)
    for ratio in entry["ratios"]:
        yield WithholdingCode(
            code=entry["code"],
            name=entry["name"],
            kind=WithholdingKind(entry["kind"]),
            percent=ratio["numerator"] * 10,
            valid_from=sources.opening_day(ratio["from"]),
            valid_to=sources.closing_day(ratio["to"]) or last_day,
            is_verified=ratio["verified"],
        )


@lru_cache(maxsize=4096)
def in_force(code: str, day: date) -> WithholdingCode | None:
    """The code's row on ``day``; None when the code is unknown or not in force."""
    return next((row for row in rows() if row.code == code and _covers(row, day)), None)


def percent(code: str, day: date) -> int | None:
    """The percent of the KDV that the code withholds on ``day``; None when not in force.

    >>> from datetime import date
    >>> percent("627", date(2022, 10, 31)), percent("627", date(2022, 11, 1)), percent("627", date(2022, 4, 30))
    (40, 50, None)
    """
    row = in_force(code, day)
    return None if row is None else row.percent


def name(code: str) -> str | None:
    """What the code is for, in Turkish, whether it is in force or not; None when there is no such code.

    >>> name("604")
    'Yemek Servis Hizmeti'
    """
    return next((row.name for row in rows() if row.code == code), None)


@cache
def limits() -> tuple[WithholdingLimit, ...]:
    """Every limit of partial withholding, by day (KDVGUT I/C-2.1.3.4.1)."""
    return tuple(
        WithholdingLimit(
            limit_cents=int(entry["limit"]) * 100,
            valid_from=sources.opening_day(entry["from"]),
            valid_to=sources.closing_day(entry["to"]),
            is_verified=entry["verified"],
        )
        for entry in sources.withholding_limit_entries()
    )


@lru_cache(maxsize=4096)
def limit(day: date) -> WithholdingLimit | None:
    """The limit on ``day``; None where this release knows none."""
    return next((entry for entry in limits() if _covers(entry, day)), None)


def _covers(period: WithholdingCode | WithholdingLimit, day: date) -> bool:
    return period.valid_from <= day and (period.valid_to is None or day <= period.valid_to)

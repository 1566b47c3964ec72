"""How long a licence runs: calendar months of Istanbul."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from typing import Final

from platform_db.domain.instants import ISTANBUL
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["LONGEST_TERM", "end_of_next_period", "months_later"]

LONGEST_TERM: Final = 120
"""The most months by which a licence is extended at once."""

_YEAR: Final = 12
_MONTHS_RANGE: Final = Violation(
    rule="months_range",
    fields=("months",),
    message=Message(
        f"Süre 1 ile {LONGEST_TERM} ay arasında bir tam sayıdır",
        f"A term is a whole number of 1 to {LONGEST_TERM} months",
    ),
)


def months_later(instant: datetime, months: int) -> datetime:
    """The same day of the month and time of day in Istanbul, so many months later (UTC).

    A day that the month does not have becomes its last day. Each step counts from ``instant``
    alone: twice one month from 31 January is 28 March, two months are 31 March.

    Raises
    ------
    RuleViolation
        ``months_range``: not a whole number of 1 to 120 months.

    Examples
    --------
    >>> months_later(datetime(2026, 1, 31, 9, tzinfo=ISTANBUL), 1).astimezone(ISTANBUL).isoformat()
    '2026-02-28T09:00:00+03:00'
    >>> months_later(datetime(2026, 12, 31, 21, tzinfo=UTC), 12).isoformat()
    '2027-12-31T21:00:00+00:00'
    """
    if type(months) is not int or not 1 <= months <= LONGEST_TERM:
        raise RuleViolation(_MONTHS_RANGE)
    return _later(instant, months)


def end_of_next_period(starts_at: datetime, ends_at: datetime) -> datetime:
    """Where a period ends that follows this one and is as long as it.

    A period of whole months in Istanbul is followed by as many months; any other by the
    same time.

    Examples
    --------
    >>> end_of_next_period(datetime(2026, 1, 1, tzinfo=ISTANBUL), datetime(2026, 3, 1, tzinfo=ISTANBUL)).isoformat()
    '2026-04-30T21:00:00+00:00'
    >>> end_of_next_period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 15, tzinfo=UTC)).isoformat()
    '2026-01-29T00:00:00+00:00'
    """
    months = _month(ends_at) - _month(starts_at)
    if months and _later(starts_at, months) == ends_at:
        return _later(ends_at, months)
    return ends_at.astimezone(UTC) + (ends_at - starts_at)


def _later(instant: datetime, months: int) -> datetime:
    local = instant.astimezone(ISTANBUL)
    year, month = divmod(_month(instant) + months, _YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last), fold=0).astimezone(UTC)


def _month(instant: datetime) -> int:
    """The month in Istanbul's calendar, counted from the year 0."""
    local = instant.astimezone(ISTANBUL)
    return local.year * _YEAR + local.month - 1

"""Points in time are UTC; legal days are Istanbul's.

An issue date, a due date or a KDV period is a day of the Turkish calendar, decided here
and stored as a ``date``: never derived from a session's or a process's time zone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from platform_db.domain.refusals import Refused
from platform_db.errors import Message

__all__ = [
    "EARLIEST_DAY",
    "EARLIEST_INSTANT",
    "EARLIEST_LAW_DAY",
    "ISTANBUL",
    "LATEST_DAY",
    "LATEST_INSTANT",
    "Clock",
    "InstantError",
    "istanbul_day",
    "known_zone",
    "now",
    "today",
    "utc",
]

ISTANBUL: Final = ZoneInfo("Europe/Istanbul")
"""The zone of every legal day: UTC+3 all year since 2016, with summer time before."""

EARLIEST_INSTANT: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The first instant that is stored (inclusive)."""

LATEST_INSTANT: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""The end of the stored instants (exclusive)."""

EARLIEST_DAY: Final = date(2005, 1, 1)
"""The first legal day (inclusive): the day of the new lira (Law 5083)."""

LATEST_DAY: Final = date(2099, 12, 31)
"""The last legal day (inclusive)."""

EARLIEST_LAW_DAY: Final = date(1985, 1, 1)
"""The first day of law data (inclusive): the day KDV came into force (Law 3065)."""

Clock = Callable[[], datetime]
"""Tells the present instant, aware. :func:`now` in production, a fixed one in tests."""

_NAIVE: Final = ("instant_aware", Message("Saat dilimi belirtilmelidir", "The instant must carry its UTC offset"))
_UNKNOWN_ZONE: Final = ("zone_known", Message("Böyle bir saat dilimi yok", "There is no such time zone"))
_BEYOND: Final = ("instant_range", Message("An, takvimin dışında kalıyor", "The instant lies outside the calendar"))


class InstantError(Refused):
    """An instant that cannot be placed; ``rule`` is ``instant_aware``, ``instant_range`` or ``zone_known``."""


def now() -> datetime:
    """Tell the present instant, in UTC."""
    return datetime.now(UTC)


def utc(instant: datetime) -> datetime:
    """Write the same instant in UTC.

    Raises
    ------
    InstantError
        ``instant`` is naive, or its UTC form leaves the years 1 to 9999.

    Examples
    --------
    >>> utc(datetime(2026, 7, 1, 2, 30, tzinfo=ISTANBUL)).isoformat()
    '2026-06-30T23:30:00+00:00'
    """
    if instant.utcoffset() is None:
        raise InstantError(*_NAIVE)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise InstantError(*_BEYOND) from None


def istanbul_day(instant: datetime) -> date:
    """Tell the calendar day in Istanbul on which ``instant`` falls.

    Near the bounds of stored instants it may be a day that :data:`LATEST_DAY` excludes;
    the field that stores the day refuses it.

    Raises
    ------
    InstantError
        ``instant`` is naive, or Istanbul's day leaves the years 1 to 9999.

    Examples
    --------
    >>> istanbul_day(datetime(2026, 12, 31, 21, 0, tzinfo=UTC))
    datetime.date(2027, 1, 1)
    """
    known = utc(instant)
    try:
        return known.astimezone(ISTANBUL).date()
    except OverflowError:
        raise InstantError(*_BEYOND) from None


def today(clock: Clock = now) -> date:
    """Tell the present day in Istanbul, by ``clock``.

    Examples
    --------
    >>> today(lambda: datetime(2026, 3, 1, 20, 59, 59, tzinfo=UTC))
    datetime.date(2026, 3, 1)
    """
    return istanbul_day(clock())


def known_zone(name: str) -> str:
    """The name, if it is one of the IANA time zones, written as they are.

    >>> known_zone("Europe/Istanbul")
    'Europe/Istanbul'

    Raises
    ------
    InstantError
        ``zone_known``: there is none of this name.
    """
    if name not in available_timezones():
        raise InstantError(*_UNKNOWN_ZONE)
    return name

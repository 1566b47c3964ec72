"""Instants are UTC, legal days are Istanbul's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_db.domain import instants
from platform_db.domain.instants import InstantError, known_zone
from platform_db.domain.users import NewUser
from platform_db.errors import RuleViolation

STORED = st.datetimes(
    instants.EARLIEST_INSTANT.replace(tzinfo=None),
    instants.LATEST_INSTANT.replace(tzinfo=None) - timedelta(microseconds=1),
    timezones=st.just(UTC),
)


def test_the_bounds_are_those_of_the_schema() -> None:
    assert instants.EARLIEST_INSTANT.timestamp() == 946684800
    assert instants.LATEST_INSTANT.timestamp() == 4102444800
    assert date(2005, 1, 1) == instants.EARLIEST_DAY
    assert date(2099, 12, 31) == instants.LATEST_DAY
    assert date(1985, 1, 1) == instants.EARLIEST_LAW_DAY


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # UTC+3 all year since 2016
        (datetime(2026, 1, 31, 20, 59, 59, 999999, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 21, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 7, 31, 21, 0, tzinfo=UTC), date(2026, 8, 1)),
        # UTC+2 in winter before
        (datetime(2015, 1, 31, 21, 59, 59, tzinfo=UTC), date(2015, 1, 31)),
        (datetime(2015, 1, 31, 22, 0, tzinfo=UTC), date(2015, 2, 1)),
        # The same instant from other offsets
        (datetime(2026, 1, 31, 16, 0, tzinfo=timezone(timedelta(hours=-5))), date(2026, 2, 1)),
        (datetime(2026, 2, 1, 6, 0, tzinfo=timezone(timedelta(hours=9))), date(2026, 2, 1)),
    ],
)
def test_the_day_turns_at_midnight_in_istanbul(instant: datetime, day: date) -> None:
    assert instants.istanbul_day(instant) == day
    assert instants.today(lambda: instant) == day


@settings(deadline=None)
@given(instant=STORED, minutes=st.integers(-14 * 60, 14 * 60))
def test_the_day_does_not_depend_on_the_offset_it_is_written_in(instant: datetime, minutes: int) -> None:
    elsewhere = instant.astimezone(timezone(timedelta(minutes=minutes)))
    assert instants.istanbul_day(elsewhere) == instants.istanbul_day(instant)
    assert instants.utc(elsewhere) == instant
    assert instants.utc(elsewhere).tzinfo is UTC


class NoOffset(tzinfo):
    """A zone that does not know its offset: Python calls such a time naive."""

    def utcoffset(self, dt: datetime | None, /) -> None:  # noqa: ARG002 - the protocol's argument
        return None

    def tzname(self, dt: datetime | None, /) -> str:  # noqa: ARG002 - the protocol's argument
        return "?"

    def dst(self, dt: datetime | None, /) -> None:  # noqa: ARG002 - the protocol's argument
        return None


@pytest.mark.parametrize("naive", [datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=NoOffset())])  # noqa: DTZ001
def test_a_naive_time_is_refused(naive: datetime) -> None:
    for read in (instants.utc, instants.istanbul_day):
        with pytest.raises(InstantError) as refused:
            read(naive)
        assert refused.value.rule == "instant_aware"
    with pytest.raises(InstantError):
        instants.today(lambda: naive)


def test_an_instant_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(InstantError) as early:
        instants.utc(datetime.min.replace(tzinfo=instants.ISTANBUL))
    with pytest.raises(InstantError) as late:
        instants.istanbul_day(datetime.max.replace(tzinfo=UTC))
    assert (early.value.rule, late.value.rule) == ("instant_range", "instant_range")


def test_the_clock_of_production_is_aware_and_now() -> None:
    before = datetime.now(UTC)
    present = instants.now()
    assert present.tzinfo is UTC
    assert before <= present <= datetime.now(UTC)
    assert instants.today() in {instants.istanbul_day(before), instants.istanbul_day(datetime.now(UTC))}


@pytest.mark.parametrize("name", ["Europe/Istanbul", "UTC", "America/Argentina/Buenos_Aires"])
def test_a_known_zone_is_kept(name: str) -> None:
    assert known_zone(name) == name


@pytest.mark.parametrize(
    "name", ["Europe/İstanbul", "europe/istanbul", "Istanbul ", "", "..", "/etc/passwd", "+03:00", "posixrules", "\x00"]
)
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(InstantError) as refused:
        known_zone(name)
    assert refused.value.rule == "zone_known"


def test_a_user_cannot_be_registered_in_an_unknown_zone() -> None:
    with pytest.raises(RuleViolation) as refused:
        NewUser.parse({"email": "ayse@ornek-imalat.com.tr", "timezone": "Avrupa/İstanbul"})
    assert [(each.rule, each.fields) for each in refused.value.violations] == [("zone_known", ("timezone",))]

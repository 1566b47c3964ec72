"""What may become of a licence, decided before any statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.instants import ISTANBUL
from platform_db.domain.licenses import License, LicenseStatus, LicenseType, NewLicense, months_later, operations
from platform_db.domain.licenses.terms import end_of_next_period
from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 1, 1, tzinfo=ISTANBUL)
END = datetime(2027, 1, 1, tzinfo=ISTANBUL)
GIVEN: dict[str, Any] = {"user_id": 3, "type": "professional", "seats": 5, "starts_at": START, "ends_at": END}

TRANSITION = "ck_licenses_transition_allowed"
ENDED = "ck_licenses_ended_is_final"
FIXED = "ck_licenses_user_and_type_are_fixed"

OVER: dict[str, dict[str, Any]] = {
    "expired": {"status": LicenseStatus.EXPIRED},
    "cancelled": {"status": LicenseStatus.CANCELLED, "cancelled_at": START, "cancellation_reason": "Vazgeçti"},
}


def stored(**changes: Any) -> License:  # noqa: ANN401 - columns
    row = {"id": 7, "created_at": START, "updated_at": START, "type": LicenseType.PROFESSIONAL}
    return License.parse({**GIVEN, **row, "seats_used": 2, **changes})


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(RuleViolation) as refusal:
        act()
    return [violation.rule for violation in refusal.value.violations]


# -- what is assigned --------------------------------------------------------------------


def test_a_new_licence_has_one_seat_and_ends_at_its_end() -> None:
    given = {name: value for name, value in GIVEN.items() if name != "seats"}
    assert NewLicense.parse(given).columns == {
        "user_id": 3,
        "type": LicenseType.PROFESSIONAL,
        "seats": 1,
        "features": {},
        "starts_at": START,
        "ends_at": END,
        "auto_renew": False,
    }


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"seats": 0}, ["ck_licenses_seats_positive"]),
        ({"ends_at": START}, ["ck_licenses_valid_period"]),
        (
            {"seats": -1, "ends_at": datetime(2100, 1, 1, tzinfo=UTC)},
            ["ck_licenses_seats_positive", "ck_licenses_ends_at_finite"],
        ),
        ({"user_id": 2**63}, ["licenses_user_id_type"]),
        ({"user_id": None}, ["licenses_user_id_not_null"]),
        ({"type": "gold"}, ["licenses_type_type"]),
        ({"starts_at": datetime(2026, 1, 1)}, ["licenses_starts_at_type"]),  # noqa: DTZ001 - that is refused
        ({"status": "suspended"}, ["licenses_status_unknown_field"]),
    ],
)
def test_what_breaks_a_rule_is_not_assigned(changes: dict[str, object], rules: list[str]) -> None:
    assert refused(lambda: NewLicense.parse({**GIVEN, **changes})) == rules


def test_a_copy_says_its_own_values_and_is_judged_by_them() -> None:
    new = NewLicense.parse(GIVEN)

    assert new.model_copy(update={"seats": 9}).columns["seats"] == 9
    with pytest.raises(RuleViolation):
        _ = new.model_copy(update={"seats": 0}).columns


# -- months of Istanbul ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31T00:00", 1, "2026-02-28T00:00"),
        ("2028-01-31T00:00", 1, "2028-02-29T00:00"),
        ("2026-01-31T10:30", 2, "2026-03-31T10:30"),
        ("2026-11-30T00:00", 3, "2027-02-28T00:00"),
        ("2026-12-01T00:00", 1, "2027-01-01T00:00"),
        ("2026-02-28T23:59", 12, "2027-02-28T23:59"),
        ("2024-02-29T00:00", 12, "2025-02-28T00:00"),
        ("2026-05-31T00:00", 120, "2036-05-31T00:00"),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(start: str, months: int, end: str) -> None:
    later = months_later(datetime.fromisoformat(start).replace(tzinfo=ISTANBUL), months)
    assert later.astimezone(ISTANBUL).strftime("%Y-%m-%dT%H:%M") == end
    assert later.tzinfo is UTC


def test_the_day_is_istanbuls_and_not_utcs() -> None:
    # 30 January 21:00 UTC is 31 January in Istanbul
    assert months_later(datetime(2026, 1, 30, 21, tzinfo=UTC), 1) == datetime(2026, 2, 27, 21, tzinfo=UTC)
    # the clock in Istanbul reads midnight before and after the change of its offset in 2016
    assert months_later(datetime(2015, 11, 30, 22, tzinfo=UTC), 12) == datetime(2016, 11, 30, 21, tzinfo=UTC)


@pytest.mark.parametrize("months", [0, -1, 121, True, 1.0, "1", None])
def test_a_term_is_1_to_120_months(months: Any) -> None:  # noqa: ANN401 - what a caller may send
    assert refused(lambda: months_later(START, months)) == ["months_range"]


@pytest.mark.parametrize(
    ("start", "end", "next_end"),
    [
        ("2026-01-01T00:00", "2027-01-01T00:00", "2028-01-01T00:00"),
        ("2026-01-01T00:00", "2026-02-01T00:00", "2026-03-01T00:00"),
        ("2026-01-31T00:00", "2026-02-28T00:00", "2026-03-28T00:00"),
        ("2026-02-28T00:00", "2026-03-31T00:00", "2026-05-01T00:00"),
        ("2026-03-01T00:00", "2026-03-15T00:00", "2026-03-29T00:00"),
        ("2026-03-01T00:00", "2026-03-01T06:00", "2026-03-01T12:00"),
    ],
)
def test_the_next_period_is_as_long_as_this_one(start: str, end: str, next_end: str) -> None:
    starts_at, ends_at = (datetime.fromisoformat(text).replace(tzinfo=ISTANBUL) for text in (start, end))
    assert end_of_next_period(starts_at, ends_at) == datetime.fromisoformat(next_end).replace(tzinfo=ISTANBUL)


# -- operations --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED])
def test_a_licence_that_is_not_over_may_change(status: LicenseStatus) -> None:
    licence = stored(status=status)
    cancelled = {"status": LicenseStatus.CANCELLED, "cancellation_reason": "Vazgeçti", "auto_renew": False}
    other = LicenseStatus.ACTIVE if status is LicenseStatus.SUSPENDED else LicenseStatus.SUSPENDED

    assert operations.extended(licence, 2) == {"ends_at": datetime(2027, 3, 1, tzinfo=ISTANBUL)}
    assert operations.cancelled(licence, "Vazgeçti") == cancelled
    assert operations.suspended(licence) | operations.resumed(licence) == {"status": other}
    assert operations.reseated(licence, 2) == {"seats": 2}
    assert operations.renewing(licence) == {"auto_renew": True}
    assert operations.ending(stored(status=status, auto_renew=True)) == {"auto_renew": False}


def test_what_is_so_already_changes_nothing() -> None:
    assert operations.suspended(stored(status=LicenseStatus.SUSPENDED)) == {}
    assert operations.resumed(stored()) == {}
    assert operations.reseated(stored(), 5) == {}
    assert operations.renewing(stored(auto_renew=True)) == {}
    assert operations.ending(stored()) == {}


@pytest.mark.parametrize("over", OVER)
def test_what_is_over_stays_as_it_ended(over: str) -> None:
    licence = stored(**OVER[over])

    assert refused(lambda: operations.extended(licence, 1)) == [ENDED]
    assert refused(lambda: operations.suspended(licence)) == [TRANSITION]
    assert refused(lambda: operations.resumed(licence)) == [TRANSITION]
    assert refused(lambda: operations.reseated(licence, 9)) == [ENDED]
    assert refused(lambda: operations.renewing(licence)) == [ENDED]
    assert operations.ending(licence) == {}


def test_a_licence_is_cancelled_once() -> None:
    assert refused(lambda: operations.cancelled(stored(**OVER["expired"]), "Geç")) == [TRANSITION, ENDED]
    # the same words again would tell another moment
    again = stored(**OVER["cancelled"] | {"cancelled_at": START + timedelta(days=1)})
    assert refused(lambda: operations.cancelled(again, "Vazgeçti")) == [ENDED]


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_a_cancellation_has_a_reason(reason: str) -> None:
    assert refused(lambda: operations.cancelled(stored(), reason)) == ["ck_licenses_cancellation_reason_length"]


def test_seats_in_use_are_kept() -> None:
    assert refused(lambda: operations.reseated(stored(), 1)) == ["ck_licenses_seats_used_within_seats"]
    assert refused(lambda: operations.reseated(stored(seats_used=0), 0)) == ["ck_licenses_seats_positive"]


@pytest.mark.parametrize("change", [{"user_id": 4}, {"type": LicenseType.ENTERPRISE}])
def test_user_and_plan_are_fixed(change: dict[str, object]) -> None:
    assert refused(lambda: stored().checked(change)) == [FIXED]


def test_the_next_licence_adjoins_on_the_same_terms() -> None:
    licence = stored(auto_renew=True, features={"simulation": True}, version=9)
    assert operations.next_period(licence) == {
        "user_id": 3,
        "type": LicenseType.PROFESSIONAL,
        "seats": 5,
        "features": {"simulation": True},
        "starts_at": END,
        "ends_at": datetime(2028, 1, 1, tzinfo=ISTANBUL),
        "auto_renew": True,
    }


def test_nothing_is_licensed_beyond_the_calendar() -> None:
    last = stored(starts_at=datetime(2098, 12, 1, tzinfo=UTC), ends_at=datetime(2099, 12, 1, tzinfo=UTC))
    assert refused(lambda: operations.extended(last, 1)) == ["ck_licenses_ends_at_finite"]
    assert refused(lambda: operations.next_period(last)) == ["ck_licenses_ends_at_finite"]

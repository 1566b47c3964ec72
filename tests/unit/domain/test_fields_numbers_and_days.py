"""Numbers, instants and days: Pydantic's bounds and the rule of the same annotation admit the same values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AwareDatetime, TypeAdapter

from platform_db.domain.fields import BigInteger, Day, Instant, Integer, Marker, Numeric, SmallInteger
from tests.unit.domain.field_markers import RATE, accepts, accepts_json, holds, sql

SHOP: Final = timezone(timedelta(hours=3))


# -- whole numbers ---------------------------------------------------------------------


@pytest.mark.parametrize(("marker", "bits"), [(SmallInteger(), 16), (Integer(), 32), (BigInteger(), 64)])
def test_a_whole_number_fills_its_columns_type_and_no_more(marker: Marker, bits: int) -> None:
    kind = Annotated[int, marker]
    limit = 2 ** (bits - 1)
    assert [accepts(kind, value) for value in (-limit - 1, -limit, 0, limit - 1, limit)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert sql(marker) == {}


@pytest.mark.parametrize("value", [True, False, 1.0, "1", Decimal(1), b"1"])
def test_a_whole_number_is_an_int_and_nothing_else(value: object) -> None:
    assert not accepts(Annotated[int, Integer()], value)


def test_a_whole_number_in_json_is_written_as_one() -> None:
    kind = Annotated[int, Integer()]
    assert [accepts_json(kind, text) for text in ("1", "1.0", '"1"', "true", "null")] == [
        True,
        False,
        False,
        False,
        False,
    ]


WHOLE: Final = (
    (BigInteger(ge=0, name="amount"), "field >= 0"),
    (Integer(gt=0, name="amount"), "field > 0"),
    (SmallInteger(ge=0, le=15, name="amount"), "field >= 0 AND field <= 15"),
    (Integer(ge=10, le=100, multiple_of=10, name="amount"), "field >= 10 AND field <= 100 AND field % 10 = 0"),
    (Integer(ge=-5, le=5, name="amount"), "field >= -5 AND field <= 5"),
)


@pytest.mark.parametrize(("marker", "check"), WHOLE)
@given(value=st.integers(-40, 130))
def test_a_whole_numbers_bounds_are_its_rule(marker: Marker, check: str, value: int) -> None:
    assert sql(marker) == {"amount": check}
    assert accepts(Annotated[int, marker], value) is holds(marker, value)


# -- decimals --------------------------------------------------------------------------

QUANTITY: Final = Numeric(places=8, gt=0, lt=10**18, name="quantity_positive")


def written(value: Decimal) -> Decimal:
    """The value without surplus zeros, by its text alone."""
    if not value.is_finite():
        return value
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


@pytest.mark.parametrize("marker", [RATE, QUANTITY])
@given(value=st.decimals() | st.decimals(-1, 101, places=3) | st.decimals(0, 10**18, places=8))
def test_a_decimals_bounds_are_its_rule(marker: Numeric, value: Decimal) -> None:
    if value.is_finite() and abs(value.adjusted()) > 10_000:
        return  # the text of such a number takes more memory than a test may
    assert accepts(Annotated[Decimal, marker], value) is holds(marker, written(value))


@pytest.mark.parametrize(
    ("given_", "stored"),
    [("1.50", "1.5"), ("1E+2", "100"), ("-0", "0"), ("0E-30", "0"), ("20", "20"), ("100.000000000", "100")],
)
def test_a_decimal_is_stored_without_surplus_zeros(given_: str, stored: str) -> None:
    kept = TypeAdapter[Decimal](Annotated[Decimal, RATE]).validate_python(Decimal(given_))
    assert str(kept) == stored
    assert holds(RATE, kept)


def test_a_decimal_keeps_every_digit_it_may_have() -> None:
    text = "123456789012345678.12345678"
    assert str(TypeAdapter[Decimal](Annotated[Decimal, QUANTITY]).validate_python(Decimal(text))) == text


@pytest.mark.parametrize(
    "text", ["1.005", "-0.01", "100.01", "NaN", "sNaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400"]
)
def test_a_decimal_is_never_rounded_nor_unbounded(text: str) -> None:
    value = Decimal(text)
    assert not accepts(Annotated[Decimal, RATE], value)
    assert not holds(RATE, value)


@pytest.mark.parametrize("value", [1.5, 1, True, "1.5"])
def test_a_decimal_is_no_float_and_no_text(value: object) -> None:
    assert not accepts(Annotated[Decimal, RATE], value)


def test_a_decimal_in_json_is_read_from_its_digits() -> None:
    adapter = TypeAdapter[Decimal](Annotated[Decimal, RATE])
    assert adapter.validate_json("0.1") == Decimal("0.1")
    assert adapter.validate_json('"0.10"') == Decimal("0.1")
    assert not accepts_json(Annotated[Decimal, RATE], "0.001")
    assert not accepts_json(Annotated[Decimal, RATE], '"NaN"')


def test_a_decimals_check_counts_the_places() -> None:
    assert sql(RATE) == {"rate_valid": "field >= 0 AND field <= 100 AND scale(field) <= 2"}
    assert sql(QUANTITY) == {"quantity_positive": "field > 0 AND field < 1000000000000000000 AND scale(field) <= 8"}


# -- instants and days -----------------------------------------------------------------


@given(moment=st.datetimes(datetime(1999, 12, 1), datetime(2100, 2, 1), timezones=st.sampled_from([UTC, SHOP])))  # noqa: DTZ001 - bounds are drawn naive
def test_an_instants_bounds_are_its_rule(moment: datetime) -> None:
    assert accepts(Annotated[AwareDatetime, Instant()], moment) is holds(Instant(), moment)


@pytest.mark.parametrize(
    ("moment", "admitted"),
    [
        (datetime(2000, 1, 1, tzinfo=UTC), True),
        (datetime(2000, 1, 1, 2, 59, 59, 999999, tzinfo=SHOP), False),
        (datetime(2100, 1, 1, 2, 59, 59, 999999, tzinfo=SHOP), True),
        (datetime(2100, 1, 1, tzinfo=UTC), False),
        (datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_an_instant_lies_in_the_century(moment: datetime, admitted: bool) -> None:  # noqa: FBT001
    assert accepts(Annotated[AwareDatetime, Instant()], moment) is admitted
    assert holds(Instant(), moment) is admitted


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), date(2026, 1, 1), "2026-01-01T00:00:00Z", 1_767_225_600])  # noqa: DTZ001
def test_an_instant_knows_its_offset_and_is_no_text_or_number(value: object) -> None:
    assert not accepts(Annotated[AwareDatetime, Instant()], value)


def test_an_instants_check_does_not_depend_on_the_time_zone() -> None:
    assert sql(Instant()) == {
        "field_finite": "field >= to_timestamp(946684800) AND field < to_timestamp(4102444800)",
    }


@pytest.mark.parametrize(
    ("marker", "first"), [(Day(), date(2005, 1, 1)), (Day(law=True), date(1985, 1, 1))], ids=["legal", "law"]
)
@given(step=st.integers(-3, 3))
def test_a_days_bounds_are_its_rule(marker: Day, first: date, step: int) -> None:
    for day in (first + timedelta(days=step), date(2099, 12, 31) + timedelta(days=step)):
        assert accepts(Annotated[date, marker], day) is holds(marker, day) is (first <= day <= date(2099, 12, 31))
    assert sql(marker) == {"field_finite": f"field BETWEEN DATE '{first}' AND DATE '2099-12-31'"}


@pytest.mark.parametrize("value", [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", 0])
def test_a_day_is_no_instant(value: object) -> None:
    assert not accepts(Annotated[date, Day()], value)

"""Amounts come in exactly or not at all, and are rounded and spread in one way."""

from __future__ import annotations

import decimal
import math
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moneyed import Money
from pydantic import BaseModel, TypeAdapter, ValidationError

from platform_db.domain import money
from platform_db.domain.money import Amount, Currency, Lira, MoneyError

if TYPE_CHECKING:
    import random

CENTS = st.integers(money.MIN_CENTS, money.MAX_CENTS)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e20"), max_value=Decimal("1e20"))


def refusal(value: object, currency: Currency = Currency.TRY) -> str:
    """The rule under which ``to_cents`` refuses; a test fails where it does not."""
    with pytest.raises(MoneyError) as refused:
        money.to_cents(value, currency)  # pyright: ignore[reportArgumentType] - hostile on purpose
    return refused.value.rule


def test_the_lira_comes_first() -> None:
    assert [*Currency] == ["TRY", "USD", "EUR", "GBP"]


# Rounding


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.005", 2, "0.01"),
        ("0.0049999999999999999999999999999999999999", 2, "0.00"),
        ("2.675", 2, "2.68"),  # round(2.675, 2) is 2.67
        ("1.005", 2, "1.01"),
        ("-1.005", 2, "-1.01"),
        ("-0.004", 2, "0.00"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("1E+3", 2, "1000.00"),
        ("1E-400", 2, "0.00"),
        ("1", 8, "1.00000000"),
    ],
)
def test_half_counts_as_one(value: str, places: int, rounded: str) -> None:
    result = money.round_half_up(Decimal(value), places)
    assert str(result) == rounded


@settings(deadline=None)
@given(value=DECIMALS, places=st.integers(0, 8))
def test_rounding_is_that_of_exact_fractions(value: Decimal, places: int) -> None:
    # Given the nearest multiple of the unit, half away from zero
    unit: int = 10**places
    magnitude = Fraction(math.floor(abs(Fraction(value)) * unit + Fraction(1, 2)), unit)
    # Then
    result = money.round_half_up(value, places)
    assert Fraction(result) == (magnitude if value >= 0 else -magnitude)
    assert result.as_tuple().exponent == -places
    assert money.round_half_up(result, places) == result


def test_the_callers_decimal_context_changes_nothing() -> None:
    value = Decimal("12345678901234567.895")
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_DOWN) as context:
        context.traps[decimal.Inexact] = True
        assert money.round_half_up(value) == Decimal("12345678901234567.90")
        assert money.to_cents("12345678901234.56") == 1234567890123456
        assert money.from_cents(1234567890123456) == Decimal("12345678901234.56")
        assert money.convert(1234567890123456, Decimal("1.000001")) == 1234569124691346


@pytest.mark.parametrize("value", ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_not_rounded(value: str) -> None:
    with pytest.raises(MoneyError) as refused:
        money.round_half_up(Decimal(value))
    assert refused.value.rule == "amount_finite"


def test_what_would_need_a_hundred_digits_is_refused() -> None:
    with pytest.raises(MoneyError) as refused:
        money.round_half_up(Decimal("1E+1000000"))
    assert refused.value.rule == "amount_range"


# In and out


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        (Decimal("19.99"), 1999),
        (Decimal("19.9900000000"), 1999),
        (Decimal("1E+2"), 10000),
        (Decimal("-0.01"), -1),
        (Decimal("-0"), 0),
        (Decimal("0E+999999"), 0),
        (Decimal("92233720368547758.07"), 2**63 - 1),
        (Decimal("-92233720368547758.08"), -(2**63)),
        ("0", 0),
        ("007.5", 750),
        ("1234.56", 123456),
        ("92233720368547758.07", 2**63 - 1),
        (7, 700),
        (-7, -700),
        (Money("19.99", "TRY"), 1999),
    ],
)
def test_an_exact_amount_is_taken(value: Decimal | str | int | Money, cents: int) -> None:
    assert money.to_cents(value) == cents


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (1.0, "amount_type"),
        (float("nan"), "amount_type"),
        (True, "amount_type"),
        (None, "amount_type"),
        (b"1", "amount_type"),
        ([1], "amount_type"),
        (Fraction(1, 2), "amount_type"),
        (Decimal("0.001"), "amount_places"),
        (Decimal("1.005"), "amount_places"),
        (Decimal("1E-999999"), "amount_places"),
        ("1.500", "amount_places"),
        ("0.001", "amount_places"),
        (Money("1.005", "TRY"), "amount_places"),
        (Decimal("NaN"), "amount_finite"),
        (Decimal("sNaN"), "amount_finite"),
        (Decimal("-Infinity"), "amount_finite"),
        (Money(Decimal("Infinity"), "TRY"), "amount_finite"),
        (Decimal("92233720368547758.08"), "amount_range"),
        (Decimal("-92233720368547758.09"), "amount_range"),
        (Decimal("1E+131072"), "amount_range"),
        (Decimal("1E+999999999"), "amount_range"),
        ("92233720368547758.08", "amount_range"),
        (2**63, "amount_range"),
        (10**1_000, "amount_range"),
        (Money("1", "USD"), "amount_currency"),
        ("", "amount_format"),
        (" 1", "amount_format"),
        ("1\n", "amount_format"),
        ("1_000", "amount_format"),
        ("1,00", "amount_format"),
        ("1.234,56", "amount_format"),
        ("1.", "amount_format"),
        (".5", "amount_format"),
        ("+1", "amount_format"),
        ("-1", "amount_format"),
        ("1e2", "amount_format"),
        ("NaN", "amount_format"),
        ("Infinity", "amount_format"),
        ("١٢", "amount_format"),
        ("１", "amount_format"),
        ("1\x00", "amount_format"),
        ("\ud800", "amount_format"),
        ("1" * 10_000, "amount_format"),
        (Currency.TRY, "amount_format"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_another_amount_is_refused_by_name(value: object, rule: str) -> None:
    assert refusal(value) == rule


def test_currencies_do_not_mix() -> None:
    assert money.to_cents(Money("5", "USD"), Currency.USD) == 500
    assert refusal(Money("5", "TRY"), Currency.USD) == "amount_currency"
    with pytest.raises(TypeError, match="different currencies"):
        _ = money.money(1, Currency.TRY) + money.money(1, Currency.EUR)


@settings(deadline=None)
@given(cents=CENTS, currency=st.sampled_from(Currency))
def test_minor_units_go_out_and_come_back(cents: int, currency: Currency) -> None:
    lira = money.from_cents(cents)
    assert lira.as_tuple().exponent == -2
    assert money.to_cents(lira, currency) == cents
    assert money.to_cents(money.money(cents, currency), currency) == cents
    if cents >= 0:
        assert money.to_cents(str(lira), currency) == cents


@settings(deadline=None)
@given(value=st.decimals(allow_nan=True, allow_infinity=True))
def test_an_amount_is_exact_or_refused(value: Decimal) -> None:
    try:
        cents = money.to_cents(value)
    except MoneyError:
        return
    assert Fraction(cents, 100) == Fraction(value)


def test_the_refusal_never_holds_the_amount_and_travels() -> None:
    with pytest.raises(MoneyError) as refused:
        money.to_cents("918273645.991")
    assert "918273645" not in repr(refused.value)
    copy = pickle.loads(pickle.dumps(refused.value))  # noqa: S301 - our own bytes
    assert (type(copy), copy.rule, copy.message) == (MoneyError, "amount_places", refused.value.message)


# Conversion


@pytest.mark.parametrize(
    ("cents", "rate", "converted"),
    [
        (10000, "34.5678", 345678),
        (1, "0.5", 1),
        (1, "0.499999", 0),
        (-1, "0.5", -1),
        (3, "1.5", 5),
        (money.MAX_CENTS, "1", money.MAX_CENTS),
    ],
)
def test_a_conversion_is_rounded_once(cents: int, rate: str, converted: int) -> None:
    assert money.convert(cents, Decimal(rate)) == converted


@settings(deadline=None)
@given(cents=st.integers(-(10**12), 10**12), rate=st.decimals(Decimal("0.000001"), Decimal(10000), places=6))
def test_a_conversion_is_that_of_exact_fractions(cents: int, rate: Decimal) -> None:
    exact = Fraction(cents) * Fraction(rate)
    magnitude = math.floor(abs(exact) + Fraction(1, 2))
    assert money.convert(cents, rate) == (magnitude if exact >= 0 else -magnitude)


@pytest.mark.parametrize("rate", ["0", "-1", "NaN", "sNaN", "Infinity"])
def test_a_rate_is_finite_and_above_zero(rate: str) -> None:
    with pytest.raises(MoneyError) as refused:
        money.convert(100, Decimal(rate))
    assert refused.value.rule == "rate_positive"


@pytest.mark.parametrize("rate", ["2", "1E+40", "1E+999999", "1." + "1" * 120])
def test_a_conversion_beyond_64_bits_or_exactness_is_refused(rate: str) -> None:
    with pytest.raises(MoneyError) as refused:
        money.convert(money.MAX_CENTS, Decimal(rate))
    assert refused.value.rule == "amount_range"


# Spreading


@pytest.mark.parametrize(
    ("total", "weights", "ranks", "shares"),
    [
        (100, [1, 1, 1], [0, 1, 2], [34, 33, 33]),
        (100, [1, 1, 1], [2, 1, 0], [33, 33, 34]),
        (100, [1, 1, 1], [0, 0, 0], [34, 33, 33]),
        (10, [0, 3, 0, 7], [0, 1, 2, 3], [0, 3, 0, 7]),
        (1, [1, 2, 3], [0, 1, 2], [0, 0, 1]),
        (0, [0, 0], [0, 1], [0, 0]),
        (0, [], [], []),
        (2, [0, 1, 1, 1], [0, 1, 2, 3], [0, 1, 1, 0]),
        (7, [2**62, 2**62], [1, 0], [3, 4]),
    ],
)
def test_a_total_is_spread(total: int, weights: list[int], ranks: list[int], shares: list[int]) -> None:
    assert money.largest_remainder(total, weights, ranks) == shares


@settings(deadline=None)
@given(
    total=st.integers(0, money.MAX_CENTS),
    weights=st.lists(st.integers(0, money.MAX_CENTS), min_size=1, max_size=30).filter(any),
)
def test_shares_add_up_and_each_is_within_one_of_the_exact_part(total: int, weights: list[int]) -> None:
    shares = money.largest_remainder(total, weights, range(len(weights)))
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1
        assert weight or share == 0


@settings(deadline=None)
@given(
    total=st.integers(0, 10**9),
    weights=st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any),
    order=st.randoms(use_true_random=False),
)
def test_with_distinct_ranks_the_order_of_the_lines_changes_no_share(
    total: int, weights: list[int], order: random.Random
) -> None:
    # Given lines, each with its rank
    ranks = [*range(len(weights))]
    order.shuffle(ranks)
    shares = money.largest_remainder(total, weights, ranks)
    # When they are permuted
    places = [*range(len(weights))]
    order.shuffle(places)
    permuted = money.largest_remainder(total, [weights[place] for place in places], [ranks[place] for place in places])
    # Then each keeps its share
    assert permuted == [shares[place] for place in places]


@pytest.mark.parametrize(
    ("total", "weights", "ranks"),
    [(1, [0, 0], [0, 1]), (1, [], []), (-1, [1], [0]), (1, [2, -1], [0, 1]), (1, [1], [])],
)
def test_what_cannot_be_spread_is_refused(total: int, weights: list[int], ranks: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.largest_remainder(total, weights, ranks)


# Input fields


class Payment(BaseModel):
    currency: Currency = Currency.TRY
    amount: Lira


class Allowance(BaseModel):
    amount: Amount


@pytest.mark.parametrize("value", ["19.9", Decimal("19.90"), Money("19.90", "TRY")])
def test_a_field_in_lira_takes_decimal_text_and_money(value: object) -> None:
    payment = Payment.model_validate({"amount": value})
    assert str(payment.amount) == "19.90"
    assert money.to_cents(payment.amount, payment.currency) == 1990
    assert Payment.model_validate(payment.model_dump()) == payment
    assert Payment.model_validate_json(payment.model_dump_json()) == payment


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (19.9, "amount_type"),
        (19, "amount_type"),
        (True, "amount_type"),
        (None, "amount_type"),
        ("19.905", "amount_places"),
        (Decimal("NaN"), "amount_finite"),
        (Money("19.90", "USD"), "amount_currency"),
        ("19,90", "amount_format"),
    ],
)
def test_a_field_in_lira_refuses_the_rest_by_name(value: object, rule: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Payment.model_validate({"amount": value})
    (detail,) = refused.value.errors()
    assert (detail["type"], detail["loc"]) == (rule, ("amount",))
    assert set(detail.get("ctx", {})) == {"tr", "en"}


def test_a_json_number_is_not_an_amount() -> None:
    for number in ("19.9", "19"):
        with pytest.raises(ValidationError, match="amount_type"):
            Payment.model_validate_json(f'{{"amount": {number}}}')


def test_money_must_be_in_the_currency_beside_it() -> None:
    assert Payment.model_validate({"currency": "USD", "amount": Money("5", "USD")}).amount == Decimal("5.00")
    with pytest.raises(ValidationError, match="amount_currency"):
        Payment.model_validate({"currency": "USD", "amount": Money("5", "TRY")})
    assert TypeAdapter(Lira).validate_python(Money("5", "TRY")) == Decimal("5.00")


def test_a_part_whose_currency_stands_elsewhere_takes_no_money() -> None:
    assert str(Allowance.model_validate({"amount": "5"}).amount) == "5.00"
    with pytest.raises(ValidationError, match="amount_currency"):
        Allowance.model_validate({"amount": Money("5", "TRY")})

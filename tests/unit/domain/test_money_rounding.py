"""Amounts are rounded, converted and spread in one way."""

from __future__ import annotations

import decimal
import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_db.domain import money
from platform_db.domain.money import MoneyError

if TYPE_CHECKING:
    import random

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e20"), max_value=Decimal("1e20"))


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

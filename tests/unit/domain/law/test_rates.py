"""KDV rates by class and day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from platform_db.domain.law import rates
from platform_db.domain.law.rates import KdvRate, KdvRateClass


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1985, 1, 1), ["10", "1", "8"]),
        (date(2001, 5, 14), ["17", "1", "8"]),
        (date(2001, 5, 15), ["18", "1", "8"]),
        (date(2023, 7, 9), ["18", "1", "8"]),
        (date(2023, 7, 10), ["20", "1", "10"]),
        (date(2099, 12, 31), ["20", "1", "10"]),
    ],
)
def test_one_rate_of_each_class_is_in_force(day: date, expected: list[str]) -> None:
    assert [str(row.rate) for row in rates.in_force(day)] == expected


def test_the_rates_of_a_class_follow_each_other_without_gap() -> None:
    for rate_class in KdvRateClass:
        periods = [row for row in rates.rows() if row.rate_class is rate_class]
        for earlier, later in pairwise(periods):
            assert earlier.valid_to is not None
            assert later.valid_from == earlier.valid_to + timedelta(days=1)
        assert periods[0].valid_from == date(1985, 1, 1)
        assert periods[-1].valid_to is None


def test_the_published_rows_have_the_columns_of_the_table() -> None:
    assert len(rates.rows()) == 12
    assert rates.rows()[8] == KdvRate(
        rate_class=KdvRateClass.GENERAL,
        rate=Decimal(20),
        valid_from=date(2023, 7, 10),
        valid_to=None,
        legal_basis="Presidential Decision 7346, RG 07.07.2023/32241",
        is_verified=True,
    )
    assert [str(row.rate) for row in rates.rows() if not row.is_verified] == ["10", "12", "10", "11", "12", "15", "17"]


def test_a_return_looks_back() -> None:
    seen = {str(row.rate) for row in rates.in_force_until(date(2023, 7, 9))}
    assert seen == {"10", "12", "11", "15", "17", "18", "1", "8"}

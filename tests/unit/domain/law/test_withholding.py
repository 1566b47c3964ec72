"""Withholding codes, ratios and limits by day."""

from __future__ import annotations

from datetime import date

import pytest

from platform_db.domain.law import withholding
from platform_db.domain.law.withholding import WithholdingCode, WithholdingKind

TENTHS_TODAY = {
    601: 4, 602: 9, 603: 7, 604: 5, 605: 5, 606: 9, 607: 9, 608: 9, 609: 7, 610: 9, 611: 9, 612: 9, 613: 9, 614: 5,
    615: 7, 616: 5, 617: 7, 618: 7, 619: 7, 620: 7, 621: 9, 622: 9, 623: 5, 624: 2, 625: 3, 626: 2, 627: 5,
}  # fmt: skip


def test_the_ratios_of_today() -> None:
    today = date(2026, 11, 20)
    percents = {code: withholding.percent(str(code), today) for code in range(600, 651)}
    assert {code: percent for code, percent in percents.items() if percent} == {
        code: tenths * 10 for code, tenths in TENTHS_TODAY.items()
    }
    full = {code: withholding.percent(str(code), today) for code in range(800, 827)}
    assert {code for code, percent in full.items() if percent} == set(range(801, 826)) - {802}
    assert set(full.values()) == {100, None}


@pytest.mark.parametrize(
    ("code", "changed", "before", "after"),
    [
        ("601", date(2021, 3, 1), 30, 40),
        ("603", date(2021, 3, 1), 50, 70),
        ("609", date(2021, 3, 1), 50, 70),
        ("612", date(2021, 3, 1), 70, 90),
        ("613", date(2021, 3, 1), 70, 90),
        ("615", date(2021, 3, 1), 50, 70),
        ("627", date(2022, 5, 1), None, 40),
        ("627", date(2022, 11, 1), 40, 50),
        ("801", date(2022, 5, 1), None, 100),
        ("802", date(2024, 10, 31), 100, None),
    ],
)
def test_a_ratio_changes_on_its_day(code: str, changed: date, before: int | None, after: int | None) -> None:
    assert withholding.percent(code, date.fromordinal(changed.toordinal() - 1)) == before
    assert withholding.percent(code, changed) == after


@pytest.mark.parametrize(
    ("day", "lira"),
    [
        (date(2005, 1, 1), 1000),
        (date(2021, 6, 30), 1000),
        (date(2021, 7, 1), 2000),
        (date(2022, 12, 31), 2000),
        (date(2023, 1, 1), 4400),
        (date(2024, 1, 1), 6900),
        (date(2025, 12, 31), 9900),
        (date(2026, 12, 31), 12000),
    ],
)
def test_the_limit_of_a_day(day: date, lira: int) -> None:
    found = withholding.limit(day)
    assert found is not None
    assert found.limit_cents == lira * 100


def test_the_limits_that_no_reliable_text_confirms() -> None:
    assert {row.limit_cents for row in withholding.limits() if not row.is_verified} == {100000, 440000, 1200000}


def test_a_limit_that_is_not_known_is_not_guessed() -> None:
    assert withholding.limit(date(2027, 1, 1)) is None


def test_the_published_rows_have_the_columns_of_the_table() -> None:
    rows = withholding.rows()
    assert len(rows) == 59
    assert len({row.code for row in rows}) == 52
    assert len({(row.code, row.valid_from) for row in rows}) == 59
    assert next(row for row in rows if row.code == "802") == WithholdingCode(
        code="802",
        name=next(row.name for row in rows if row.code == "602"),
        kind=WithholdingKind.FULL,
        percent=100,
        valid_from=date(2022, 5, 1),
        valid_to=date(2024, 10, 30),
        is_verified=False,
    )


def test_650_is_a_percent_and_no_code() -> None:
    assert withholding.in_force("650", date(2026, 1, 1)) is None

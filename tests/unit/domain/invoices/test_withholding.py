"""Withholding (tevkifat) on figures worked by hand: limits, ratios, rounding by line and by code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from platform_db.domain.invoices.calculation import WithholdingSubtotal, calculate, parse_document
from platform_db.errors import RuleViolation
from tests.unit.domain.invoices.documents import calculated, document, line


def test_on_the_document_withholding_is_rounded_once_per_code() -> None:
    lines = [line(unit_price="5000.03", withholding_code="606")] * 3
    by_line = calculated(*lines, type="TEVKIFAT")
    assert [(row.kdv, row.withheld) for row in by_line.lines] == [(100001, 90001)] * 3
    by_document = calculated(*lines, type="TEVKIFAT", rounding="document")
    # KDV 15000.09 × 20 % = 3000.018 → 3000.02; withheld 3000.02 × 90 % = 2700.018 → 2700.02
    assert [row.kdv for row in by_document.lines] == [100001, 100001, 100000]
    assert [row.withheld for row in by_document.lines] == [90001, 90001, 90000]
    assert by_document.withholding_subtotals == (WithholdingSubtotal("606", 90, 300002, 270002),)


def test_half_a_kurus_of_withholding_counts_on_each_line_or_once() -> None:
    lines = [line(unit_price="5000.15", withholding_code="604")] * 3  # KDV 1000.03, of which 50 % are 500.015
    by_line = calculated(*lines, type="TEVKIFAT")
    assert [row.withheld for row in by_line.lines] == [50002, 50002, 50002]
    by_document = calculated(*lines, type="TEVKIFAT", rounding="document")  # 50 % of 3000.09 are 1500.045
    assert [row.withheld for row in by_document.lines] == [50002, 50002, 50001]
    assert [row.kdv for row in by_document.lines] == [row.kdv for row in by_line.lines] == [100003] * 3


@pytest.mark.parametrize(
    ("price", "withheld", "subtotals"),
    [("10000.00", 0, ()), ("10000.01", 40000, (WithholdingSubtotal("624", 20, 200000, 40000),))],
)
def test_the_limit_must_be_exceeded(price: str, withheld: int, subtotals: tuple[WithholdingSubtotal, ...]) -> None:
    freight = line(unit_price=price, withholding_code="624")
    result = calculated(freight, type="TEVKIFAT", issue_date="2026-11-20")
    assert result.lines[0].withheld == withheld
    assert result.lines[0].withholding_percent == 20
    assert result.withholding_subtotals == subtotals
    assert result.unverified == ("withholding_limit 2026",)


def test_lines_of_one_code_are_one_transaction_and_others_do_not_lift_them() -> None:
    together = calculated(*[line(unit_price="5000.01", withholding_code="606")] * 2, type="TEVKIFAT")
    assert [row.withheld for row in together.lines] == [90000, 90000]
    apart = calculated(
        line(unit_price="5000.01", withholding_code="606"),
        line(unit_price="5000.01", withholding_code="602"),
        line(unit_price="90000"),
        type="TEVKIFAT",
    )
    assert apart.totals.withheld == 0
    assert apart.withholding_subtotals == ()


def test_the_limit_is_compared_after_document_allowances() -> None:
    service = line(unit_price="8250.01", withholding_code="606")  # 9900.01 with KDV: above 9.900
    assert calculated(service, type="TEVKIFAT").totals.withheld == 148500
    assert calculated(service, type="TEVKIFAT", allowances=[{"amount": "0.01"}]).totals.withheld == 0


@pytest.mark.parametrize(("rate", "withheld"), [("27.499999", 0), ("27.50002", 5400)])
def test_the_limit_is_compared_in_lira(rate: str, withheld: int) -> None:
    # 360.00 USD × 27.499999 = 9899.99964 → 9900.00, not above; × 27.50002 = 9900.0072 → 9900.01
    service = line(unit_price="300", withholding_code="606")
    result = calculated(service, type="TEVKIFAT", currency="USD", exchange_rate=rate)
    assert result.totals.withheld == withheld


def test_full_withholding_has_no_limit() -> None:
    result = calculated(line(unit_price="10", withholding_code="801"), type="TEVKIFAT", issue_date="2026-11-20")
    assert result.withholding_subtotals == (WithholdingSubtotal("801", 100, 200, 200),)
    assert result.totals.payable == 1000
    assert result.unverified == ("withholding_ratio 801",)


@pytest.mark.parametrize(
    ("code", "day", "moved", "rule"),
    [
        ("802", "2024-10-30", date(2024, 10, 31), "ck_invoice_lines_withholding_in_force"),
        ("606", "2026-12-31", date(2027, 1, 1), "withholding_limit_known"),
    ],
)
def test_a_document_that_was_moved_to_another_day_is_judged_again(code: str, day: str, moved: date, rule: str) -> None:
    withheld = line(withholding_code=code)
    given = parse_document(document(line(), withheld, withheld, type="TEVKIFAT", issue_date=day))
    with pytest.raises(RuleViolation) as refusal:
        calculate(replace(given, issue_date=moved))
    assert [(found.rule, found.fields) for found in refusal.value.violations] == [(rule, ("lines.1.withholding_code",))]


def test_a_code_whose_lines_carry_no_kdv_has_no_row() -> None:
    free = line(unit_price="50000", kdv_rate="0", withholding_code="606")
    result = calculated(free, type="SGK", profile="TEMELFATURA")
    assert result.withholding_subtotals == ()
    assert result.totals.withheld == 0


def test_the_ratio_is_that_of_the_issue_date() -> None:
    works = line(unit_price="100000", kdv_rate="18", withholding_code="601")
    before = calculated(works, type="TEVKIFAT", issue_date="2021-02-28")
    after = calculated(works, type="TEVKIFAT", issue_date="2021-03-01")
    assert (before.totals.withheld, after.totals.withheld) == (540000, 720000)

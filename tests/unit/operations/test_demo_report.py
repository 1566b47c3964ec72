"""What counts as matched and as refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from platform_db.audit.verify import Finding, FindingKind, VerificationReport
from platform_db.errors import Message, Violation
from platform_db.operations.demo.cases import WorkedCase
from platform_db.operations.demo.figures import Figure
from platform_db.operations.demo.report import AttackOutcome, CaseOutcome, DemoReport

RULE = Violation("ck_invoices_payable_is_sum", ("payable_cents",), Message("Toplam", "Sum"), "invoices")
REFUSED = AttackOutcome("a wrong total", "platform_worker", RULE.rule, "23514", RULE, untouched=True)
CASE = WorkedCase("one", "a source", {"issue_date": "2026-01-02"}, {"totals": {"kdv": "20.00"}})
MATCHED = CaseOutcome(CASE, "DMO2026000000001", (Figure("totals.kdv", "20.00", "20.00"),), agrees=True)
VERIFIED = VerificationReport(rows=2, chains=16, findings=())
WHOLE = DemoReport((MATCHED,), (), (REFUSED,), VERIFIED)


def test_an_attack_is_refused_when_both_sides_name_one_rule_and_nothing_is_left() -> None:
    assert REFUSED.refused


@pytest.mark.parametrize(
    "outcome",
    [
        replace(REFUSED, server=None, sqlstate=None),
        replace(REFUSED, server=None, sqlstate="42501"),
        replace(REFUSED, server="ck_invoices_total_is_sum"),
        replace(REFUSED, domain=None),
        replace(REFUSED, untouched=False),
    ],
)
def test_anything_else_is_not(outcome: AttackOutcome) -> None:
    assert not outcome.refused
    assert not replace(WHOLE, attacks=(REFUSED, outcome)).succeeded


@pytest.mark.parametrize(
    "outcome",
    [
        replace(MATCHED, number=None),
        replace(MATCHED, agrees=False),
        replace(MATCHED, figures=(Figure("totals.kdv", "20.00", "20.01"),)),
    ],
)
def test_a_case_matches_when_it_is_issued_and_every_figure_agrees(outcome: CaseOutcome) -> None:
    assert MATCHED.matched
    assert not outcome.matched
    assert not replace(WHOLE, cases=(MATCHED, outcome)).succeeded


def test_the_summary_counts_and_an_empty_run_proves_nothing() -> None:
    broken = VerificationReport(2, 16, (Finding(FindingKind.ALTERED, 0, 1, 1, "altered"),))
    assert WHOLE.succeeded
    assert list(WHOLE.summary().items()) == [
        ("published", 1),
        ("matched", 1),
        ("figures", 1),
        ("refused", 1),
        ("attempted", 1),
        ("chain", "verified"),
    ]
    assert replace(WHOLE, chain=broken).summary()["chain"] == "broken"
    assert not replace(WHOLE, chain=broken).succeeded
    assert not replace(WHOLE, cases=()).succeeded
    assert not replace(WHOLE, attacks=()).succeeded

"""Every figure of one document from its validated form: no input is parsed, nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.documents import CALCULATED, draft_of
from benchmarks.measure import alternated_calls
from benchmarks.report import Section, Verdict
from platform_db.domain.invoices.calculation import calculate as calculate_document
from platform_db.domain.invoices.issue_document import parse_issue_document

if TYPE_CHECKING:
    from benchmarks.measure import Effort

__all__ = ["calculate"]


def calculate(effort: Effort) -> list[Section]:
    document = draft_of(CALCULATED, 1).document
    assert calculate_document(document) == draft_of(CALCULATED, 1).calculation
    found = alternated_calls(
        {
            "calculate": lambda: calculate_document(document),
            "parse and judge the document first": lambda: parse_issue_document(CALCULATED).calculation,
        },
        effort.rounds,
    )
    section = Section("calculate an invoice of 5 lines, mixed rates, tevkifat; one core", ("µs", "invoices/s"))
    for name, measured in found.items():
        section.row(name, measured.seconds * 1e6, measured.per_second)
    section.verdicts = [
        Verdict("from a validated draft", found["calculate"].per_second, 20_000, lowest=True, unit="invoices/s")
    ]
    return [section]

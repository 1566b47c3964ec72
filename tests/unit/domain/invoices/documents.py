"""Builds documents in the calculator's contract: a legal one, with what a test changes."""

from __future__ import annotations

from platform_db.domain.invoices.calculation import Calculation, calculate, parse_document
from platform_db.errors import RuleViolation

Json = dict[str, object]


def line(**changes: object) -> Json:
    """One line of 100,00 at 20 %."""
    return {
        "description": "Danışmanlık hizmeti",
        "quantity": "1",
        "unit": "C62",
        "unit_price": "100.00",
        "kdv_rate": "20",
    } | changes


def document(*lines: Json, **changes: object) -> Json:
    """A sale in TRY on 2025-06-02 with these lines, or one line of 100,00 at 20 %."""
    return {
        "issue_date": "2025-06-02",
        "currency": "TRY",
        "profile": "TICARIFATURA",
        "type": "SATIS",
        "lines": list(lines) or [line()],
    } | changes


def calculated(*lines: Json, **changes: object) -> Calculation:
    return calculate(parse_document(document(*lines, **changes)))


def broken(data: object) -> list[tuple[str, tuple[str, ...]]]:
    """The rules a document breaks, with their fields; empty when it is calculated."""
    try:
        calculate(parse_document(data))
    except RuleViolation as refusal:
        return [(violation.rule, violation.fields) for violation in refusal.violations]
    return []


def refused(rule: str, *fields: str) -> list[tuple[str, tuple[str, ...]]]:
    """What :func:`broken` gives for one broken rule."""
    return [(rule, fields)]

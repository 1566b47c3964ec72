"""Every invoice that the calculator accepts becomes a document that GİB's XSD and schematron accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from platform_db.errors import RuleViolation
from platform_db.operations.demo.cases import WorkedCase, load_cases
from platform_db.ubl import InvoiceDocument, read, write
from tests.ubl.invoices import PAIRS, Document, completed, documents, is_exempt_investment, issued, sale
from tests.ubl.official_rules import broken

if TYPE_CHECKING:
    from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceTypeCode


def written(document: Document) -> InvoiceDocument:
    """The document, after it has stood every test that a document must stand."""
    made = InvoiceDocument.of(issued(document))
    xml = write(made)
    assert broken(xml) == []
    again = read(xml)
    assert again == made
    assert again.warnings == ()
    assert write(again) == xml
    return again


@pytest.mark.parametrize(("profile", "type_code"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_every_profile_and_type(profile: InvoiceProfile, type_code: InvoiceTypeCode) -> None:
    document = written(sale(profile, type_code))
    assert (document.profile, document.type_code) == (profile.value, type_code.value)


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.id)
def test_every_worked_invoice(case: WorkedCase) -> None:
    document = completed(case.given)
    if is_exempt_investment(document["profile"], document["type"]):
        pytest.fail("no worked invoice is of the kinds that are left out by name")
    assert written(document).issue_date.isoformat() == case.issue_date


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_random_lines(document: Document) -> None:
    again = written(document)
    if document["tax_inclusive_prices"]:
        return
    # And it leads back to the same figures.
    try:
        terms = again.to_draft()
    except RuleViolation as refusal:
        pytest.fail(str(refusal))
    totals = terms.calculation.totals
    assert totals == issued_totals(document)


def issued_totals(document: Document) -> object:
    from platform_db.domain.invoices.issue_document import parse_issue_document

    return parse_issue_document(document).calculation.totals

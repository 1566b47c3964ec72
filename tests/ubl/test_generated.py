"""Every invoice that the calculator accepts becomes a document that GİB's XSD and schematron accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_db.domain.invoices.issue_document import parse_issue_document
from platform_db.domain.invoices.partial_returns import partial_return_rows, returnable
from platform_db.operations.demo.cases import WorkedCase, load_cases
from platform_db.ubl import InvoiceDocument, read, write
from tests.ubl.invoices import PAIRS, Document, completed, documents, issued, sale
from tests.ubl.official_rules import broken
from tests.unit.domain.invoices.stored import ISSUED, as_stored
from tests.unit.domain.invoices.test_partial_return_properties import sales, some_of

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
    assert written(completed(case.given)).issue_date.isoformat() == case.issue_date


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_random_lines(document: Document) -> None:
    again = written(document)
    if document["tax_inclusive_prices"]:
        return
    # And it leads back to the same figures.
    assert again.to_draft().calculation.totals == parse_issue_document(document).calculation.totals


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_sales_and_what_comes_back_of_them(data: st.DataObject) -> None:
    # given a sale of any lines, and a return of some of them
    sold = data.draw(sales())
    assert broken(write(InvoiceDocument.of(sold))) == []
    terms = some_of(cast("st.DrawFn", data.draw), returnable(sold, ()))
    back = partial_return_rows(sold, (), terms)
    # when the return is issued, then it is a document too, though its figures are shares of the sale's
    number = {**ISSUED, "number": "ABC2025000000002", "sequence": 2}
    document = InvoiceDocument.of(as_stored(back, **number), sold.invoice)
    xml = write(document)
    assert broken(xml) == []
    assert read(xml) == document

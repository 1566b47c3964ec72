"""A stored draft gives its document back, and edited it is what it would have been at once."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_db.domain.invoices.calculation import parse_document
from platform_db.domain.invoices.draft import DraftRows, InvoiceDraft, draft_rows
from platform_db.domain.invoices.editing import with_line, with_line_changed, without_line
from platform_db.domain.invoices.partial_returns import PartialReturn, ReturnedLine, partial_return_rows
from platform_db.domain.invoices.redrafting import as_draft
from platform_db.domain.invoices.shares import Taken
from platform_db.errors import RuleViolation
from tests.invoice_examples import DAY, MANY_SIDED, WITHHELD, Document, draft, issue_document, line
from tests.unit.domain.invoices.stored import ISSUED, as_stored, stored
from tests.unit.domain.invoices.test_calculation_properties import LINES, ROUNDING, TAXES

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument

WORKED: list[dict[str, Any]] = json.loads(Path("examples/data/worked_invoices.json").read_text())["cases"]
INCLUSIVE = issue_document(
    tax_inclusive_prices=True,
    lines=[
        line(unit_price="10", charge={"amount": "1.00"}),
        line(unit_price="9.99", discount={"rate": "7.5"}, charge={"amount": "0.03"}),
        line(unit_price="9.99", discount={"amount": "1.11"}, charge={"amount": "0.07"}, kdv_rate="10"),
    ],
)


def figures(rows: DraftRows) -> DraftRows:
    """The rows without the key that is random."""
    return DraftRows({**rows.invoice, "ettn": None}, rows.lines, rows.tax_subtotals, rows.withholdings)


def redrafted(document: InvoiceDocument) -> DraftRows:
    return figures(draft_rows(as_draft(document)))


@pytest.mark.parametrize("case", WORKED, ids=[case["id"] for case in WORKED])
def test_a_worked_invoice_comes_back_from_its_rows(case: dict[str, Any]) -> None:
    parties, document = draft(1), parse_document(case["input"])
    abroad = document.exchange_rate is not None
    rows = draft_rows(
        InvoiceDraft(
            user_id=1,
            document=document,
            issuer=parties.issuer,
            customer=parties.customer,
            payment_iban="TR330006100519786457841326",
            exchange_rate_date=document.issue_date if abroad else None,
            exchange_rate_source="TCMB" if abroad else None,
        )
    )

    assert redrafted(as_stored(rows)) == figures(rows)


@pytest.mark.parametrize("document", [MANY_SIDED, WITHHELD, INCLUSIVE], ids=["many-sided", "withheld", "inclusive"])
def test_every_member_comes_back(document: Document) -> None:
    rows = draft_rows(draft(3, document))

    assert redrafted(as_stored(rows)) == figures(rows)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    lines = draw(st.lists(LINES, min_size=1, max_size=3))
    inclusive = draw(st.booleans())
    if not inclusive:
        lines = [{**each, "other_taxes": draw(TAXES)} for each in lines]
    return issue_document(type="SGK", lines=lines, tax_inclusive_prices=inclusive, rounding=draw(ROUNDING))


@given(documents())
def test_every_document_comes_back(document: Document) -> None:
    rows = draft_rows(draft(3, document))

    assert redrafted(as_stored(rows)) == figures(rows)


@pytest.mark.parametrize("head", [{}, {"allowances": [{"amount": "99.99"}]}, {"rounding": "document"}])
def test_an_edited_draft_is_the_document_drafted_at_once(head: Document) -> None:
    # given a draft of two lines, the first below the withholding limit alone
    first = line(unit_price="4000", withholding_code="604")
    more = line(quantity="3", kdv_rate="10", item_data={"parti": "7"}, exemption_reason=None)
    terms = {"type": "TEVKIFAT", **head}
    edited = as_draft(stored(issue_document(lines=[first, line(unit_price="1")], **terms)))
    # when a line comes, one changes, and one goes
    edited = with_line(edited, more)
    edited = with_line_changed(edited, 1, {"quantity": "3", "discount": {"rate": "12.5"}})
    edited = without_line(edited, 2)
    # then it is what it would have been at once, withheld now that the limit is exceeded
    changed = {**first, "quantity": "3", "discount": {"rate": "12.5"}}
    at_once = draft(3, issue_document(lines=[changed, more], **terms))
    assert figures(draft_rows(edited)) == figures(draft_rows(at_once))
    assert edited.calculation.totals.withheld > 0


def test_a_member_is_taken_away_by_none() -> None:
    given = draft(3, issue_document(lines=[line(discount={"rate": "10"}, product_id=4)]))

    edited = with_line_changed(given, 1, {"discount": None, "product_id": None})

    assert figures(draft_rows(edited)) == figures(draft_rows(draft(3)))


def test_an_edit_is_judged_by_every_rule() -> None:
    given = draft(3)
    refusals: list[tuple[Any, str, tuple[str, ...]]] = [
        (lambda: with_line(given, line(kdv_rate="17")), "ck_invoice_lines_kdv_rate_in_force", ("lines.1.kdv_rate",)),
        (lambda: with_line(given, line(colour="red")), "field_known", ("lines.1.colour",)),
        (lambda: with_line_changed(given, 2, {}), "line_exists", ("line_number",)),
        (lambda: with_line_changed(given, 0, {}), "line_exists", ("line_number",)),
        (lambda: without_line(given, 1), "ck_invoices_has_lines", ("lines",)),
    ]
    for edit, rule, fields in refusals:
        with pytest.raises(RuleViolation) as refusal:
            edit()
        assert (refusal.value.rule, refusal.value.fields) == (rule, fields)


def test_shares_of_another_invoice_are_not_edited() -> None:
    # given three pieces for 1.00 and 0.20 of KDV, of which one came back, and another
    sale = stored(issue_document(lines=[line(quantity="3", unit_price="0.333")]), **ISSUED)
    first, second = (
        partial_return_rows(
            sale,
            [Taken(each, is_credit=False) for each in taken],
            PartialReturn(issue_date=DAY, lines=(ReturnedLine(line_number=1, quantity=Decimal(quantity)),)),
        )
        for taken, quantity in (((), 1), ((sale.lines[0].model_copy(update=_ONE),), 1))
    )

    # then the one whose figures follow from its lines is, and the other is not
    assert [row["kdv_cents"] for row in (*first.lines, *second.lines)] == [7, 6]
    assert as_draft(as_stored(first)).document.lines[0].quantity == 1
    with pytest.raises(RuleViolation) as refusal:
        as_draft(as_stored(second))
    assert refusal.value.rule == "draft_recalculates"


_ONE = {"quantity": Decimal(1), "gross_cents": 33, "net_cents": 33, "kdv_base_cents": 33, "kdv_cents": 7}

"""What no document can hold is refused by name; nothing half written comes out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_db.errors import RuleViolation
from platform_db.ubl import InvoiceDocument, read, write
from platform_db.ubl.values import Amount, Identifier, Numeric, Text, Time
from tests.ubl.invoices import PAIRS, issued, sale

if TYPE_CHECKING:
    from platform_db.ubl.elements.invoice import Invoice

CONTENT = InvoiceDocument.of(issued(sale(*PAIRS[0]))).content
LINE = CONTENT.invoice_line[0]


def priced(value: Decimal) -> Invoice:
    price = replace(LINE.price, price_amount=Amount(value, "TRY"))
    return replace(CONTENT, invoice_line=(replace(LINE, price=price),))


UNWRITABLE: dict[str, tuple[Invoice, str, str]] = {
    "no lines": (replace(CONTENT, invoice_line=()), "ubl_element_required", "/Invoice/cac:InvoiceLine"),
    "a control character": (
        replace(CONTENT, note=(Text("a"), Text("\x0b"))),
        "ubl_text_storable",
        "/Invoice/cbc:Note[2]",
    ),
    "a null": (replace(CONTENT, id=Identifier("\x00")), "ubl_text_storable", "/Invoice/cbc:ID"),
    "a lone surrogate": (replace(CONTENT, id=Identifier("\ud800")), "ubl_text_storable", "/Invoice/cbc:ID"),
    "no character": (replace(CONTENT, id=Identifier("\uffff")), "ubl_text_storable", "/Invoice/cbc:ID"),
    "such an attribute": (
        replace(CONTENT, id=Identifier("1", scheme_id="\x01")),
        "ubl_text_storable",
        "/Invoice/cbc:ID",
    ),
    "NaN": (priced(Decimal("NaN")), "ubl_decimal", "/Invoice/cac:InvoiceLine/cac:Price/cbc:PriceAmount"),
    "infinity": (priced(Decimal("Infinity")), "ubl_decimal", "/Invoice/cac:InvoiceLine/cac:Price/cbc:PriceAmount"),
    "more than a reader takes": (
        priced(Decimal("1e50")),
        "ubl_decimal",
        "/Invoice/cac:InvoiceLine/cac:Price/cbc:PriceAmount",
    ),
    "no time": (replace(CONTENT, issue_time=Time("25:00:00")), "ubl_time", "/Invoice/cbc:IssueTime"),
}


@pytest.mark.parametrize("name", UNWRITABLE)
def test_what_no_document_can_hold(name: str) -> None:
    content, rule, place = UNWRITABLE[name]
    with pytest.raises(RuleViolation) as refused:
        write(InvoiceDocument(content))
    assert [(each.rule, each.fields) for each in refused.value.violations] == [(rule, (place,))]


XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda c: c >= " " or c in "\t\n\r"
    )
)


@settings(max_examples=100, deadline=None)
@given(XML_TEXT, XML_TEXT, st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=0, max_value=10**20))
def test_every_text_and_number_comes_back_as_it_was(text: str, attribute: str, value: Decimal) -> None:
    note = Text(text, language_locale_id=attribute)
    content = replace(priced(value), note=(note,), id=Identifier(text, scheme_name=attribute))
    assert read(write(InvoiceDocument(content))).content == content


def test_numbers_are_written_out() -> None:
    assert Numeric(Decimal("1E+3")).written() == "1000"
    assert Numeric(Decimal("18.0")).written() == "18.0"
    assert Amount(Decimal("0E-8"), "TRY").written() == "0.00000000"


def test_an_ettn_that_is_none_makes_no_document() -> None:
    with pytest.raises(RuleViolation, match="ubl_ettn"):
        InvoiceDocument(replace(CONTENT, uuid=Identifier("not one")))

"""Issued invoices of every kind, without a database, and what Hypothesis draws of them."""

from __future__ import annotations

import itertools
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from platform_db.domain.invoices.codes import (
    WITHHOLDING_TYPES,
    InvoiceProfile,
    InvoiceTypeCode,
)
from platform_db.domain.invoices.draft import draft_rows
from platform_db.domain.invoices.issue_document import parse_issue_document
from platform_db.domain.law import exemptions, withholding
from platform_db.domain.law.other_taxes import OTHER_TAXES
from platform_db.domain.law.profiles import ZERO_RATE_WITHOUT_REASON, admits_on, is_investment_incentive
from platform_db.operations.demo.cases import load_completion
from tests.unit.domain.invoices.stored import ISSUED, as_stored

if TYPE_CHECKING:
    from platform_db.domain.invoices.document import InvoiceDocument

Document = dict[str, Any]

DAY = date(2026, 7, 10)
USER = 3
_T = InvoiceTypeCode
_WITHHELD_TAX = "4171"
_COMPLETION = load_completion()


def is_exempt_investment(profile: InvoiceProfile, type_code: InvoiceTypeCode) -> bool:
    """YTBISTISNA, and YATIRIMTESVIK with ISTISNA: left out by name."""
    return is_investment_incentive(profile, type_code) and type_code in {_T.ISTISNA, _T.YTBISTISNA}


PAIRS = [
    pair
    for pair in itertools.product(InvoiceProfile, InvoiceTypeCode)
    if admits_on(*pair, DAY) and not is_exempt_investment(*pair)
]


def completed(given: Document) -> Document:
    """The calculator's document with parties and everything its profile asks for; what it has itself stays."""
    whole: Document = dict(_COMPLETION.complete(given))
    lines: list[Document] = whole["lines"]
    for own, complete in zip(given["lines"], lines, strict=True):
        complete["item_data"] = {**complete.get("item_data", {}), **own.get("item_data", {})}
    return {**whole, "series": "ABC"}


def issued(document: Document, **changes: object) -> InvoiceDocument:
    """The invoice of this document as the database would give it back after issue."""
    terms = parse_issue_document(document)
    year = terms.document.issue_date.year
    numbered = {**ISSUED, "number": f"ABC{year}000000001", "fiscal_year": year}
    return as_stored(draft_rows(terms.draft(USER)), **(numbered | changes))


def line(**changes: object) -> Document:
    """A line of 2.501,00 at 20 %; a change replaces a member."""
    plain = {"description": "Kalıp bakımı", "quantity": "2", "unit": "HUR", "unit_price": "1250.50", "kdv_rate": "20"}
    return {**plain, **changes}


def sale(profile: InvoiceProfile, type_code: InvoiceTypeCode, *lines: Document, **changes: object) -> Document:
    """A whole document of this kind."""
    given = {"issue_date": DAY.isoformat(), "currency": "TRY", "profile": profile.value, "type": type_code.value}
    return completed({**given, "lines": list(lines) or [plain_line(profile, type_code)], **changes})


def plain_line(profile: InvoiceProfile, type_code: InvoiceTypeCode) -> Document:
    """The plainest line that the kind admits."""
    if type_code is _T.ISTISNA:
        return line(kdv_rate="0", exemption_code="301")
    if type_code in {_T.TEVKIFAT, _T.YTBTEVKIFAT}:
        return line(quantity="20", withholding_code="604")
    if type_code is _T.OZELMATRAH:
        return line(kdv_rate="0", exemption_code="805")
    if type_code is _T.IHRACKAYITLI:
        return line(exemption_code="702")
    if profile is InvoiceProfile.YATIRIMTESVIK:
        machine = {"item_class": "01", "machine_name": "CNC", "machine_sequence_no": "1", "machine_id": "M-1"}
        return line(item_data=machine)
    return line()


# -- drawn ------------------------------------------------------------------------------


def _figures(low: int, high: int, places: int) -> st.SearchStrategy[str]:
    return st.decimals(low, high, places=places).map(lambda value: format(value, "f"))


def _zero_rate_codes(profile: InvoiceProfile, type_code: InvoiceTypeCode) -> list[str]:
    return [
        row.code
        for row in exemptions.rows()
        if row.rate_must_be_zero is not False
        and (row.invoice_types is None or type_code in row.invoice_types)
        and exemptions.admits_document(row.code, profile, type_code, DAY)
    ]


def _taxed_codes(type_code: InvoiceTypeCode) -> list[str]:
    return [
        row.code
        for row in exemptions.rows()
        if row.rate_must_be_zero is False
        and row.code != exemptions.OUTSIDE_RATE_CONTROL
        and row.invoice_types is not None
        and type_code in row.invoice_types
    ]


def _withholding_codes() -> list[str]:
    return [row.code for row in withholding.rows() if withholding.in_force(row.code, DAY) == row]


@st.composite
def _lines(draw: st.DrawFn, profile: InvoiceProfile, type_code: InvoiceTypeCode, *, inclusive: bool) -> Document:
    shows_kdv = is_investment_incentive(profile, type_code)
    rates = ["1", "10", "20"] if shows_kdv or type_code is _T.SARJ else ["0", "1", "10", "20"]
    rate = "0" if type_code is _T.ISTISNA else draw(st.sampled_from(rates))
    code: str | None = None
    if rate == "0":
        codes = _zero_rate_codes(profile, type_code)
        code = draw(st.sampled_from([*codes, None] if type_code in ZERO_RATE_WITHOUT_REASON else codes))
    elif codes := _taxed_codes(type_code):
        code = draw(st.sampled_from([None, *codes]))
    given = line(
        description=draw(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)),
        quantity=draw(_figures(1, 500, draw(st.integers(0, 4)))),
        unit=draw(st.sampled_from(["C62", "KGM", "HUR", "MTR", "LTR", "KWH"])),
        unit_price=draw(_figures(2 if shows_kdv else 0, 900, draw(st.integers(0, 6)))),
        kdv_rate=rate,
        exemption_code=code,
    )
    if draw(st.booleans()):
        given["discount"] = {"rate": draw(_figures(0, 60, 2))}
    if draw(st.booleans()):
        given["charge"] = {"amount": draw(_figures(0, 50, 2))}
    if type_code in WITHHOLDING_TYPES and rate != "0" and draw(st.booleans()):
        given["withholding_code"] = draw(st.sampled_from(_withholding_codes()))
    if not inclusive and draw(st.booleans()):
        tax = draw(st.sampled_from([tax for tax in OTHER_TAXES if tax != _WITHHELD_TAX]))
        share = {"rate": draw(_figures(1, 40, 2))} if draw(st.booleans()) else {"amount": draw(_figures(0, 9, 2))}
        given["other_taxes"] = [{"code": tax, **share}]
    return given


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A whole document of any profile and type that the calculator accepts, with lines drawn at random."""
    profile, type_code = draw(st.sampled_from(PAIRS))
    inclusive = draw(st.booleans()) and type_code is not _T.IHRACKAYITLI
    lines = draw(st.lists(_lines(profile, type_code, inclusive=inclusive), min_size=1, max_size=4))
    changes: Document = {"tax_inclusive_prices": inclusive}
    if not inclusive:
        changes["rounding"] = draw(st.sampled_from(["line", "document"]))
        if all(float(each["unit_price"]) >= 1 and "discount" not in each for each in lines):
            changes["allowances"] = [{"amount": draw(_figures(0, 1, 2)), "reason": "Kampanya"}]
            changes["charges"] = [{"amount": draw(_figures(0, 5, 2))}]
    if draw(st.booleans()):
        changes |= {"currency": "EUR", "exchange_rate": draw(_figures(1, 60, 6))}
    return sale(profile, type_code, *lines, **changes)

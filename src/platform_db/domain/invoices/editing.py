"""A draft with a line more, a line less, or a line changed.

Pure functions over drafts: what comes out is judged by every rule, and stored it is the same
as if it had been drafted so at once.

>>> from datetime import date
>>> from platform_db.domain.invoices.calculation import parse_document
>>> line = {"description": "Kalıp bakımı", "quantity": "1", "unit": "C62", "unit_price": "100", "kdv_rate": "20"}
>>> terms = {"issue_date": "2026-11-20", "currency": "TRY", "profile": "TEMELFATURA", "type": "SATIS"}
>>> party = {"title": "Deneme Kalıp A.Ş.", "tax_number": "1234567890", "tax_office": "Nilüfer",
...          "address": "Sanayi Cad. 7", "district": "Nilüfer", "city": "Bursa"}
>>> given = InvoiceDraft(user_id=1, document=parse_document({**terms, "lines": [line]}), issuer=party, customer=party)
>>> two = with_line(given, {**line, "quantity": "3"})
>>> two.calculation.totals.payable, without_line(two, 1).calculation.totals.payable
(48000, 36000)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from platform_db.domain.invoices.calculation import (
    DocumentAmount,
    InvoiceDocumentInput,
    InvoiceLineInput,
    OtherTaxInput,
    bounds,
    parse_document,
)
from platform_db.domain.invoices.calculation.arithmetic import cents_text, plain
from platform_db.domain.invoices.draft import InvoiceDraft, LineDetails
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["with_line", "with_line_changed", "without_line"]

_DETAILS: Final = frozenset(LineDetails.model_fields)

_LINE_EXISTS: Final = Violation(
    rule="line_exists",
    fields=("line_number",),
    message=Message("Faturada böyle bir satır yoktur", "The invoice has no such line"),
    entity=InvoiceLine.entity,
)


def with_line(draft: InvoiceDraft, line: Mapping[str, object]) -> InvoiceDraft:
    """The draft with one more line at its end.

    ``line`` is written as a line of the calculator's document, where it may have
    ``product_id``, ``exemption_reason`` and ``item_data`` too.

    Raises
    ------
    RuleViolation
        A rule is broken; paths as ``lines.2.kdv_rate``.
    """
    lines, details = _lines(draft)
    return _redrafted(draft, [*lines, _figures(line)], [*details, _beside(line)])


def with_line_changed(draft: InvoiceDraft, line_number: int, changes: Mapping[str, object]) -> InvoiceDraft:
    """The draft with these members of a line replaced; None takes a member away.

    Raises
    ------
    RuleViolation
        There is no such line, or a rule is broken.
    """
    lines, details = _lines(draft)
    place = _place(lines, line_number)
    whole = {**lines[place], **dict(details[place]), **changes}
    lines[place], details[place] = _figures(whole), _beside(whole)
    return _redrafted(draft, lines, details)


def without_line(draft: InvoiceDraft, line_number: int) -> InvoiceDraft:
    """The draft without a line; those after it move up.

    Raises
    ------
    RuleViolation
        There is no such line, it is the only one, or what is left breaks a rule.
    """
    lines, details = _lines(draft)
    place = _place(lines, line_number)
    del lines[place], details[place]
    return _redrafted(draft, lines, details)


def _place(lines: Sequence[object], line_number: int) -> int:
    if not 1 <= line_number <= len(lines):
        raise RuleViolation(_LINE_EXISTS)
    return line_number - 1


def _redrafted(
    draft: InvoiceDraft, lines: Sequence[Mapping[str, object]], details: Sequence[LineDetails]
) -> InvoiceDraft:
    document = parse_document({**_head(draft.document), "lines": list(lines)})
    terms = {name: getattr(draft, name) for name in InvoiceDraft.model_fields}
    return InvoiceDraft.parse({**terms, "document": document, "lines": tuple(details)})


def _figures(line: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in line.items() if name not in _DETAILS and value is not None}


def _beside(line: Mapping[str, object]) -> LineDetails:
    return LineDetails.parse({name: line[name] for name in _DETAILS if line.get(name) is not None})


def _lines(draft: InvoiceDraft) -> tuple[list[dict[str, object]], list[LineDetails]]:
    details = list(draft.lines) or [LineDetails() for _ in draft.document.lines]
    return [_written(line) for line in draft.document.lines], details


# -- a document in the calculator's own form -------------------------------------------


def _head(document: InvoiceDocumentInput) -> dict[str, object]:
    return {
        "issue_date": document.issue_date.isoformat(),
        "currency": document.currency.value,
        "exchange_rate": None if document.exchange_rate is None else str(document.exchange_rate),
        "profile": document.profile.value,
        "type": document.type.value,
        "rounding": document.rounding.value,
        "tax_inclusive_prices": document.tax_inclusive_prices,
        "allowances": [_amount_given(given) for given in document.allowances],
        "charges": [_amount_given(given) for given in document.charges],
    }


def _amount_given(given: DocumentAmount) -> dict[str, object]:
    return {"amount": cents_text(given.amount), "reason": given.reason}


def _written(line: InvoiceLineInput) -> dict[str, object]:
    discount: dict[str, object] | None = None
    if line.discount_rate_e4 is not None:
        discount = {"rate": plain(line.discount_rate_e4, bounds.DISCOUNT_RATE.exponent)}
    elif line.discount_amount is not None:
        discount = {"amount": cents_text(line.discount_amount)}
    return {
        "description": line.description,
        "quantity": plain(line.quantity_e8, bounds.QUANTITY.exponent),
        "unit": line.unit,
        "unit_price": plain(line.unit_price_e8, bounds.UNIT_PRICE.exponent),
        "discount": discount,
        "charge": {"amount": cents_text(line.charge)} if line.charge else None,
        "kdv_rate": plain(line.kdv_rate_e4, bounds.KDV_RATE.exponent),
        "withholding_code": line.withholding_code,
        "exemption_code": line.exemption_code,
        "other_taxes": [_tax_written(tax) for tax in line.other_taxes],
    }


def _tax_written(tax: OtherTaxInput) -> dict[str, object]:
    if tax.rate_e4 is not None:
        return {"code": tax.code, "rate": plain(tax.rate_e4, bounds.OTHER_TAX_RATE.exponent)}
    return {"code": tax.code, "amount": cents_text(tax.amount or 0)}

"""The return (iade) of a whole issued invoice: another invoice that mirrors its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from pydantic import StrictStr

from platform_db.domain.invoices.codes import (
    RETURN_TYPES,
    InvoiceProfile,
    InvoiceStatus,
    InvoiceType,
    InvoiceTypeCode,
)
from platform_db.domain.invoices.document import InvoiceDocument
from platform_db.domain.invoices.draft import DraftRows, Header, document_paths
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal, InvoiceWithholding
from platform_db.domain.law.exemptions import is_export_registered
from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.models import InputModel
from platform_db.domain.money import convert
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = [
    "InvoiceReturn",
    "kdv_subtotals",
    "return_header",
    "return_rows",
    "return_type",
    "returning_line",
    "totals_columns",
]

_T = InvoiceTypeCode
_YTB: Final = "YTB"

_OF_WITHHELD: Final[Mapping[InvoiceTypeCode, InvoiceTypeCode]] = MappingProxyType(
    {_T.TEVKIFAT: _T.TEVKIFATIADE, _T.YTBTEVKIFAT: _T.YTBTEVKIFATIADE},
)
"""Returns of withholding invoices on which nothing was withheld after all."""

_RETURNABLE: Final = Violation(
    rule="return_of_sale",
    fields=("type_code",),
    message=Message("İade faturası yeniden iade edilemez", "A return is not itself returned"),
    entity=Invoice.entity,
)
_AFTER_ORIGINAL: Final = Violation(
    rule="return_after_original",
    fields=("issue_date",),
    message=Message("İade, iade edilen faturadan önce olamaz", "A return is not issued before what it returns"),
    entity=Invoice.entity,
)
_NOT_COPIED: Final = frozenset(
    {
        "due_date",
        "delivery_date",
        "despatch_number",
        "despatch_date",
        "return_of_number",
        "return_of_issue_date",
        "note",
    },
)
"""Header columns that speak of the first delivery, not of the return."""


class InvoiceReturn(InputModel):
    """How a whole invoice is returned.

    ``profile`` None keeps the invoice's own. A TICARIFATURA cannot hold an IADE; its return
    is customarily a TEMELFATURA.
    """

    entity = "invoices"

    issue_date: date
    profile: InvoiceProfile | None = None
    note: StrictStr | None = None


def return_type(invoice: Invoice) -> InvoiceTypeCode:
    """The type under which an invoice is returned.

    IADE, and YTBIADE for the investment incentive's. TEVKIFAT becomes TEVKIFATIADE only
    where nothing was withheld: that type can hold no withholding, so with one the payable
    would not be what was paid; such a return is an IADE that repeats the withholding
    (TURKISH_RULES §2, §6).

    Raises
    ------
    RuleViolation
        The invoice is a return itself.
    """
    if invoice.type_code in RETURN_TYPES:
        raise RuleViolation(_RETURNABLE)
    if not invoice.withheld_cents and invoice.type_code in _OF_WITHHELD:
        return _OF_WITHHELD[invoice.type_code]
    return _T.YTBIADE if invoice.type_code.startswith(_YTB) else _T.IADE


def return_rows(original: InvoiceDocument, terms: InvoiceReturn) -> DraftRows:
    """Make the rows of a draft that returns the whole of ``original``, at its rates and exchange rate.

    The payable is that of the original, to the kuruş. Parties stay as they were: the
    document stands in a series of the same issuer. KDV that was not collected
    (export-registered, 70x) does not come back: those lines carry rate 0.

    Raises
    ------
    RuleViolation
        The original is a draft, cancelled or a return; ``issue_date`` lies before its own;
        the profile does not admit the return's type.
    """
    invoice = original.invoice
    header = return_header(invoice, terms)
    lines = tuple(_columns(returning_line(original, line)) for line in original.lines)
    return DraftRows(
        invoice={"user_id": invoice.user_id, "ettn": uuid4(), **header, **totals_columns(invoice, lines)},
        lines=lines,
        tax_subtotals=(*kdv_subtotals(lines), *_other_subtotals(original.tax_subtotals)),
        withholdings=tuple(_columns(row) for row in original.withholdings),
    )


def return_header(invoice: Invoice, terms: InvoiceReturn) -> dict[str, object]:
    """The header of a return of an invoice, without its amounts.

    Raises
    ------
    RuleViolation
        The invoice is a draft, cancelled or a return; ``issue_date`` lies before its own; the
        profile does not admit the return's type.
    """
    if invoice.status in {InvoiceStatus.DRAFT, InvoiceStatus.CANCELLED}:
        raise RuleViolation(Invoice.refusal("return_has_reference"))
    type_code = return_type(invoice)
    if terms.issue_date < invoice.issue_date:
        raise RuleViolation(_AFTER_ORIGINAL)
    header: dict[str, object] = {
        **{name: None if name in _NOT_COPIED else getattr(invoice, name) for name in Header.model_fields},
        # A credit gives back no goods; a return of one does what any return does.
        "type": InvoiceType.ADJUSTMENT if invoice.type is InvoiceType.CREDIT else invoice.type,
        "type_code": type_code,
        "profile": terms.profile or invoice.profile,
        "issue_date": terms.issue_date,
        "return_of_invoice_id": invoice.id,
        "note": terms.note,
        "meta": {},
    }
    _demand(header)
    return header


def returning_line(original: InvoiceDocument, line: InvoiceLine) -> InvoiceLine:
    """A line as it comes back: without a code that withheld nothing, and without KDV that was not collected."""
    changes: dict[str, object] = {}
    if all(line.withholding_code != row.code for row in original.withholdings):
        changes |= {"withholding_code": None, "withholding_percent": None}
    uncollected = original.invoice.deferred_kdv_cents > 0
    if uncollected and line.exemption_code is not None and is_export_registered(line.exemption_code):
        changes |= {"kdv_rate": Decimal(0), "kdv_cents": 0}
    return line.model_copy(update=changes) if changes else line


def _demand(header: Mapping[str, object]) -> None:
    try:
        Header.parse(header)
    except RuleViolation as refused:
        raise RuleViolation(*map(document_paths, refused.violations)) from None


def _columns(row: InvoiceLine | InvoiceTaxSubtotal | InvoiceWithholding) -> dict[str, object]:
    return {name: value for name, value in row if name not in {"id", "invoice_id"}}


def totals_columns(invoice: Invoice, lines: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The amounts of a return with these lines, in minor units, at the exchange rate of ``invoice``."""

    def total(name: str) -> int:
        return sum(_whole(line[name]) for line in lines)

    allowance, charge = total("allowance_share_cents"), total("charge_share_cents")
    gross, discounts, charges = total("gross_cents"), total("discount_cents"), total("charge_cents")
    exclusive = gross - discounts - allowance + charges + charge
    kdv, other_taxes, withheld = total("kdv_cents"), total("other_taxes_cents"), total("withheld_cents")
    inclusive = exclusive + kdv + other_taxes
    payable = inclusive - withheld
    return {
        "gross_cents": gross,
        "document_allowance_cents": allowance,
        "document_charge_cents": charge,
        "allowance_cents": discounts + allowance,
        "charge_cents": charges + charge,
        "tax_exclusive_cents": exclusive,
        "kdv_cents": kdv,
        "other_taxes_cents": other_taxes,
        "tax_inclusive_cents": inclusive,
        "withheld_cents": withheld,
        "deferred_kdv_cents": 0,
        "payable_cents": payable,
        "payable_try_cents": payable if invoice.exchange_rate is None else convert(payable, invoice.exchange_rate),
    }


def kdv_subtotals(lines: Iterable[Mapping[str, object]]) -> Iterable[dict[str, object]]:
    """The KDV of these lines by rate."""
    sums: dict[object, tuple[int, int]] = {}
    for line in lines:
        base, amount = sums.get(line["kdv_rate"], (0, 0))
        sums[line["kdv_rate"]] = (base + _whole(line["kdv_base_cents"]), amount + _whole(line["kdv_cents"]))
    for rate, (base, amount) in sums.items():
        yield {"tax_code": KDV_CODE, "rate": rate, "base_cents": base, "amount_cents": amount}


def _other_subtotals(rows: Iterable[InvoiceTaxSubtotal]) -> Iterable[dict[str, object]]:
    return (_columns(row) for row in rows if row.tax_code != KDV_CODE)


def _whole(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101 - a column of minor units
    return value

"""Taxes and what is withheld, of a line and of the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.law import exemptions, withholding
from platform_db.domain.law.profiles import ZERO_RATE_WITHOUT_REASON
from platform_db.domain.law.rates import KDV_CODE
from platform_db.ubl.elements.amounts import TaxCategory, TaxSubtotal, TaxTotal
from platform_db.ubl.elements.references import TaxScheme
from platform_db.ubl.export.figures import amount, code, number, text, text_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.invoices.lines import InvoiceLine
    from platform_db.domain.invoices.subtotals import InvoiceWithholding

__all__ = ["taxes_of_document", "taxes_of_line", "withheld_from_document", "withheld_from_line"]

_KDV: Final = "KDV"
_NO_KDV: Final = "351"
"""KDV is 0 for another reason (TURKISH_RULES §3): of a taxed base too small for one kuruş of KDV."""


@dataclass(frozen=True, slots=True)
class _Tax:
    """One tax on one line; the document shows one row per ``key``."""

    code: str
    rate: Decimal | None
    exemption_code: str | None
    exemption_reason: str | None
    base_cents: int
    amount_cents: int

    def key(self) -> tuple[str, bool, Decimal, str]:
        return self.code, self.rate is None, self.rate or Decimal(0), self.exemption_code or ""


def taxes_of_line(line: InvoiceLine, invoice: Invoice) -> TaxTotal:
    """The taxes of a line; their sum is what the customer pays, without what is withheld."""
    return _total(list(_taxes(line)), line.withheld_cents, invoice)


def taxes_of_document(lines: Sequence[InvoiceLine], invoice: Invoice) -> TaxTotal:
    """One row per tax, percent and exemption; the sum is less what is withheld, as GİB's samples have it."""
    taxes = sorted((tax for line in lines for tax in _taxes(line)), key=_Tax.key)
    rows = [_explained(_sum(list(alike)), invoice) for _, alike in groupby(taxes, _Tax.key)]
    return _total(rows, invoice.withheld_cents, invoice)


def withheld_from_line(line: InvoiceLine, invoice: Invoice) -> tuple[TaxTotal, ...]:
    """What is withheld of a line's KDV; nothing at or below the limit."""
    if not line.withheld_cents or line.withholding_code is None or line.withholding_percent is None:
        return ()
    row = _withheld((line.withholding_code, line.withholding_percent), (line.kdv_cents, line.withheld_cents), invoice)
    return (TaxTotal(tax_amount=row.tax_amount, tax_subtotal=(row,)),)


def withheld_from_document(withholdings: Iterable[InvoiceWithholding], invoice: Invoice) -> tuple[TaxTotal, ...]:
    """One row per code."""
    rows = tuple(
        _withheld((each.code, each.percent), (each.base_cents, each.amount_cents), invoice) for each in withholdings
    )
    if not rows:
        return ()
    return (TaxTotal(tax_amount=amount(invoice.withheld_cents, invoice.currency), tax_subtotal=rows),)


def _taxes(line: InvoiceLine) -> Iterable[_Tax]:
    base = line.kdv_base_cents - line.other_taxes_in_base_cents
    for listed in cast("list[dict[str, str | int | None]]", line.other_taxes):
        rate = listed["rate"]
        yield _Tax(
            code=str(listed["code"]),
            rate=None if rate is None else Decimal(rate),
            exemption_code=None,
            exemption_reason=None,
            base_cents=base,
            amount_cents=int(listed["amount_cents"] or 0),
        )
    exemption, reason = line.exemption_code, line.exemption_reason
    yield _Tax(KDV_CODE, line.kdv_rate, exemption, reason, line.kdv_base_cents, line.kdv_cents)


def _sum(alike: list[_Tax]) -> _Tax:
    first = alike[0]
    reasons = dict.fromkeys(tax.exemption_reason for tax in alike if tax.exemption_reason is not None)
    return _Tax(
        code=first.code,
        rate=first.rate,
        exemption_code=first.exemption_code,
        exemption_reason="; ".join(reasons) or None,
        base_cents=sum(tax.base_cents for tax in alike),
        amount_cents=sum(tax.amount_cents for tax in alike),
    )


def _explained(tax: _Tax, invoice: Invoice) -> _Tax:
    """The row with a reason where GİB asks for one: wherever the KDV is 0, at whatever rate."""
    needs_none = tax.amount_cents or tax.code != KDV_CODE or invoice.type_code in ZERO_RATE_WITHOUT_REASON
    return tax if needs_none or tax.exemption_code is not None else replace(tax, exemption_code=_NO_KDV)


def _total(taxes: list[_Tax], withheld_cents: int, invoice: Invoice) -> TaxTotal:
    charged = sum(tax.amount_cents for tax in taxes) - withheld_cents
    return TaxTotal(
        tax_amount=amount(charged, invoice.currency),
        tax_subtotal=tuple(_subtotal(tax, invoice) for tax in taxes),
    )


def _subtotal(tax: _Tax, invoice: Invoice) -> TaxSubtotal:
    exemption = tax.exemption_code
    reason = (tax.exemption_reason or "").strip() or (None if exemption is None else _reason(exemption))
    return TaxSubtotal(
        taxable_amount=amount(tax.base_cents, invoice.currency),
        tax_amount=amount(tax.amount_cents, invoice.currency),
        percent=None if tax.rate is None else number(tax.rate),
        tax_category=TaxCategory(
            tax_exemption_reason_code=None if exemption is None else code(exemption),
            tax_exemption_reason=text_or_none(reason),
            tax_scheme=TaxScheme(name=text(_KDV) if tax.code == KDV_CODE else None, tax_type_code=code(tax.code)),
        ),
    )


def _reason(exemption: str) -> str:
    known = exemptions.find(exemption)
    return exemption if known is None or known.name is None else known.name


def _withheld(code_and_percent: tuple[str, int], base_and_amount: tuple[int, int], invoice: Invoice) -> TaxSubtotal:
    (withholding_code, percent), (base, withheld) = code_and_percent, base_and_amount
    known = withholding.in_force(withholding_code, invoice.issue_date)
    return TaxSubtotal(
        taxable_amount=amount(base, invoice.currency),
        tax_amount=amount(withheld, invoice.currency),
        percent=number(percent),
        tax_category=TaxCategory(
            tax_scheme=TaxScheme(name=text_or_none(known and known.name), tax_type_code=code(withholding_code)),
        ),
    )

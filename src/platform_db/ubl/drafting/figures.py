"""What is calculated against what is written: a draft never puts a figure right."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from platform_db.domain.invoices.calculation import bounds
from platform_db.domain.invoices.calculation.arithmetic import plain
from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.money import from_cents
from platform_db.domain.rounding import round_half_up
from platform_db.ubl import refusals
from platform_db.ubl.arithmetic import subtotal_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from platform_db.domain.invoices.calculation import Calculation
    from platform_db.errors import Violation
    from platform_db.ubl.elements.amounts import TaxTotal
    from platform_db.ubl.elements.invoice import Invoice

__all__ = ["differing"]


def differing(calculation: Calculation, invoice: Invoice) -> tuple[Violation, ...]:
    """The places of the amounts that are not as calculated."""
    return tuple(refusals.DRAFT_FIGURE.at(place) for place in _places(calculation, invoice))


def _places(calculation: Calculation, invoice: Invoice) -> Iterator[str]:
    for number, (line, figures) in enumerate(zip(invoice.invoice_line, calculation.lines, strict=True), start=1):
        place = f"/Invoice/cac:InvoiceLine[{number}]"
        if not _is(figures.net, line.line_extension_amount.value):
            yield f"{place}/cbc:LineExtensionAmount"
        if line.tax_total is not None and not _is(figures.kdv, _kdv((line.tax_total,))):
            yield f"{place}/cac:TaxTotal"
        if line.withholding_tax_total and not _is(figures.withheld, _sum(line.withholding_tax_total)):
            yield f"{place}/cac:WithholdingTaxTotal"
    if _calculated_taxes(calculation) != _written_taxes(invoice):
        yield "/Invoice/cac:TaxTotal"
    if not _is(calculation.totals.withheld, _sum(invoice.withholding_tax_total)):
        yield "/Invoice/cac:WithholdingTaxTotal"
    sums, totals = invoice.legal_monetary_total, calculation.totals
    for name, cents, written in (
        ("TaxExclusiveAmount", totals.tax_exclusive, sums.tax_exclusive_amount),
        ("TaxInclusiveAmount", totals.tax_inclusive, sums.tax_inclusive_amount),
        ("PayableAmount", totals.payable, sums.payable_amount),
    ):
        if not _is(cents, written.value):
            yield f"/Invoice/cac:LegalMonetaryTotal/cbc:{name}"


def _is(cents: int, written: Decimal) -> bool:
    return from_cents(cents) == round_half_up(written)


def _kdv(totals: Iterable[TaxTotal]) -> Decimal:
    return sum(
        (
            subtotal.tax_amount.value
            for total in totals
            for subtotal in total.tax_subtotal
            if subtotal_key(subtotal)[0] == KDV_CODE
        ),
        Decimal(0),
    )


def _sum(totals: Iterable[TaxTotal]) -> Decimal:
    return sum((subtotal.tax_amount.value for total in totals for subtotal in total.tax_subtotal), Decimal(0))


def _calculated_taxes(calculation: Calculation) -> dict[str, Decimal]:
    """The amounts by code and percent; taxes given as an amount have none."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in calculation.tax_subtotals:
        percent = "" if row.rate_e4 is None else plain(row.rate_e4, bounds.OTHER_TAX_RATE.exponent)
        found[f"{row.code} {percent}"] += from_cents(row.amount)
    return {key: amount for key, amount in found.items() if amount}


def _written_taxes(invoice: Invoice) -> dict[str, Decimal]:
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for subtotal in (subtotal for total in invoice.tax_total for subtotal in total.tax_subtotal):
        code, percent = subtotal_key(subtotal)
        shown = "" if not percent else format(percent, "f")
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        found[f"{code} {shown}"] += round_half_up(subtotal.tax_amount.value)
    return {key: amount for key, amount in found.items() if amount}

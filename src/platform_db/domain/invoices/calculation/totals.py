"""From calculated lines to the sums of the document, and what only the sums can show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from platform_db.domain.invoices.calculation import refusals
from platform_db.domain.invoices.calculation.arithmetic import converted
from platform_db.domain.invoices.calculation.document import InvoiceDocumentInput
from platform_db.domain.invoices.calculation.result import Calculation, TaxSubtotal, Totals
from platform_db.domain.invoices.calculation.working_line import WorkingLine
from platform_db.domain.invoices.codes import InvoiceTypeCode
from platform_db.domain.law import exemptions
from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.money import MAX_CENTS
from platform_db.errors import RuleViolation, Violation

__all__ = ["Sums", "check", "in_try", "tax_subtotals", "totals"]


def tax_subtotals(lines: list[WorkingLine]) -> tuple[TaxSubtotal, ...]:
    """One row per tax code and rate, by code and rate; taxes given as an amount last within their code."""
    sums: dict[tuple[str, bool, int], list[int]] = {}
    for line in lines:
        row = sums.setdefault((KDV_CODE, False, line.given.kdv_rate_e4), [0, 0])
        row[0] += line.kdv_base
        row[1] += line.kdv
        base = line.kdv_base - line.other_taxes_in_base
        for tax in line.other_taxes:
            row = sums.setdefault((tax.code, tax.rate_e4 is None, tax.rate_e4 or 0), [0, 0])
            row[0] += base
            row[1] += tax.amount
    return tuple(
        TaxSubtotal(code, None if is_amount else rate, base, amount)
        for (code, is_amount, rate), (base, amount) in sorted(sums.items())
    )


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums over the lines of a document, and of its own allowances and charges."""

    gross: int
    discount: int
    charge: int
    document_allowance: int
    document_charge: int
    kdv: int
    other_taxes: int
    withheld: int
    deferred_kdv: int

    def totals(self, in_try: Callable[[int], int]) -> Totals:
        """The totals; ``in_try`` converts an amount of the document to TRY."""
        allowance, charge = self.discount + self.document_allowance, self.charge + self.document_charge
        tax_exclusive = self.gross - allowance + charge
        tax_inclusive = tax_exclusive + self.other_taxes + self.kdv
        payable = tax_inclusive - self.withheld - self.deferred_kdv
        return Totals(
            gross=self.gross,
            allowance=allowance,
            document_allowance=self.document_allowance,
            charge=charge,
            document_charge=self.document_charge,
            tax_exclusive=tax_exclusive,
            kdv=self.kdv,
            other_taxes=self.other_taxes,
            withheld=self.withheld,
            deferred_kdv=self.deferred_kdv,
            tax_inclusive=tax_inclusive,
            payable=payable,
            payable_try=in_try(payable),
        )


def totals(document: InvoiceDocumentInput, lines: list[WorkingLine]) -> Totals:
    """The sums over the lines and the document's own allowances and charges."""
    gross = discount = charge = kdv = other_taxes = withheld = deferred_kdv = 0
    defers = document.type is InvoiceTypeCode.IHRACKAYITLI
    for line in lines:
        gross += line.gross
        discount += line.discount
        charge += line.charge
        kdv += line.kdv
        other_taxes += line.other_taxes_total
        withheld += line.withheld
        code = line.given.exemption_code
        if defers and code is not None and exemptions.is_export_registered(code):
            deferred_kdv += line.kdv
    sums = Sums(
        gross=gross,
        discount=discount,
        charge=charge,
        document_allowance=sum(given.amount for given in document.allowances),
        document_charge=sum(given.amount for given in document.charges),
        kdv=kdv,
        other_taxes=other_taxes,
        withheld=withheld,
        deferred_kdv=deferred_kdv,
    )
    return sums.totals(partial(in_try, document))


def in_try(document: InvoiceDocumentInput, amount: int) -> int:
    """An amount of the document in kuruş of TRY, rounded."""
    return amount if document.exchange_rate_e6 is None else converted(amount, document.exchange_rate_e6)


def check(calculation: Calculation) -> None:
    """Refuse what only the figures show.

    Raises
    ------
    RuleViolation
        An amount does not fit 64-bit kuruş; code 555 on a line whose KDV is 0.
    """
    broken = [*_without_kdv(calculation), *_overflowing(calculation)]
    if broken:
        raise RuleViolation(*broken)


def _without_kdv(calculation: Calculation) -> Iterator[Violation]:
    for index, line in enumerate(calculation.document.lines):
        if line.exemption_code == exemptions.OUTSIDE_RATE_CONTROL and not calculation.lines[index].kdv:
            yield refusals.EXEMPTION_WITHOUT_KDV.at(f"lines.{index}.exemption_code", f"lines.{index}.kdv_rate")


def _overflowing(calculation: Calculation) -> Iterator[Violation]:
    sums = calculation.totals
    if sums.document_charge > MAX_CENTS:
        yield refusals.AMOUNT_FITS.at("charges")
        return
    largest = max(
        sums.gross,
        sums.allowance,
        sums.charge,
        sums.tax_inclusive,
        *[line.net for line in calculation.lines],
        *[row.base for row in calculation.tax_subtotals],
    )
    if largest > MAX_CENTS:
        yield refusals.AMOUNT_FITS.at("lines")
    elif sums.payable_try > MAX_CENTS:
        yield refusals.AMOUNT_FITS.at("exchange_rate")

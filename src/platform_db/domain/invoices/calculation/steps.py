"""The steps of the calculation, in order: lines, spreading, other taxes, KDV, withholding, totals."""

from __future__ import annotations

from platform_db.domain.invoices.calculation import refusals, totals
from platform_db.domain.invoices.calculation.arithmetic import discount_of, gross_of, part, percent_of, tax_inside
from platform_db.domain.invoices.calculation.document import InvoiceDocumentInput, InvoiceLineInput
from platform_db.domain.invoices.calculation.kdv_rates import admitted_rates
from platform_db.domain.invoices.calculation.result import CalculatedTax, Calculation, WithholdingSubtotal
from platform_db.domain.invoices.calculation.working_line import WorkingLine
from platform_db.domain.invoices.codes import InvoiceRounding
from platform_db.domain.law import withholding
from platform_db.domain.law.other_taxes import OTHER_TAXES
from platform_db.domain.law.withholding import WithholdingKind
from platform_db.domain.rounding import largest_remainder
from platform_db.errors import RuleViolation

__all__ = ["calculate", "ratio_name"]


def calculate(document: InvoiceDocumentInput) -> Calculation:
    """Every figure of a document, exact to the kuruş.

    ``document`` comes from :func:`~platform_db.domain.invoices.calculation.parse_document`,
    which has judged its form, the law and the sums. What only the figures themselves can
    show is judged here.

    Raises
    ------
    RuleViolation
        An amount does not fit 64-bit kuruş; code 555 on a line whose KDV is 0.

    Examples
    --------
    >>> from platform_db import parse_document
    >>> line = {"description": "İşleme", "quantity": "2.5", "unit": "HUR", "unit_price": "1400", "kdv_rate": "20"}
    >>> terms = {"issue_date": "2026-05-04", "currency": "TRY", "profile": "TICARIFATURA", "type": "SATIS"}
    >>> calculate(parse_document({**terms, "lines": [line]})).totals.payable
    420000
    """
    unverified: set[str] = set()
    if document.tax_inclusive_prices:
        lines = [_inclusive(index, line) for index, line in enumerate(document.lines)]
    else:
        lines = [_exclusive(index, line) for index, line in enumerate(document.lines)]
        _rank(document, lines)
        _spread_document_amounts(document, lines)
        _add_other_taxes(lines, unverified)
        _charge_kdv(document, lines)
    rates = admitted_rates(document.issue_date, document.type)
    for line in lines:
        if not rates[line.given.kdv_rate_e4]:
            unverified.add(f"kdv_rate {line.given.kdv_rate}")
    withheld = _withhold(document, lines, unverified)
    calculation = Calculation(
        document=document,
        lines=tuple([line.finished() for line in lines]),
        tax_subtotals=totals.tax_subtotals(lines),
        withholding_subtotals=withheld,
        totals=totals.totals(document, lines),
        unverified=tuple(sorted(unverified)),
    )
    totals.check(calculation)
    return calculation


def _exclusive(index: int, given: InvoiceLineInput) -> WorkingLine:
    gross = gross_of(given.quantity_e8, given.unit_price_e8)
    discount = discount_of(gross, given.discount_rate_e4, given.discount_amount)
    net = gross - discount + given.charge
    return WorkingLine(given, index, gross, discount, given.charge, net, kdv_base=net)


def _inclusive(index: int, given: InvoiceLineInput) -> WorkingLine:
    """A line whose price, discount and charge contain the KDV; net + kdv is its inclusive amount."""
    rate = given.kdv_rate_e4
    gross = gross_of(given.quantity_e8, given.unit_price_e8)
    discount = discount_of(gross, given.discount_rate_e4, given.discount_amount)
    amount = gross - discount + given.charge
    kdv = tax_inside(amount, rate)
    net = amount - kdv
    discount -= tax_inside(discount, rate)
    charge = given.charge - tax_inside(given.charge, rate)
    return WorkingLine(given, index, net + discount - charge, discount, charge, net, kdv_base=net, kdv=kdv)


def _rank(document: InvoiceDocumentInput, lines: list[WorkingLine]) -> None:
    """Fix who comes first among equal remainders, where something will be spread."""
    if document.allowances or document.charges or document.rounding is InvoiceRounding.DOCUMENT:
        for place, line in enumerate(sorted(lines, key=WorkingLine.precedence)):
            line.place = place


def _spread_document_amounts(document: InvoiceDocumentInput, lines: list[WorkingLine]) -> None:
    if not document.allowances and not document.charges:
        return
    nets = [line.net for line in lines]
    allowances = _shares(sum(given.amount for given in document.allowances), nets, lines)
    charges = _shares(sum(given.amount for given in document.charges), nets, lines)
    for line, allowance, charge in zip(lines, allowances, charges, strict=True):
        line.allowance_share, line.charge_share = allowance, charge
        line.kdv_base += charge - allowance


def _add_other_taxes(lines: list[WorkingLine], unverified: set[str]) -> None:
    for line in lines:
        if not line.given.other_taxes:
            continue
        base = line.kdv_base
        taxes: list[CalculatedTax] = []
        for given in line.given.other_taxes:
            known = OTHER_TAXES[given.code]
            amount = part(base, given.rate_e4) if given.rate_e4 is not None else given.amount or 0
            taxes.append(CalculatedTax(given.code, given.rate_e4, amount, known.in_kdv_base))
            if not known.is_verified:
                unverified.add(f"other_tax {given.code}")
        line.other_taxes = tuple(taxes)
        line.other_taxes_total = sum(tax.amount for tax in taxes)
        line.other_taxes_in_base = sum(tax.amount for tax in taxes if tax.in_kdv_base)
        line.kdv_base += line.other_taxes_in_base


def _charge_kdv(document: InvoiceDocumentInput, lines: list[WorkingLine]) -> None:
    if document.rounding is InvoiceRounding.LINE:
        for line in lines:
            line.kdv = part(line.kdv_base, line.given.kdv_rate_e4)
        return
    by_rate: dict[int, list[WorkingLine]] = {}
    for line in lines:
        by_rate.setdefault(line.given.kdv_rate_e4, []).append(line)
    for rate, members in by_rate.items():
        bases = [line.kdv_base for line in members]
        for line, kdv in zip(members, _shares(part(sum(bases), rate), bases, members), strict=True):
            line.kdv = kdv


def _shares(total: int, weights: list[int], members: list[WorkingLine]) -> list[int]:
    return largest_remainder(total, weights, [line.place for line in members])


def _withhold(
    document: InvoiceDocumentInput,
    lines: list[WorkingLine],
    unverified: set[str],
) -> tuple[WithholdingSubtotal, ...]:
    by_code: dict[str, list[WorkingLine]] = {}
    for line in lines:
        if line.given.withholding_code is not None:
            by_code.setdefault(line.given.withholding_code, []).append(line)
    subtotals: list[WithholdingSubtotal] = []
    for code in sorted(by_code):
        members = by_code[code]
        entry = withholding.in_force(code, document.issue_date)
        if entry is None:
            raise RuleViolation(refusals.WITHHOLDING_IN_FORCE.at(f"lines.{members[0].index}.withholding_code"))
        for line in members:
            line.withholding_percent = entry.percent
        kdv = sum(line.kdv for line in members)
        if entry.kind is WithholdingKind.PARTIAL and not _exceeds_limit(document, members, unverified):
            continue
        if not kdv:
            continue
        if not entry.is_verified:
            unverified.add(ratio_name(code))
        _share_withheld(document, members, entry.percent)
        subtotals.append(WithholdingSubtotal(code, entry.percent, kdv, sum(line.withheld for line in members)))
    return tuple(subtotals)


def ratio_name(code: str) -> str:
    """How ``unverified`` names the ratio of a withholding code."""
    return f"withholding_ratio {code}"


def _exceeds_limit(document: InvoiceDocumentInput, members: list[WorkingLine], unverified: set[str]) -> bool:
    """Whether the lines of one code, base and KDV together and in TRY, are above the year's limit."""
    limit = withholding.limit(document.issue_date)
    if limit is None:
        raise RuleViolation(refusals.WITHHOLDING_LIMIT_KNOWN.at(f"lines.{members[0].index}.withholding_code"))
    if not limit.is_verified:
        unverified.add(f"withholding_limit {document.issue_date.year}")
    return totals.in_try(document, sum(line.kdv_base + line.kdv for line in members)) > limit.limit_cents


def _share_withheld(document: InvoiceDocumentInput, members: list[WorkingLine], percent: int) -> None:
    if document.rounding is InvoiceRounding.LINE or document.tax_inclusive_prices:
        for line in members:
            line.withheld = percent_of(line.kdv, percent)
        return
    weights = [line.kdv for line in members]
    for line, withheld in zip(members, _shares(percent_of(sum(weights), percent), weights, members), strict=True):
        line.withheld = withheld

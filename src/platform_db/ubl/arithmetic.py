"""Whether the amounts of a document follow from each other (TURKISH_RULES §6). Nothing is put right.

Where documents in use follow more than one convention, each of them is taken as right:
sums over net or gross lines, taxes with or without what is withheld, KDV rounded on each
line or once on the document, of a price without it or including it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.codes import InvoiceTypeCode
from platform_db.domain.law.exemptions import is_export_registered
from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.rounding import round_half_up
from platform_db.errors import Message
from platform_db.ubl.findings import Judgement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from platform_db.ubl.elements.amounts import AllowanceCharge, TaxSubtotal, TaxTotal
    from platform_db.ubl.elements.invoice import Invoice, InvoiceLine
    from platform_db.ubl.findings import Finding
    from platform_db.ubl.values import Amount

__all__ = ["differences_of", "subtotal_key", "total_of"]

_EXACT: Final = Context(prec=200)
_KURUS: Final = Decimal("0.01")
_NOTHING: Final = Decimal(0)
_SHOWN: Final = -1
"""``CalculationSequenceNumeric`` of a tax that is shown and not charged."""

_AMOUNT: Final = Judgement(
    "ubl_amount_follows",
    Message("Tutar, belgenin öteki tutarlarından çıkan tutar değil", "The amount does not follow from the others"),
)
_COUNT: Final = Judgement(
    "ubl_line_count", Message("Satır sayısı satırlarla uyuşmuyor", "The line count is not the number of lines")
)

Key = tuple[str, Decimal | None] | tuple[str, Decimal | None, str]


def subtotal_key(subtotal: TaxSubtotal) -> tuple[str, Decimal | None]:
    """Tax code and percent."""
    code = subtotal.tax_category.tax_scheme.tax_type_code
    return "" if code is None else code.value, None if subtotal.percent is None else subtotal.percent.value


def total_of(amounts: Iterable[AllowanceCharge], *, charges: bool) -> Decimal:
    """The sum of the allowances, or of the charges."""
    return sum((each.amount.value for each in amounts if each.charge_indicator.value is charges), _NOTHING)


def differences_of(invoice: Invoice) -> tuple[Finding, ...]:
    """One finding for each amount that does not follow; a difference of less than half a kuruş is none."""
    # Never the caller's context: its precision must not change a figure.
    with localcontext(_EXACT):
        return tuple(_differences(invoice))


def _differences(invoice: Invoice) -> Iterator[Finding]:
    if invoice.line_count_numeric.value != len(invoice.invoice_line):
        count = Decimal(len(invoice.invoice_line))
        yield _COUNT.at("/Invoice/cbc:LineCountNumeric", invoice.line_count_numeric.value, count)
    sums = _Sums(invoice)
    for number, line in enumerate(invoice.invoice_line, start=1):
        lone = len(invoice.invoice_line) == 1
        yield from _line(line, "/Invoice/cac:InvoiceLine" if lone else f"/Invoice/cac:InvoiceLine[{number}]", sums)
    withheld = _charged(invoice.withholding_tax_total)
    yield from _taxes(invoice.tax_total, "/Invoice/cac:TaxTotal", withheld, sums)
    yield from _taxes(invoice.withholding_tax_total, "/Invoice/cac:WithholdingTaxTotal", _NOTHING, sums)
    yield from _totals(invoice, withheld)


class _Sums:
    """The taxes of all lines by code and percent, and which of them the document rounds but once."""

    def __init__(self, invoice: Invoice) -> None:
        self._lines: defaultdict[Key, Decimal] = defaultdict(Decimal)
        self._shares: defaultdict[Key, Decimal] = defaultdict(Decimal)
        self._most_rounded: Decimal = _KURUS * len(invoice.invoice_line)
        for subtotal in _subtotals(total for line in invoice.invoice_line for total in _tax_totals(line)):
            for key in (subtotal_key(subtotal), _row_key(subtotal)):
                self._lines[key] += subtotal.tax_amount.value
        written: defaultdict[Key, Decimal] = defaultdict(Decimal)
        for subtotal in _subtotals((*invoice.tax_total, *invoice.withholding_tax_total)):
            written[subtotal_key(subtotal)] += subtotal.tax_amount.value
            self._shares[subtotal_key(subtotal)] += _share(subtotal) or _NOTHING
        self._rounded_once = {key for key, share in self._shares.items() if round_half_up(share) == written[key]}

    def of_lines(self, subtotal: TaxSubtotal, share: Decimal) -> Iterator[Decimal]:
        """What the lines give for a row of the document, where only rounding can lie between."""
        for key in (subtotal_key(subtotal), _row_key(subtotal)):
            if key in self._lines and abs(self._lines[key] - share) <= self._most_rounded:
                yield self._lines[key]

    def is_rounded_once(self, subtotal: TaxSubtotal) -> bool:
        """Whether the lines may carry shares of a sum that is rounded on the document."""
        return subtotal_key(subtotal) in self._rounded_once


def _subtotals(totals: Iterable[TaxTotal]) -> Iterator[TaxSubtotal]:
    return (subtotal for total in totals for subtotal in total.tax_subtotal)


def _row_key(subtotal: TaxSubtotal) -> Key:
    """Tax code, percent and exemption: a document has a row for each."""
    exemption = subtotal.tax_category.tax_exemption_reason_code
    return *subtotal_key(subtotal), "" if exemption is None else exemption.value


def _tax_totals(line: InvoiceLine) -> tuple[TaxTotal, ...]:
    return (*line.withholding_tax_total, *(() if line.tax_total is None else (line.tax_total,)))


def _line(line: InvoiceLine, place: str, sums: _Sums) -> Iterator[Finding]:
    gross = round_half_up(line.invoiced_quantity.value * line.price.price_amount.value)
    net = gross - total_of(line.allowance_charge, charges=False) + total_of(line.allowance_charge, charges=True)
    yield from _differs(line.line_extension_amount, f"{place}/cbc:LineExtensionAmount", net)
    withheld = _charged(line.withholding_tax_total)
    if line.tax_total is not None:
        yield from _taxes((line.tax_total,), f"{place}/cac:TaxTotal", withheld, sums, of_line=True)
    yield from _taxes(line.withholding_tax_total, f"{place}/cac:WithholdingTaxTotal", _NOTHING, sums, of_line=True)


def _taxes(
    totals: tuple[TaxTotal, ...], place: str, withheld: Decimal, sums: _Sums, *, of_line: bool = False
) -> Iterator[Finding]:
    for number, total in enumerate(totals, start=1):
        here = place if len(totals) == 1 else f"{place}[{number}]"
        for part, subtotal in enumerate(total.tax_subtotal, start=1):
            share = _share(subtotal)
            if share is None:
                continue
            right = [round_half_up(share), _inside(subtotal)]
            if not of_line:
                right.extend(sums.of_lines(subtotal, share))
            elif sums.is_rounded_once(subtotal):
                right.extend((right[0] - _KURUS, right[0] + _KURUS))
            inner = f"{here}/cac:TaxSubtotal" if len(total.tax_subtotal) == 1 else f"{here}/cac:TaxSubtotal[{part}]"
            yield from _differs(subtotal.tax_amount, f"{inner}/cbc:TaxAmount", *right)
        whole = _charged((total,))
        yield from _differs(total.tax_amount, f"{here}/cbc:TaxAmount", whole, whole - withheld)


def _totals(invoice: Invoice, withheld: Decimal) -> Iterator[Finding]:
    totals, place = invoice.legal_monetary_total, "/Invoice/cac:LegalMonetaryTotal"
    of_lines = [each for line in invoice.invoice_line for each in line.allowance_charge]
    net = sum((line.line_extension_amount.value for line in invoice.invoice_line), _NOTHING)
    allowance, charge = (total_of(of_lines, charges=charges) for charges in (False, True))
    own_allowance, own_charge = (total_of(invoice.allowance_charge, charges=charges) for charges in (False, True))
    yield from _differs(totals.line_extension_amount, f"{place}/cbc:LineExtensionAmount", net, net + allowance - charge)
    for amount, name, own, lines in (
        (totals.allowance_total_amount, "AllowanceTotalAmount", own_allowance, allowance),
        (totals.charge_total_amount, "ChargeTotalAmount", own_charge, charge),
    ):
        if amount is not None:
            yield from _differs(amount, f"{place}/cbc:{name}", own, lines, own + lines)
    exclusive = net - own_allowance + own_charge
    yield from _differs(totals.tax_exclusive_amount, f"{place}/cbc:TaxExclusiveAmount", exclusive)
    inclusive = totals.tax_exclusive_amount.value + _charged(invoice.tax_total)
    yield from _differs(totals.tax_inclusive_amount, f"{place}/cbc:TaxInclusiveAmount", inclusive)
    rounding = _NOTHING if totals.payable_rounding_amount is None else totals.payable_rounding_amount.value
    payable = totals.tax_inclusive_amount.value - withheld + rounding
    yield from _differs(totals.payable_amount, f"{place}/cbc:PayableAmount", payable, payable - _deferred(invoice))


def _deferred(invoice: Invoice) -> Decimal:
    """KDV that is shown and not collected (ihraç kayıtlı, 70x)."""
    if invoice.invoice_type_code.value != InvoiceTypeCode.IHRACKAYITLI:
        return _NOTHING
    return sum(
        (
            subtotal.tax_amount.value
            for total in invoice.tax_total
            for subtotal in total.tax_subtotal
            if (code := subtotal.tax_category.tax_exemption_reason_code) is not None
            and subtotal_key(subtotal)[0] == KDV_CODE
            and is_export_registered(code.value)
        ),
        _NOTHING,
    )


def _charged(totals: Iterable[TaxTotal]) -> Decimal:
    return sum(
        (
            subtotal.tax_amount.value
            for total in totals
            for subtotal in total.tax_subtotal
            if subtotal.calculation_sequence_numeric is None or subtotal.calculation_sequence_numeric.value != _SHOWN
        ),
        _NOTHING,
    )


def _share(subtotal: TaxSubtotal) -> Decimal | None:
    if subtotal.taxable_amount is None or subtotal.percent is None:
        return None
    return (subtotal.taxable_amount.value * subtotal.percent.value).scaleb(-2)


def _inside(subtotal: TaxSubtotal) -> Decimal:
    """The tax inside base and tax together, as of a price that includes it."""
    if subtotal.taxable_amount is None or subtotal.percent is None or subtotal.percent.value < 0:
        return _NOTHING
    whole = subtotal.taxable_amount.value + subtotal.tax_amount.value
    return round_half_up(whole * subtotal.percent.value / (100 + subtotal.percent.value))


def _differs(amount: Amount, place: str, *right: Decimal) -> Iterator[Finding]:
    written = round_half_up(amount.value)
    if written not in {round_half_up(each) for each in right}:
        yield _AMOUNT.at(place, amount.value, round_half_up(right[0]))

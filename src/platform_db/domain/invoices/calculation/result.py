"""What the calculation gives: every figure of a document, in kuruş of its currency."""

from __future__ import annotations

from dataclasses import dataclass

from platform_db.domain.invoices.calculation import bounds
from platform_db.domain.invoices.calculation.arithmetic import cents_text, plain
from platform_db.domain.invoices.calculation.document import InvoiceDocumentInput
from platform_db.domain.invoices.words import amount_in_words
from platform_db.domain.money import Currency

__all__ = ["CalculatedLine", "CalculatedTax", "Calculation", "TaxSubtotal", "Totals", "WithholdingSubtotal"]


@dataclass(frozen=True, slots=True)
class CalculatedTax:
    """A tax beside KDV on one line; ``rate_e4`` (ten-thousandths of a percent) is None where an amount was given."""

    code: str
    rate_e4: int | None
    amount: int
    in_kdv_base: bool


@dataclass(frozen=True, slots=True)
class CalculatedLine:
    """The figures of one line.

    ``net`` = gross − discount + charge, before document allowances and charges;
    ``kdv_base`` = net − allowance_share + charge_share + other_taxes_in_base.
    ``withholding_percent`` is the code's percent on the issue date, also where the limit is
    not exceeded and ``withheld`` is 0; None without a code. With prices including KDV,
    gross, discount and charge are given without it.
    """

    gross: int
    discount: int
    charge: int
    net: int
    allowance_share: int
    charge_share: int
    other_taxes: tuple[CalculatedTax, ...]
    other_taxes_total: int
    other_taxes_in_base: int
    kdv_base: int
    kdv: int
    withheld: int
    withholding_percent: int | None

    def as_json(self) -> dict[str, object]:
        """The line as the contract prints it."""
        return {
            "gross": cents_text(self.gross),
            "discount": cents_text(self.discount),
            "charge": cents_text(self.charge),
            "net": cents_text(self.net),
            "other_taxes": cents_text(self.other_taxes_total),
            "kdv": cents_text(self.kdv),
            "withheld": cents_text(self.withheld),
        }


@dataclass(frozen=True, slots=True)
class TaxSubtotal:
    """Base and amount of one tax code and rate; KDV is 0015."""

    code: str
    rate_e4: int | None
    base: int
    amount: int

    def as_json(self) -> dict[str, object]:
        """The row as the contract prints it."""
        return {
            "code": self.code,
            "rate": None if self.rate_e4 is None else plain(self.rate_e4, bounds.OTHER_TAX_RATE.exponent),
            "base": cents_text(self.base),
            "amount": cents_text(self.amount),
        }


@dataclass(frozen=True, slots=True)
class WithholdingSubtotal:
    """What one code withholds: ``base`` is the KDV of its lines, above 0."""

    code: str
    percent: int
    base: int
    amount: int

    def as_json(self) -> dict[str, object]:
        """The row as the contract prints it."""
        return {
            "code": self.code,
            "rate": str(self.percent),
            "base": cents_text(self.base),
            "amount": cents_text(self.amount),
        }


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a document.

    ``tax_exclusive`` = gross − allowance + charge; ``tax_inclusive`` = tax_exclusive +
    other_taxes + kdv (the full KDV); ``payable`` = tax_inclusive − withheld − deferred_kdv.
    ``allowance`` and ``charge`` hold the lines' and the document's. ``deferred_kdv`` is the
    KDV of export-registered lines. ``payable_try`` equals ``payable`` for TRY.
    """

    gross: int
    allowance: int
    document_allowance: int
    charge: int
    document_charge: int
    tax_exclusive: int
    kdv: int
    other_taxes: int
    withheld: int
    deferred_kdv: int
    tax_inclusive: int
    payable: int
    payable_try: int


@dataclass(frozen=True, slots=True)
class Calculation:
    """A calculated document, and the document itself; line by line in the same order.

    Amounts are whole minor units of the document's currency (kuruş for TRY); :meth:`as_json`
    writes them in lira. ``unverified`` names every figure the calculation used that no
    reliable text confirms.
    """

    document: InvoiceDocumentInput
    lines: tuple[CalculatedLine, ...]
    tax_subtotals: tuple[TaxSubtotal, ...]
    withholding_subtotals: tuple[WithholdingSubtotal, ...]
    totals: Totals
    unverified: tuple[str, ...]

    @property
    def amount_in_words(self) -> str:
        """The payable amount in Turkish words."""
        return amount_in_words(self.totals.payable, self.document.currency)

    def as_json(self) -> dict[str, object]:
        """The output document of the contract: amounts as text with two places, rates normalised."""
        totals, currency = self.totals, self.document.currency
        return {
            "currency": currency.value,
            "lines": [line.as_json() for line in self.lines],
            "tax_subtotals": [subtotal.as_json() for subtotal in self.tax_subtotals],
            "withholding_subtotals": [subtotal.as_json() for subtotal in self.withholding_subtotals],
            "totals": {
                "gross": cents_text(totals.gross),
                "allowance": cents_text(totals.allowance),
                "charge": cents_text(totals.charge),
                "tax_exclusive": cents_text(totals.tax_exclusive),
                "kdv": cents_text(totals.kdv),
                "other_taxes": cents_text(totals.other_taxes),
                "withheld": cents_text(totals.withheld),
                "tax_inclusive": cents_text(totals.tax_inclusive),
                "payable": cents_text(totals.payable),
                "payable_try": None if currency is Currency.TRY else cents_text(totals.payable_try),
            },
            "amount_in_words": self.amount_in_words,
            "unverified": list(self.unverified),
        }

"""A line while its figures come together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.domain.invoices.calculation.document import InvoiceLineInput
from platform_db.domain.invoices.calculation.result import CalculatedLine, CalculatedTax

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

__all__ = ["WorkingLine"]


@dataclass(slots=True)
class WorkingLine:
    """A line while its figures come together."""

    given: InvoiceLineInput
    index: int
    gross: int
    discount: int
    charge: int
    net: int
    kdv_base: int
    kdv: int = 0
    place: int = 0
    allowance_share: int = 0
    charge_share: int = 0
    other_taxes: tuple[CalculatedTax, ...] = ()
    other_taxes_total: int = 0
    other_taxes_in_base: int = 0
    withheld: int = 0
    withholding_percent: int | None = None

    def precedence(self) -> tuple[SupportsRichComparison, ...]:
        """Who comes first among equal remainders: the larger net, the higher KDV rate, then the codes (none last).

        Lines that agree in all of these and differ in their other taxes go by those, in the
        same way; the earlier line is left to a stable sort. So permuting lines changes no total.
        """
        given = self.given
        code, reason = given.withholding_code, given.exemption_code
        codes = (code is None, code or "", reason is None, reason or "")
        taxes = sorted((tax.code, tax.rate_e4 or 0, tax.amount or 0) for tax in given.other_taxes)
        return (-self.net, -given.kdv_rate_e4, *codes, not taxes, taxes)

    def finished(self) -> CalculatedLine:
        """The line as it leaves the calculation."""
        return CalculatedLine(
            self.gross,
            self.discount,
            self.charge,
            self.net,
            self.allowance_share,
            self.charge_share,
            self.other_taxes,
            self.other_taxes_total,
            self.other_taxes_in_base,
            self.kdv_base,
            self.kdv,
            self.withheld,
            self.withholding_percent,
        )

"""What the calculation takes: a document whose every part has been judged.

Figures are whole numbers of a fixed unit, named in each field: kuruş (hundredths of the
document's currency) for amounts, ``_e8`` for hundred-millionths, ``_e6`` for millionths,
``_e4`` for ten-thousandths. Build one with
:func:`~platform_db.domain.invoices.calculation.parse_document`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from platform_db.domain.invoices.calculation import bounds
from platform_db.domain.invoices.calculation.arithmetic import plain
from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceRounding, InvoiceTypeCode
from platform_db.domain.money import Currency

__all__ = ["DocumentAmount", "InvoiceDocumentInput", "InvoiceLineInput", "OtherTaxInput"]


@dataclass(frozen=True, slots=True)
class OtherTaxInput:
    """A tax beside KDV on a line: a rate of the line's base, or an amount; exactly one is set."""

    code: str
    rate_e4: int | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class InvoiceLineInput:
    """One line. At most one of ``discount_rate_e4`` and ``discount_amount`` is set."""

    description: str
    quantity_e8: int
    unit: str
    unit_price_e8: int
    discount_rate_e4: int | None
    discount_amount: int | None
    charge: int
    kdv_rate_e4: int
    withholding_code: str | None
    exemption_code: str | None
    other_taxes: tuple[OtherTaxInput, ...]

    @property
    def quantity(self) -> Decimal:
        """The quantity, without surplus zeros."""
        return Decimal(plain(self.quantity_e8, bounds.QUANTITY.exponent))

    @property
    def unit_price(self) -> Decimal:
        """The price of one unit in the document's currency, without surplus zeros."""
        return Decimal(plain(self.unit_price_e8, bounds.UNIT_PRICE.exponent))

    @property
    def discount_rate(self) -> Decimal | None:
        """The discount in percent of the gross, where it was given as a rate."""
        return (
            None
            if self.discount_rate_e4 is None
            else Decimal(plain(self.discount_rate_e4, bounds.DISCOUNT_RATE.exponent))
        )

    @property
    def kdv_rate(self) -> Decimal:
        """The KDV rate in percent."""
        return Decimal(plain(self.kdv_rate_e4, bounds.KDV_RATE.exponent))


@dataclass(frozen=True, slots=True)
class DocumentAmount:
    """A document allowance or charge, in kuruş."""

    amount: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class InvoiceDocumentInput:
    """A whole document. ``exchange_rate_e6`` is set exactly when the currency is not TRY."""

    issue_date: date
    currency: Currency
    exchange_rate_e6: int | None
    profile: InvoiceProfile
    type: InvoiceTypeCode
    rounding: InvoiceRounding
    tax_inclusive_prices: bool
    lines: tuple[InvoiceLineInput, ...]
    allowances: tuple[DocumentAmount, ...]
    charges: tuple[DocumentAmount, ...]

    @property
    def exchange_rate(self) -> Decimal | None:
        """What one unit of the currency costs in TRY; None for TRY."""
        if self.exchange_rate_e6 is None:
            return None
        return Decimal(plain(self.exchange_rate_e6, bounds.EXCHANGE_RATE.exponent))

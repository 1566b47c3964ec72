"""Taxes, allowances and charges, rates, means of payment, totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.ubl.aggregate import Aggregate

if TYPE_CHECKING:
    from platform_db.ubl.aggregate import OneOrMore
    from platform_db.ubl.elements.references import FinancialAccount, Period, TaxScheme
    from platform_db.ubl.values import Amount, Code, Date, Indicator, Measure, Numeric, Text

__all__ = [
    "AllowanceCharge",
    "ExchangeRate",
    "MonetaryTotal",
    "PaymentMeans",
    "PaymentTerms",
    "Price",
    "TaxCategory",
    "TaxSubtotal",
    "TaxTotal",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge(Aggregate):
    """An allowance (iskonto), or where `charge_indicator` is true a charge."""

    charge_indicator: Indicator
    allowance_charge_reason: Text | None = None
    multiplier_factor_numeric: Numeric | None = None
    sequence_numeric: Numeric | None = None
    amount: Amount
    base_amount: Amount | None = None
    per_unit_amount: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxCategory(Aggregate):
    """Which tax, and why it is not charged."""

    name: Text | None = None
    tax_exemption_reason_code: Code | None = None
    tax_exemption_reason: Text | None = None
    tax_scheme: TaxScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSubtotal(Aggregate):
    """Base, percent and amount of one tax."""

    taxable_amount: Amount | None = None
    tax_amount: Amount
    calculation_sequence_numeric: Numeric | None = None
    transaction_currency_tax_amount: Amount | None = None
    percent: Numeric | None = None
    base_unit_measure: Measure | None = None
    per_unit_amount: Amount | None = None
    tax_category: TaxCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTotal(Aggregate):
    """A sum of taxes and what it is made of; also what is withheld (tevkifat)."""

    tax_amount: Amount
    tax_subtotal: OneOrMore[TaxSubtotal]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate(Aggregate):
    """What one unit of the source currency costs in the target currency."""

    source_currency_code: Code
    target_currency_code: Code
    calculation_rate: Numeric
    date: Date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMeans(Aggregate):
    """How the invoice is paid."""

    payment_means_code: Code
    payment_due_date: Date | None = None
    payment_channel_code: Code | None = None
    instruction_note: Text | None = None
    payer_financial_account: FinancialAccount | None = None
    payee_financial_account: FinancialAccount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTerms(Aggregate):
    """On which terms it is paid."""

    note: Text | None = None
    penalty_surcharge_percent: Numeric | None = None
    amount: Amount | None = None
    penalty_amount: Amount | None = None
    payment_due_date: Date | None = None
    settlement_period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonetaryTotal(Aggregate):
    """The sums of the document."""

    line_extension_amount: Amount
    tax_exclusive_amount: Amount
    tax_inclusive_amount: Amount
    allowance_total_amount: Amount | None = None
    charge_total_amount: Amount | None = None
    payable_rounding_amount: Amount | None = None
    payable_amount: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Aggregate):
    """The price of one unit."""

    price_amount: Amount

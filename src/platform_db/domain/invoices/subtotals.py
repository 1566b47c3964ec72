"""The sums of an invoice by tax and rate, and by withholding code."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from platform_db.domain import patterns, tax_codes
from platform_db.domain.fields import BigInteger, Integer, Numeric, Text
from platform_db.domain.invoices.parts import GUARDS, Money64
from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.models import Identified
from platform_db.domain.rules import Guard, Message, Rule

__all__ = ["InvoiceTaxSubtotal", "InvoiceWithholding"]

_WHOLE = 100


def _kdv_has_rate(code: str | None, rate: Decimal | None) -> bool | None:
    if code is None:
        return None
    return code != KDV_CODE or (rate is not None and not rate.is_nan() and rate <= _WHOLE)


class InvoiceTaxSubtotal(Identified):
    """Base and amount per tax and rate (`0015` is KDV)."""

    entity = "invoice_tax_subtotals"

    invoice_id: Annotated[int, BigInteger()] = Field(description="The invoice this subtotal belongs to.")
    tax_code: Annotated[
        str,
        Text(
            pattern=patterns.TAX_CODE,
            name="tax_code_format",
            message=Message("Vergi kodu dört hanedir", "A tax code has four digits"),
        ),
    ] = Field(default=KDV_CODE, description="GİB tax code; 0015 is KDV.")
    rate: Annotated[Decimal | None, Numeric(places=4, ge=0, le=100000, name="tax_rate_valid")] = Field(
        default=None,
        description="Rate in percent; NULL where the tax was given as an amount.",
    )
    base_cents: Money64 = Field(description="Sum of the bases; minor units.")
    amount_cents: Money64 = Field(description="Sum of the tax; minor units.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="kdv_has_rate",
            fields=("tax_code", "rate"),
            holds=_kdv_has_rate,
            sql=f"tax_code <> '{KDV_CODE}' OR (rate IS NOT NULL AND rate <= {_WHOLE})",
            message=Message(
                "KDV ara toplamının oranı vardır ve en çok 100'dür", "A KDV subtotal has a rate of at most 100"
            ),
            null_aware=True,
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        *GUARDS,
        Guard(
            "is_sum_of_lines",
            ("base_cents", "amount_cents"),
            Message(
                "Vergi ara toplamları satırların toplamı değildir", "The tax subtotals are not the sum of the lines"
            ),
        ),
    )


def _amount_within_base(amount: int | None, base: int | None) -> bool | None:
    return None if amount is None else (amount >= 0 and (base is None or amount <= base))


class InvoiceWithholding(Identified):
    """KDV withheld per code: `base_cents` is the KDV, `amount_cents` the withheld part.

    Codes at or below the limit have no row.
    """

    entity = "invoice_withholdings"

    invoice_id: Annotated[int, BigInteger()] = Field(description="The invoice this withholding belongs to.")
    code: Annotated[str, tax_codes.withholding_code("code_format")] = Field(description="Withholding code.")
    percent: Annotated[int, Integer(ge=10, le=100, multiple_of=10, name="percent_valid")] = Field(
        description="Percent of the KDV that is withheld.",
    )
    base_cents: Annotated[int, BigInteger(gt=0, name="base_positive")] = Field(
        description="KDV of the code's lines; minor units."
    )
    amount_cents: Annotated[int, BigInteger()] = Field(description="What the buyer withholds; minor units.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="amount_within_base",
            fields=("amount_cents", "base_cents"),
            holds=_amount_within_base,
            sql="amount_cents BETWEEN 0 AND base_cents",
            message=Message("Tevkifat, KDV'yi aşamaz", "What is withheld cannot exceed the KDV"),
            null_aware=True,
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        *GUARDS,
        Guard(
            "is_sum_of_lines",
            ("base_cents", "amount_cents"),
            Message("Tevkifat toplamları satırların toplamı değildir", "The withholdings are not the sum of the lines"),
        ),
    )

"""A line of an invoice: what is sold, and every figure that its totals are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Final

from pydantic import Field

from platform_db.domain import patterns, tax_codes
from platform_db.domain.fields import BigInteger, Integer, Json, Numeric, Text
from platform_db.domain.invoices.parts import GUARDS, TOLERANCE, Money64, withheld_is_share
from platform_db.domain.json_values import JsonArray, JsonObject
from platform_db.domain.models import Identified
from platform_db.domain.rules import Guard, Message, Rule

__all__ = ["DESCRIPTION_LENGTH", "InvoiceLine", "Price", "Quantity"]

DESCRIPTION_LENGTH: Final = 500
"""Characters."""

Quantity = Numeric(places=8, gt=0, lt=10**18, name="quantity_positive")
Price = Numeric(places=8, ge=0, lt=10**18, name="unit_price_valid")


def _net_is_sum(net: int, gross: int, discount: int, charge: int) -> bool:
    return net == gross - discount + charge


def _other_taxes_listed(amount: int, listed: object) -> bool:
    return amount == 0 or listed != []


def _in_base_within_other_taxes(in_base: int, total: int) -> bool:
    return in_base <= total


def _kdv_base_is_sum(base: int, net: int, allowance: int, charge: int, taxes: int) -> bool:
    return base == net - allowance + charge + taxes


def _kdv_is_rate_of_base(kdv: int, base: int, rate: Decimal) -> bool:
    return rate.is_finite() and abs(kdv - base * rate / 100) < TOLERANCE


def _exemption_reason_has_code(reason: str | None, code: str | None) -> bool:
    return reason is None or code is not None


def _withholding_has_percent(code: str | None, percent: int | None, withheld: int | None) -> bool:
    return (code is None) == (percent is None) and (code is not None or withheld is None or withheld == 0)


def _withheld_is_share_of_kdv(withheld: int | None, kdv: int | None, percent: int | None) -> bool | None:
    return withheld_is_share(withheld, kdv, percent)


class InvoiceLine(Identified):
    """A line of an invoice, with its share of document allowances and charges, its tax base and taxes."""

    entity = "invoice_lines"

    invoice_id: Annotated[int, BigInteger()] = Field(description="The invoice this line belongs to.")
    line_number: Annotated[int, Integer(gt=0, name="line_number_positive")] = Field(
        description="Place in the document, from 1."
    )
    description: Annotated[str, Text(max=DESCRIPTION_LENGTH)] = Field(
        description="What is sold, as printed (VUK art. 230)."
    )
    product_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The catalogue product, if there is one."
    )
    quantity: Annotated[Decimal, Quantity] = Field(description="Quantity in `unit_code`, at most 8 places.")
    unit_code: Annotated[
        str,
        Text(
            pattern=patterns.UNIT_CODE,
            name="unit_code_format",
            message=Message(
                "Birim kodu bir ile üç arası büyük harf veya rakamdır (UN/ECE 20)",
                "A unit code is one to three capital letters or digits (UN/ECE Recommendation 20)",
            ),
        ),
    ] = Field(default="C62", description="Unit of measure (UN/ECE Recommendation 20); C62 is a piece.")
    unit_price: Annotated[Decimal, Price] = Field(
        description="Price of one unit in whole units of the currency, at most 8 places."
    )
    discount_rate: Annotated[Decimal | None, Numeric(places=4, ge=0, le=100, name="discount_rate_valid")] = Field(
        default=None,
        description="Discount in percent of the gross, where it was given as a rate.",
    )
    gross_cents: Money64 = Field(description="Quantity times unit price, rounded; minor units.")
    discount_cents: Money64 = Field(default=0, description="The line's own discount; minor units.")
    charge_cents: Money64 = Field(default=0, description="The line's own charge; minor units.")
    net_cents: Money64 = Field(description="Gross less discount plus charge, before document allowances; minor units.")
    allowance_share_cents: Money64 = Field(default=0, description="Share of the document allowances; minor units.")
    charge_share_cents: Money64 = Field(default=0, description="Share of the document charges; minor units.")
    other_taxes: Annotated[JsonArray, Json(kind="array")] = Field(
        default_factory=list,
        description="Other taxes: array of {code, rate or null, amount_cents, in_kdv_base}.",
    )
    other_taxes_cents: Money64 = Field(default=0, description="Sum of the other taxes; minor units.")
    other_taxes_in_base_cents: Money64 = Field(
        default=0, description="Those other taxes that enter the KDV base; minor units."
    )
    kdv_base_cents: Money64 = Field(description="The amount KDV is computed from; minor units.")
    kdv_rate: Annotated[Decimal, Numeric(places=2, ge=0, le=100, name="tax_rate_valid")] = Field(
        default=Decimal(20),
        description="KDV rate in percent, in force on the issue date.",
    )
    kdv_cents: Money64 = Field(description="KDV, in full; minor units.")
    exemption_code: Annotated[str | None, tax_codes.exemption_code("exemption_code_format")] = Field(
        default=None, description="Why no, or special, KDV is due (GİB TaxExemptionReasonCode)."
    )
    exemption_reason: Annotated[str | None, Text(max=500)] = Field(
        default=None, description="The reason in words, as printed."
    )
    withholding_code: Annotated[str | None, tax_codes.withholding_code("withholding_code_format")] = Field(
        default=None, description="Withholding (tevkifat) code of the line."
    )
    withholding_percent: Annotated[
        int | None, Integer(ge=10, le=100, multiple_of=10, name="withholding_percent_valid")
    ] = Field(
        default=None,
        description="Percent of the KDV that the code withholds on the issue date.",
    )
    withheld_cents: Money64 = Field(
        default=0, description="KDV the buyer withholds; 0 at or below the limit; minor units."
    )
    item_data: Annotated[JsonObject, Json()] = Field(
        default_factory=dict,
        description="What the profile or type asks of a line (for example GTİP).",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="net_is_sum",
            fields=("net_cents", "gross_cents", "discount_cents", "charge_cents"),
            holds=_net_is_sum,
            sql="net_cents = gross_cents::numeric - discount_cents + charge_cents",
            message=Message(
                "Net, brüt eksi iskonto artı ilavedir", "The net is the gross less the discount plus the charge"
            ),
        ),
        Rule(
            name="other_taxes_listed",
            fields=("other_taxes_cents", "other_taxes"),
            holds=_other_taxes_listed,
            sql="other_taxes_cents = 0 OR other_taxes <> '[]'",
            message=Message("Diğer vergilerin dökümü gereklidir", "Other taxes need their breakdown"),
        ),
        Rule(
            name="in_base_within_other_taxes",
            fields=("other_taxes_in_base_cents", "other_taxes_cents"),
            holds=_in_base_within_other_taxes,
            sql="other_taxes_in_base_cents <= other_taxes_cents",
            message=Message(
                "KDV matrahına giren vergiler toplamı aşamaz", "Taxes in the KDV base cannot exceed all other taxes"
            ),
        ),
        Rule(
            name="kdv_base_is_sum",
            fields=(
                "kdv_base_cents",
                "net_cents",
                "allowance_share_cents",
                "charge_share_cents",
                "other_taxes_in_base_cents",
            ),
            holds=_kdv_base_is_sum,
            sql=(
                "kdv_base_cents = net_cents::numeric - allowance_share_cents + charge_share_cents "
                "+ other_taxes_in_base_cents"
            ),
            message=Message(
                "KDV matrahı, net eksi iskonto payı artı ilave payı artı matraha giren vergilerdir",
                "The KDV base is the net less allowances plus charges of the document and the taxes in the base",
            ),
        ),
        Rule(
            name="kdv_is_rate_of_base",
            fields=("kdv_cents", "kdv_base_cents", "kdv_rate"),
            holds=_kdv_is_rate_of_base,
            sql=f"abs(kdv_cents - kdv_base_cents * kdv_rate * 0.01) < {TOLERANCE}",
            message=Message("KDV, matrahın oranı kadar olmalıdır", "KDV must be the rate of its base"),
        ),
        Rule(
            name="exemption_reason_has_code",
            fields=("exemption_reason", "exemption_code"),
            holds=_exemption_reason_has_code,
            sql="exemption_reason IS NULL OR exemption_code IS NOT NULL",
            message=Message("İstisna sebebi kodsuz olamaz", "An exemption reason needs its code"),
            null_aware=True,
        ),
        Rule(
            name="withholding_has_percent",
            fields=("withholding_code", "withholding_percent", "withheld_cents"),
            holds=_withholding_has_percent,
            sql=(
                "(withholding_code IS NULL) = (withholding_percent IS NULL) "
                "AND (withholding_code IS NOT NULL OR withheld_cents = 0)"
            ),
            message=Message(
                "Tevkifat kodu ve oranı birlikte verilir; kodsuz tevkifat olmaz",
                "A withholding code comes with its percent, and nothing is withheld without a code",
            ),
            null_aware=True,
        ),
        Rule(
            name="withheld_is_share_of_kdv",
            fields=("withheld_cents", "kdv_cents", "withholding_percent"),
            holds=_withheld_is_share_of_kdv,
            sql=(
                "withheld_cents <= kdv_cents AND (withheld_cents = 0 "
                f"OR abs(withheld_cents - kdv_cents::numeric * withholding_percent * 0.01) < {TOLERANCE})"
            ),
            message=Message(
                "Tevkifat, KDV'nin oranı kadar olmalıdır", "What is withheld must be the code's share of the KDV"
            ),
            null_aware=True,
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        *GUARDS,
        Guard(
            "gross_is_product",
            ("gross_cents", "quantity", "unit_price"),
            Message("Brüt tutar, miktar çarpı birim fiyattır", "The gross is quantity times unit price, rounded"),
        ),
        Guard(
            "kdv_rounded_per_line",
            ("kdv_cents", "kdv_base_cents", "kdv_rate"),
            Message("KDV her satırda kuruşa yuvarlanır", "KDV is rounded to the kuruş on each line (Law 5083 art. 2)"),
        ),
        Guard(
            "kdv_rate_in_force",
            ("kdv_rate",),
            Message(
                "KDV oranı düzenleme tarihinde yürürlükte değildir", "The KDV rate is not in force on the issue date"
            ),
        ),
        Guard(
            "withholding_in_force",
            ("withholding_code", "withholding_percent"),
            Message(
                "Tevkifat kodu veya oranı düzenleme tarihinde yürürlükte değildir",
                "The withholding code or its ratio is not in force on the issue date",
            ),
        ),
        Guard(
            "exemption_admitted",
            ("exemption_code",),
            Message(
                "İstisna kodu bu fatura tipinde veya bu satırda kullanılamaz",
                "The exemption code is not admitted on this invoice type or line",
            ),
        ),
        Guard(
            "zero_rate_has_reason",
            ("kdv_rate", "exemption_code"),
            Message("Sıfır KDV oranı istisna kodu ister", "A KDV rate of 0 needs an exemption code"),
        ),
        Guard(
            "item_data_complete",
            ("item_data",),
            Message(
                "Satırda profilin veya tipin istediği bilgi eksik", "The line lacks what its profile or type asks for"
            ),
        ),
    )

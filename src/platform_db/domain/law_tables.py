"""The published copy of the law data: what the database checks an invoice against.

The data itself lives in the package (:mod:`platform_db.domain.law`), because the
calculation is a pure function; these rows are written from it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field, Strict, StrictBool

from platform_db.domain import tax_codes
from platform_db.domain.fields import Column, Day, Integer, Numeric, Text
from platform_db.domain.invoices.codes import InvoiceTypeCode
from platform_db.domain.law.rates import KdvRateClass
from platform_db.domain.law.withholding import WithholdingKind
from platform_db.domain.models import Identified
from platform_db.domain.rules import Message, Rule

__all__ = ["ExemptionCode", "KdvRate", "WithholdingCode"]


def _valid_period(end: date, start: date) -> bool:
    return end >= start


_VALID_PERIOD = Rule(
    name="valid_period",
    fields=("valid_to", "valid_from"),
    holds=_valid_period,
    sql="valid_to >= valid_from",
    message=Message("Dönemin sonu başından önce olamaz", "A period does not end before it begins"),
)


class KdvRate(Identified):
    """KDV rates by class and date: published copy of the package's law data."""

    entity = "kdv_rates"

    rate_class: KdvRateClass = Field(description="Product class.")
    rate: Annotated[Decimal, Numeric(places=2, ge=0, le=100, name="rate_valid")] = Field(description="Rate in percent.")
    valid_from: Annotated[date, Day(law=True)] = Field(
        description="First day; 1985-01-01 where the data leaves it open."
    )
    valid_to: Annotated[date | None, Day(law=True)] = Field(
        default=None, description="Last day, inclusive; NULL is open."
    )
    legal_basis: Annotated[str | None, Text(max=300)] = Field(default=None, description="Law, decree or decision.")
    is_verified: StrictBool = Field(description="Whether a reliable text confirms the row.")

    rules: ClassVar[tuple[Rule, ...]] = (_VALID_PERIOD,)


def _percent_matches_kind(kind: WithholdingKind | None, percent: int | None) -> bool | None:
    return None if percent is None else _percent_matches(kind, percent)


class WithholdingCode(Identified):
    """Withholding percent by code and date (one row per code and period; a withdrawal closes the period)."""

    entity = "withholding_codes"

    code: Annotated[str, tax_codes.withholding_code("code_format")] = Field(description="Withholding code.")
    name: Annotated[str, Text(max=500)] = Field(description="Official name, in Turkish.")
    kind: WithholdingKind = Field(description="Partial or full.")
    percent: Annotated[int, Integer()] = Field(description="Percent of the KDV that is withheld.")
    valid_from: Annotated[date, Day(law=True)] = Field(
        description="First day; 1985-01-01 where the data leaves it open."
    )
    valid_to: Annotated[date | None, Day(law=True)] = Field(
        default=None, description="Last day, inclusive; NULL is open."
    )
    is_verified: StrictBool = Field(description="Whether a reliable text confirms the row.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="percent_matches_kind",
            fields=("kind", "percent"),
            holds=_percent_matches_kind,
            sql="CASE kind WHEN 'full' THEN percent = 100 ELSE percent BETWEEN 10 AND 90 AND percent % 10 = 0 END",
            message=Message(
                "Tam tevkifat yüzde 100, kısmi tevkifat 10-90'dır",
                "Full withholding is 100 percent, partial is 10 to 90",
            ),
            null_aware=True,
        ),
        _VALID_PERIOD,
    )


def _percent_matches(kind: str | None, percent: int) -> bool:
    return percent == 100 if kind == WithholdingKind.FULL else 10 <= percent <= 90 and percent % 10 == 0  # noqa: PLR2004


def _verified_has_name(name: str | None, verified: bool | None) -> bool:  # noqa: FBT001 - a column
    return name is not None or not verified


class ExemptionCode(Identified):
    """Exemption, export-registered and special-base reason codes with the invoice types that admit them (NULL = all)."""  # noqa: E501 - the table's comment

    entity = "exemption_codes"

    code: Annotated[str, tax_codes.exemption_code("code_format")] = Field(
        description="Reason code; its 801-812 are not the withholding codes 801-825."
    )
    code_group: Annotated[str, Text(max=50)] = Field(description="Which group of codes it belongs to.")
    name: Annotated[str | None, Text(max=500)] = Field(
        default=None, description="Official name, in Turkish; NULL if unknown."
    )
    rate_must_be_zero: Annotated[bool | None, Strict()] = Field(
        default=None, description="Whether KDV must be 0; NULL: the code does not say."
    )
    invoice_types: Annotated[list[InvoiceTypeCode] | None, Column(sql_type="invoice_type_code[]")] = Field(
        default=None,
        description="Invoice types that admit the code; NULL admits all.",
    )
    is_verified: StrictBool = Field(description="Whether a reliable text confirms the row.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="verified_has_name",
            fields=("name", "is_verified"),
            holds=_verified_has_name,
            sql="name IS NOT NULL OR NOT is_verified",
            message=Message("Doğrulanmış kodun adı vardır", "A verified code has its name"),
            null_aware=True,
        ),
    )

"""What lines, tax subtotals and withholdings of an invoice share. They change only while it is a draft."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from platform_db.domain.fields import BigInteger
from platform_db.domain.rules import Guard, Message

__all__ = ["GUARDS", "TOLERANCE", "Money64", "withheld_is_share"]

Money64 = Annotated[
    int,
    BigInteger(
        ge=0,
        name="amount_non_negative",
        message=Message("Tutarlar sıfırdan küçük olamaz", "Amounts must not be below zero"),
    ),
]
"""Whole minor units (kuruş for TRY), not below zero."""

TOLERANCE: Final = Decimal("1.5")
"""Minor units by which an amount stays less from its rate of the base: a share of a sum is not rounded alone."""

GUARDS: Final = (
    Guard(
        "issued_is_immutable",
        ("invoice_id",),
        Message("Kesilmiş faturanın parçaları değiştirilemez", "The parts of an issued invoice do not change"),
    ),
    Guard("append_only", (), Message("Bu tablo boşaltılamaz", "This table cannot be truncated")),
)


def withheld_is_share(withheld: int | None, kdv: int | None, percent: int | None) -> bool | None:
    """Whether what is withheld is ``percent`` of the KDV, or nothing; None where that cannot be told."""
    if withheld is None:
        return None
    if kdv is not None and withheld > kdv:
        return False
    if withheld == 0 or kdv is None or percent is None:
        return None
    return abs(withheld - Decimal(kdv * percent) / 100) < TOLERANCE

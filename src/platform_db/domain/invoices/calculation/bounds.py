"""How large and how exact the figures of a document may be: read from the stored models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from platform_db.domain.fields import Numeric
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import DESCRIPTION_LENGTH, InvoiceLine
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal
from platform_db.domain.models import StoredModel, markers
from platform_db.domain.money import MAX_CENTS

__all__ = [
    "AMOUNT",
    "DESCRIPTION_LENGTH",
    "DISCOUNT_RATE",
    "EXCHANGE_RATE",
    "KDV_RATE",
    "OTHER_TAX_RATE",
    "QUANTITY",
    "REASON_LENGTH",
    "UNIT_PRICE",
    "Scaled",
]


@dataclass(frozen=True, slots=True)
class Scaled:
    """A figure kept as a whole number of 10^-``exponent``.

    It is written with at most ``places`` decimals and lies from ``least`` to ``most``, both
    inclusive and counted in that unit.
    """

    exponent: int
    places: int
    least: int
    most: int

    @classmethod
    def of(cls, column: Numeric, exponent: int) -> Scaled:
        """The bounds of a stored column; without a lower one, from 0."""
        unit = 10**exponent
        least = (column.ge or 0) * unit if column.gt is None else column.gt * unit + 1
        most = (column.le or 0) * unit if column.lt is None else column.lt * unit - 1
        return cls(exponent, column.places, int(least), int(most))


def _column(model: type[StoredModel], field: str) -> Numeric:
    return next(marker for marker in markers(model.model_fields[field]) if isinstance(marker, Numeric))


QUANTITY: Final = Scaled.of(_column(InvoiceLine, "quantity"), exponent=8)
UNIT_PRICE: Final = Scaled.of(_column(InvoiceLine, "unit_price"), exponent=8)
DISCOUNT_RATE: Final = Scaled.of(_column(InvoiceLine, "discount_rate"), exponent=4)
KDV_RATE: Final = Scaled.of(_column(InvoiceLine, "kdv_rate"), exponent=4)
OTHER_TAX_RATE: Final = Scaled.of(_column(InvoiceTaxSubtotal, "rate"), exponent=4)
EXCHANGE_RATE: Final = Scaled.of(_column(Invoice, "exchange_rate"), exponent=6)

AMOUNT: Final = Scaled(exponent=2, places=2, least=0, most=MAX_CENTS)
"""An amount in lira (or the document's currency), kept in kuruş."""

REASON_LENGTH: Final = DESCRIPTION_LENGTH
"""Characters of the reason of a document allowance or charge, which is not stored."""

"""How large and how exact the figures of a document may be: read from the stored models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from platform_db.domain.fields import Numeric, Text
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
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


def _scaled(model: type[StoredModel], field: str, exponent: int) -> Scaled:
    column = next(marker for marker in markers(model.model_fields[field]) if isinstance(marker, Numeric))
    unit = 10**exponent
    least = int(column.gt * unit) + 1 if column.gt is not None else int((column.ge or 0) * unit)
    most = int(column.lt * unit) - 1 if column.lt is not None else int((column.le or 0) * unit)
    return Scaled(exponent=exponent, places=column.places, least=least, most=most)


def _length(model: type[StoredModel], field: str) -> int:
    return next(marker.max for marker in markers(model.model_fields[field]) if isinstance(marker, Text) and marker.max)


QUANTITY: Final = _scaled(InvoiceLine, "quantity", exponent=8)
UNIT_PRICE: Final = _scaled(InvoiceLine, "unit_price", exponent=8)
DISCOUNT_RATE: Final = _scaled(InvoiceLine, "discount_rate", exponent=4)
KDV_RATE: Final = _scaled(InvoiceLine, "kdv_rate", exponent=4)
OTHER_TAX_RATE: Final = _scaled(InvoiceTaxSubtotal, "rate", exponent=4)
EXCHANGE_RATE: Final = _scaled(Invoice, "exchange_rate", exponent=6)

AMOUNT: Final = Scaled(exponent=2, places=2, least=0, most=MAX_CENTS)
"""An amount in lira (or the document's currency), kept in kuruş."""

DESCRIPTION_LENGTH: Final = _length(InvoiceLine, "description")
REASON_LENGTH: Final = DESCRIPTION_LENGTH
"""Characters of the reason of a document allowance or charge, which is not stored."""

"""Which KDV rates a document may carry, by its day and type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from platform_db.domain.invoices.calculation import bounds
from platform_db.domain.invoices.codes import RETURN_TYPES, InvoiceTypeCode
from platform_db.domain.law import rates

__all__ = ["admitted_rates"]

_E4 = 10**bounds.KDV_RATE.exponent


@lru_cache(maxsize=4096)
def admitted_rates(day: date, type_code: InvoiceTypeCode) -> Mapping[int, bool]:
    """Each admitted rate in ten-thousandths of a percent, and whether it is verified.

    0 and the rates in force on ``day``; a return (iade) may carry an earlier one too, for
    it carries the rate of the sale it returns. A rate is verified when one of its periods is.
    """
    rows = rates.in_force_until(day) if type_code in RETURN_TYPES else rates.in_force(day)
    admitted = {0: True}
    for row in rows:
        rate_e4 = int(row.rate * _E4)
        admitted[rate_e4] = admitted.get(rate_e4, False) or row.is_verified
    return admitted

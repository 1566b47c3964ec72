"""What a period's invoices say of KDV, in kuruş of TRY: the figures of its declaration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = ["KdvOfRate", "KdvSummary", "KdvWithheld"]


@dataclass(frozen=True, slots=True)
class KdvOfRate:
    """Sales, or returns, at one rate: each invoice's sums are converted and rounded, then added up.

    ``kdv_try_cents`` is the full KDV; ``withheld_try_cents`` what of it the buyers declare.
    """

    is_return: bool
    rate: Decimal
    invoices: int
    base_try_cents: int
    kdv_try_cents: int
    withheld_try_cents: int


@dataclass(frozen=True, slots=True)
class KdvWithheld:
    """Sales, or returns, of one withholding code (tevkifat)."""

    is_return: bool
    code: str
    percent: int
    invoices: int
    kdv_try_cents: int
    withheld_try_cents: int


@dataclass(frozen=True, slots=True)
class KdvSummary:
    """The invoices with an issue date from ``first`` to ``last``, both inclusive; sales and returns apart.

    Drafts and cancelled invoices are left out. Rates ascend, codes too; sales come first.
    """

    first: date
    last: date
    rates: tuple[KdvOfRate, ...]
    withheld: tuple[KdvWithheld, ...]

    @property
    def kdv_try_cents(self) -> int:
        """KDV of sales less that of returns, in full."""
        return sum(-row.kdv_try_cents if row.is_return else row.kdv_try_cents for row in self.rates)

    @property
    def withheld_try_cents(self) -> int:
        """What of it the buyers withhold."""
        return sum(-row.withheld_try_cents if row.is_return else row.withheld_try_cents for row in self.rates)

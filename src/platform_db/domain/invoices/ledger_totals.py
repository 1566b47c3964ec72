"""What the ledger holds of a month, in kuruş of TRY."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["LedgerTotal"]


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """The sales, or the returns, issued in one month; those that were cancelled since stand apart.

    ``month`` is its first legal day. Each figure of a foreign invoice is converted at the invoice's
    rate and rounded, then added up, so ``payable_try_cents`` may differ by some kuruş from the sum of
    the others. ``kdv_try_cents`` is in full: the buyers' part is ``withheld_try_cents``, what is not
    collected on export-registered sales ``deferred_kdv_try_cents``.
    """

    month: date
    is_return: bool
    is_cancelled: bool
    invoices: int
    tax_exclusive_try_cents: int
    kdv_try_cents: int
    other_taxes_try_cents: int
    withheld_try_cents: int
    deferred_kdv_try_cents: int
    payable_try_cents: int

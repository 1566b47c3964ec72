"""The ledger's totals by month, in lira to the kuruş."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from platform_db.domain.invoices.ledger_totals import LedgerTotal
from platform_db.domain.money import from_cents
from platform_db.domain.reports.csv_text import Cell, csv_text

__all__ = ["AMOUNTS", "LedgerReport"]

AMOUNTS = ("tax_exclusive", "kdv", "other_taxes", "withheld", "deferred_kdv", "payable")
"""The figures of a month, as a total names them before ``_try_cents``."""


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What was invoiced from ``first`` to ``last``, both inclusive, by month."""

    first: date
    last: date
    months: tuple[LedgerTotal, ...]

    @property
    def net(self) -> dict[str, int]:
        """Each figure of the sales less that of the returns, in kuruş; what was cancelled counts nothing."""
        counted = [row for row in self.months if not row.is_cancelled]
        return {
            name: sum(-_cents(row, name) if row.is_return else _cents(row, name) for row in counted) for name in AMOUNTS
        }

    def as_json(self) -> dict[str, object]:
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "currency": "TRY",
            "months": [
                {
                    "month": _month(row),
                    "kind": _kind(row),
                    "cancelled": row.is_cancelled,
                    "invoices": row.invoices,
                    **{name: str(from_cents(_cents(row, name))) for name in AMOUNTS},
                }
                for row in self.months
            ],
            "net": {name: str(from_cents(cents)) for name, cents in self.net.items()},
        }

    def as_csv(self) -> str:
        """One row a month and kind, without sums."""
        header = ("month", "kind", "cancelled", "invoices", *(f"{name}_try" for name in AMOUNTS))
        return csv_text(header, (_cells(row) for row in self.months))


def _cells(row: LedgerTotal) -> tuple[Cell, ...]:
    head = (_month(row), _kind(row), "yes" if row.is_cancelled else "no", row.invoices)
    return (*head, *(from_cents(_cents(row, name)) for name in AMOUNTS))


def _month(row: LedgerTotal) -> str:
    return f"{row.month:%Y-%m}"


def _kind(row: LedgerTotal) -> str:
    return "return" if row.is_return else "sale"


def _cents(row: LedgerTotal, name: str) -> int:
    cents: int = getattr(row, f"{name}_try_cents")
    return cents

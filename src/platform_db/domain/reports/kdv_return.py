"""The figures of a period's KDV returns (KDV beyannamesi 1 and 2), from its issued invoices.

Return 1 is the seller's: base and KDV by rate, and what of the KDV the seller declares once the
buyers withhold their part. Return 2 is the buyers': what they withhold, by code (KDVGUT I/C-2.1).
Everything is in kuruş of TRY; see :class:`~platform_db.domain.invoices.kdv_summary.KdvSummary`
for what is counted. Deductible KDV of purchases is not known here, so no figure is the tax due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from platform_db.domain.invoices.kdv_summary import KdvOfRate, KdvSummary, KdvWithheld
from platform_db.domain.law import withholding
from platform_db.domain.money import from_cents
from platform_db.domain.reports.csv_text import Cell, csv_text

__all__ = ["KdvReturn", "KdvSums"]

_HEADER = (
    "return",
    "kind",
    "rate",
    "code",
    "name",
    "percent",
    "invoices",
    "base_try",
    "kdv_try",
    "withheld_try",
    "declared_try",
)


@dataclass(frozen=True, slots=True)
class KdvSums:
    """Base, KDV in full and its withheld part; kuruş of TRY, below zero where returns outweigh sales."""

    base: int
    kdv: int
    withheld: int

    @property
    def declared(self) -> int:
        """What of the KDV the seller declares."""
        return self.kdv - self.withheld

    def less(self, other: KdvSums) -> KdvSums:
        """What remains when ``other`` is taken off."""
        return KdvSums(self.base - other.base, self.kdv - other.kdv, self.withheld - other.withheld)

    def as_json(self) -> dict[str, object]:
        amounts = {"base": self.base, "kdv": self.kdv, "withheld": self.withheld, "declared": self.declared}
        return {name: str(from_cents(cents)) for name, cents in amounts.items()}


@dataclass(frozen=True, slots=True)
class KdvReturn:
    """The two returns of a period; sales and returned goods apart, then what remains.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> sales = KdvOfRate(False, Decimal(20), 1, 1_800_000, 360_000, 180_000)
    >>> withheld = KdvWithheld(False, "604", 50, 1, 360_000, 180_000)
    >>> KdvReturn(KdvSummary(date(2026, 11, 1), date(2026, 11, 30), (sales,), (withheld,))).net.declared
    180000
    """

    summary: KdvSummary

    @property
    def sales(self) -> KdvSums:
        """The sums of the sales."""
        return _sums(row for row in self.summary.rates if not row.is_return)

    @property
    def returns(self) -> KdvSums:
        """The sums of what was returned."""
        return _sums(row for row in self.summary.rates if row.is_return)

    @property
    def net(self) -> KdvSums:
        """The sales less what was returned."""
        return self.sales.less(self.returns)

    def as_json(self) -> dict[str, object]:
        return {
            "first": self.summary.first.isoformat(),
            "last": self.summary.last.isoformat(),
            "currency": "TRY",
            "kdv1": {
                "sales": [_rate(row) for row in self.summary.rates if not row.is_return],
                "returns": [_rate(row) for row in self.summary.rates if row.is_return],
                "totals": {
                    "sales": self.sales.as_json(),
                    "returns": self.returns.as_json(),
                    "net": self.net.as_json(),
                },
            },
            "kdv2": {
                "sales": [_code(row) for row in self.summary.withheld if not row.is_return],
                "returns": [_code(row) for row in self.summary.withheld if row.is_return],
                "withheld": str(from_cents(self.net.withheld)),
            },
        }

    def as_csv(self) -> str:
        """One row a rate and one a code, without sums: a spreadsheet adds up, and nothing is counted twice."""
        return csv_text(_HEADER, self._rows())

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for row in self.summary.rates:
            sums = _sums([row])
            amounts = (sums.base, sums.kdv, sums.withheld, sums.declared)
            head = ("KDV1", _kind(row), format(row.rate, "f"), None, None, None, row.invoices)
            yield (*head, *map(from_cents, amounts))
        for row in self.summary.withheld:
            name = withholding.name(row.code)
            head = ("KDV2", _kind(row), None, row.code, name, row.percent, row.invoices)
            yield (*head, None, from_cents(row.kdv_try_cents), from_cents(row.withheld_try_cents), None)


def _sums(rows: Iterable[KdvOfRate]) -> KdvSums:
    listed = list(rows)
    return KdvSums(
        base=sum(row.base_try_cents for row in listed),
        kdv=sum(row.kdv_try_cents for row in listed),
        withheld=sum(row.withheld_try_cents for row in listed),
    )


def _kind(row: KdvOfRate | KdvWithheld) -> str:
    return "return" if row.is_return else "sale"


def _rate(row: KdvOfRate) -> dict[str, object]:
    return {"rate": format(row.rate, "f"), "invoices": row.invoices, **_sums([row]).as_json()}


def _code(row: KdvWithheld) -> dict[str, object]:
    return {
        "code": row.code,
        "name": withholding.name(row.code),
        "percent": row.percent,
        "invoices": row.invoices,
        "kdv": str(from_cents(row.kdv_try_cents)),
        "withheld": str(from_cents(row.withheld_try_cents)),
    }

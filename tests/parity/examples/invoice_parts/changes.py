"""Moments of the issued invoice, and changes to it that examples of several kinds begin from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import Changes, Example

CREATED: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
ISSUED: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
LATER: Final = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY: Final = date(2026, 3, 2)

IN_DOLLARS: Final = {
    "currency": "USD",
    "exchange_rate": Decimal("32.5"),
    "exchange_rate_date": DAY,
    "exchange_rate_source": "TCMB döviz alış",
    "payable_try_cents": 3_900_000,
}
ENDED: Final = {"status": "cancelled", "cancelled_at": LATER, "cancellation_reason": "Mükerrer düzenlendi"}
PAID: Final = {"status": "paid", "paid_at": LATER, "paid_cents": 120_000}


def length(column: str, most: int, others: Changes | None = None) -> Example:
    """One character too many, the most there may be, none; ``ş`` has two bytes."""
    row = {} if others is None else dict(others)
    return Example({**row, column: "ş" * (most + 1)}, {**row, column: "ş" * most}, ({**row, column: ""},))

"""Cancelling: a licence, an order or an invoice says when it was cancelled, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import Instant, Text
from platform_db.domain.rules import Message, Rule

__all__ = ["CANCELLATION", "CancellationReason", "CancelledAt"]

CancelledAt = Annotated[
    AwareDatetime | None,
    Instant(),
    Field(description="When it was cancelled (UTC); set with status cancelled, and only then."),
]

CancellationReason = Annotated[
    str | None,
    Text(max=500),
    Field(description="Why it was cancelled, in the words of whoever did; set together with cancelled_at."),
]


def _at_matches_status(status: str | None, cancelled_at: datetime | None) -> bool | None:
    return None if status is None else (status == "cancelled") == (cancelled_at is not None)


def _has_reason(cancelled_at: datetime | None, reason: str | None) -> bool:
    return (cancelled_at is None) == (reason is None)


CANCELLATION: Final[tuple[Rule, ...]] = (
    Rule(
        name="cancelled_at_matches_status",
        fields=("status", "cancelled_at"),
        holds=_at_matches_status,
        sql="(status = 'cancelled') = (cancelled_at IS NOT NULL)",
        message=Message(
            "İptal anı, durum iptal ise bulunur, değilse bulunmaz",
            "The moment of cancellation is there if, and only if, the status is cancelled",
        ),
        null_aware=True,
    ),
    Rule(
        name="cancelled_has_reason",
        fields=("cancelled_at", "cancellation_reason"),
        holds=_has_reason,
        sql="(cancelled_at IS NULL) = (cancellation_reason IS NULL)",
        message=Message(
            "İptal, gerekçesiyle birlikte yazılır; iptal yoksa gerekçe de yoktur",
            "A cancellation is written with its reason; without one there is no reason",
        ),
        null_aware=True,
    ),
)
"""The rules of every row that has ``status``, ``cancelled_at`` and ``cancellation_reason``."""

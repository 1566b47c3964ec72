"""What a payment is and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["MONEY_MOVED", "OPEN_STATUSES", "PAYMENT_TRANSITIONS", "PaymentKind", "PaymentStatus", "may_become"]


class PaymentKind(StrEnum):
    """Which way the money went: a charge came, a refund went back."""

    CHARGE = "charge"
    REFUND = "refund"


class PaymentStatus(StrEnum):
    """The state of a payment; how one follows another is :data:`PAYMENT_TRANSITIONS`."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    PARTIAL_REFUND = "partial_refund"
    DISPUTED = "disputed"


OPEN_STATUSES: Final = (PaymentStatus.PENDING, PaymentStatus.PROCESSING, PaymentStatus.DISPUTED)
"""States that somebody has to bring to an end."""

MONEY_MOVED: Final = frozenset(
    {PaymentStatus.COMPLETED, PaymentStatus.REFUNDED, PaymentStatus.PARTIAL_REFUND, PaymentStatus.DISPUTED}
)
"""States in which the money came, or a refund's went back: ``paid_at`` says when."""

PAYMENT_TRANSITIONS: Final[Mapping[PaymentStatus, frozenset[PaymentStatus]]] = MappingProxyType(
    {
        PaymentStatus.PENDING: frozenset(
            {PaymentStatus.PROCESSING, PaymentStatus.COMPLETED, PaymentStatus.FAILED, PaymentStatus.CANCELLED}
        ),
        PaymentStatus.PROCESSING: frozenset({PaymentStatus.COMPLETED, PaymentStatus.FAILED, PaymentStatus.CANCELLED}),
        PaymentStatus.COMPLETED: frozenset(
            {PaymentStatus.PARTIAL_REFUND, PaymentStatus.REFUNDED, PaymentStatus.DISPUTED}
        ),
        PaymentStatus.PARTIAL_REFUND: frozenset({PaymentStatus.REFUNDED, PaymentStatus.DISPUTED}),
        PaymentStatus.DISPUTED: frozenset(
            {PaymentStatus.COMPLETED, PaymentStatus.PARTIAL_REFUND, PaymentStatus.REFUNDED}
        ),
        PaymentStatus.FAILED: frozenset(),
        PaymentStatus.CANCELLED: frozenset(),
        PaymentStatus.REFUNDED: frozenset(),
    }
)
"""What each status may become; failed, cancelled and refunded are final."""


def may_become(old: PaymentStatus, new: PaymentStatus) -> bool:
    """Whether a payment may go from ``old`` to ``new``; staying as it is always may.

    Examples
    --------
    >>> may_become(PaymentStatus.PENDING, PaymentStatus.COMPLETED)
    True
    >>> may_become(PaymentStatus.REFUNDED, PaymentStatus.COMPLETED)
    False
    """
    return old == new or new in PAYMENT_TRANSITIONS[old]

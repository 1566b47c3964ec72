"""What a gateway may say of an attempt to collect, and what may become of one."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from platform_db.domain.changes import ChangeRule, StateMachine, final, fixed
from platform_db.domain.rules import Message

__all__ = ["CHANGES", "OPEN_STATUSES", "ORDER_TRANSACTION_STATES", "OrderTransactionStatus"]


class OrderTransactionStatus(StrEnum):
    """What the gateway said of an attempt."""

    PENDING = "pending"
    PROCESSING = "processing"
    APPROVED = "approved"
    DECLINED = "declined"
    ERROR = "error"
    CANCELLED = "cancelled"


OPEN_STATUSES: Final = (OrderTransactionStatus.PENDING, OrderTransactionStatus.PROCESSING)
"""The gateway has not answered yet."""

_ANSWERS: Final = (
    OrderTransactionStatus.APPROVED,
    OrderTransactionStatus.DECLINED,
    OrderTransactionStatus.ERROR,
    OrderTransactionStatus.CANCELLED,
)

ORDER_TRANSACTION_STATES: Final = StateMachine(
    "status",
    {
        OrderTransactionStatus.PENDING: (OrderTransactionStatus.PROCESSING, *_ANSWERS),
        OrderTransactionStatus.PROCESSING: _ANSWERS,
    },
    Message(
        "Sonuçlanan tahsilat denemesinin durumu değişmez; yeni bir deneme başlatılır",
        "An attempt that came to an end stays so; start another one",
    ),
)
"""What each status may become; an answer is final."""

CHANGES: Final[tuple[ChangeRule, ...]] = (
    ORDER_TRANSACTION_STATES.rule,
    fixed(
        "terms_are_fixed",
        ("transaction_reference", "order_id", "buyer_id", "amount_cents", "currency", "method", "gateway"),
        Message(
            "Denemenin siparişi, alıcısı, tutarı ve yolu değişmez",
            "Order, buyer, amount and way of an attempt do not change",
        ),
    ),
    final(
        "gateway_transaction_is_final",
        "gateway_transaction_id",
        Message("Sağlayıcının verdiği işlem numarası değişmez", "The gateway's number of an attempt stays"),
    ),
)
"""What may become of the row of an order transaction."""

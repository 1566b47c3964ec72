"""How far an order has come, and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from platform_db.domain.changes import ChangeRule, StateMachine, fixed
from platform_db.domain.rules import Message

__all__ = [
    "AT_AN_END",
    "CHANGEABLE_BY_BUYER",
    "CHANGES",
    "NOT_INVOICED",
    "ORDER_STATES",
    "UNDER_WAY",
    "OrderStatus",
]


class OrderStatus(StrEnum):
    """The way of an order from the cart to the door."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


CHANGEABLE_BY_BUYER: Final = (OrderStatus.PENDING, OrderStatus.CONFIRMED)
"""Nobody has begun to pack it: the buyer may still change the address, or cancel."""

UNDER_WAY: Final = (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
"""The courier has the parcel, or had it."""

AT_AN_END: Final = (OrderStatus.CANCELLED, OrderStatus.REFUNDED)
"""Nothing is collected for it any more."""

NOT_INVOICED: Final = (OrderStatus.PENDING, *AT_AN_END)
"""No invoice of it is drafted: its terms are still open, or it came to an end."""

ORDER_STATES: Final = StateMachine(
    "status",
    {
        OrderStatus.PENDING: (OrderStatus.CONFIRMED, OrderStatus.CANCELLED),
        OrderStatus.CONFIRMED: (OrderStatus.PROCESSING, OrderStatus.CANCELLED),
        OrderStatus.PROCESSING: (OrderStatus.SHIPPED, OrderStatus.CANCELLED),
        OrderStatus.SHIPPED: (OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.REFUNDED),
        OrderStatus.DELIVERED: (OrderStatus.REFUNDED,),
    },
    Message("Sipariş bu durumdan o duruma geçemez", "The order cannot go from its status to that one"),
)
"""What each status may become. Before it is delivered an order is cancelled, and its goods are in stock again."""

_TERMS: Final = (
    "currency",
    "exchange_rate",
    "exchange_rate_date",
    "exchange_rate_source",
    "subtotal_cents",
    "tax_cents",
    "shipping_cents",
    "discount_cents",
    "total_cents",
    "total_try_cents",
)


def _terms_are_fixed(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return before["status"] == OrderStatus.PENDING or all(before[name] == after[name] for name in _TERMS)


def _row(image: str) -> str:
    return ", ".join(f"{image}.{name}" for name in _TERMS)


CHANGES: Final[tuple[ChangeRule, ...]] = (
    ORDER_STATES.rule,
    ChangeRule(
        "terms_are_fixed",
        _TERMS,
        _terms_are_fixed,
        f"OLD.status = '{OrderStatus.PENDING}' OR ({_row('NEW')}) IS NOT DISTINCT FROM ({_row('OLD')})",
        Message(
            "Onaylanan siparişin tutarları, para birimi ve kuru değişmez",
            "Amounts, currency and rate of a confirmed order do not change",
        ),
    ),
    fixed(
        "buyer_and_number_are_fixed",
        ("order_number", "buyer_id"),
        Message("Siparişin alıcısı ve numarası değişmez", "Buyer and number of an order do not change"),
    ),
)
"""What may become of the row of an order."""

"""What may become of a placed order: decisions over frozen values, before any statement.

Each function gives the columns that the operation writes, without the stamp that is the
database's, or refuses under the name that the database would refuse by.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from platform_db.domain.columns import columns_of
from platform_db.domain.order_transactions import Collected
from platform_db.domain.orders.inputs import ShippingAddress
from platform_db.domain.orders.order import Order
from platform_db.domain.orders.states import CHANGEABLE_BY_BUYER, ORDER_STATES, UNDER_WAY, OrderStatus
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = [
    "addressed",
    "cancelled",
    "confirmed",
    "delivered",
    "demand_reason",
    "demand_under_way",
    "processing",
    "refunded",
    "shipped",
]


_Reason: Final = columns_of(Order, ("cancellation_reason",))


def _rule(name: str, field: str, tr: str, en: str) -> Violation:
    return Violation(rule=name, fields=(field,), message=Message(tr, en), entity=Order.entity)


_ADDRESS: Final = _rule(
    "address_before_packing",
    "shipping_address",
    "Hazırlanmaya başlanan siparişin teslimat adresi değişmez",
    "The address does not change once the order is being packed",
)
_PARCEL: Final = _rule(
    "shipping_events_of_parcel",
    "shipping_events",
    "Kargo hareketi yalnız kargoya verilmiş siparişe yazılır",
    "A courier reports only on an order that was shipped",
)


def confirmed(order: Order) -> dict[str, object]:
    """The shop takes the order; from now on its terms are fixed."""
    return _moved(order, OrderStatus.CONFIRMED, {}, "confirmed_at")


def processing(order: Order) -> dict[str, object]:
    """Somebody has begun to pack it."""
    return _moved(order, OrderStatus.PROCESSING, {})


def shipped(
    order: Order, courier: str, tracking_number: str | None, expected: datetime | None = None
) -> dict[str, object]:
    """The parcel left; when it should arrive is kept where nothing new is told."""
    told: dict[str, object] = {
        "courier": courier,
        "tracking_number": tracking_number,
        "estimated_delivery": expected or order.estimated_delivery,
    }
    return _moved(order, OrderStatus.SHIPPED, told, "shipped_at")


def delivered(order: Order) -> dict[str, object]:
    """The parcel arrived."""
    return _moved(order, OrderStatus.DELIVERED, {}, "delivered_at")


def cancelled(order: Order, reason: str, collected: Collected) -> dict[str, object]:
    """The order is given up; what it took is in stock again.

    Raises
    ------
    RuleViolation
        It is delivered or at an end (``ck_orders_transition_allowed``), money is still held
        (``ck_orders_cancelled_holds_no_money``), or the reason is empty or too long.
    """
    changes = _moved(order, OrderStatus.CANCELLED, {"cancellation_reason": reason}, "cancelled_at")
    if collected.held_cents:
        raise RuleViolation(Order.refusal("cancelled_holds_no_money"))
    return changes


def demand_reason(reason: str) -> None:
    """Refuse a reason that could not be stored (``ck_orders_cancellation_reason_length``)."""
    _Reason.parse({"cancellation_reason": reason})


def refunded(order: Order, collected: Collected) -> dict[str, object]:
    """All the money went back after the parcel left.

    Raises
    ------
    RuleViolation
        It is not shipped or delivered (``ck_orders_transition_allowed``), nothing was
        collected, or some of it is still held (``ck_orders_refunded_when_money_is_back``).
    """
    changes = _moved(order, OrderStatus.REFUNDED, {})
    if collected.held_cents or not collected.paid_cents:
        raise RuleViolation(Order.refusal("refunded_when_money_is_back"))
    return changes


def addressed(order: Order, address: ShippingAddress) -> dict[str, object]:
    """The columns of another address that differ; none where it is the same.

    Raises
    ------
    RuleViolation
        The order is being packed, or further (``address_before_packing``).
    """
    if order.status not in CHANGEABLE_BY_BUYER:
        raise RuleViolation(_ADDRESS)
    return {name: value for name, value in address.columns.items() if getattr(order, name) != value}


def demand_under_way(order: Order) -> None:
    """Refuse a courier's report on a parcel that never left (``shipping_events_of_parcel``)."""
    if order.status not in UNDER_WAY:
        raise RuleViolation(_PARCEL)


def _moved(
    order: Order, status: OrderStatus, changes: dict[str, object], stamp: str | None = None
) -> dict[str, object]:
    if order.status is status or not ORDER_STATES.may_become(order.status, status):
        raise RuleViolation(ORDER_STATES.rule.guard.violation(Order.entity))
    written: dict[str, object] = {"status": status, **changes}
    # The stamp is the database's; no earlier one lies after the last change.
    order.checked(written if stamp is None else {**written, stamp: order.updated_at})
    return written

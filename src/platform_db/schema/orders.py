"""The table of orders: each belongs to its buyer."""

from __future__ import annotations

from typing import Final

from platform_db.domain.orders import Order, OrderStatus
from platform_db.domain.orders.inputs import SHIPPING
from platform_db.domain.orders.placing import PLACED
from platform_db.domain.orders.states import CHANGEABLE_BY_BUYER
from platform_db.domain.rules import Message, one_of
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["PERSONAL", "orders"]

_ANALYSED = (
    "id",
    "order_number",
    "buyer_id",
    "subtotal_cents",
    "total_cents",
    "total_try_cents",
    "status",
    "currency",
    "exchange_rate",
    "exchange_rate_date",
    "exchange_rate_source",
    "courier",
    "tax_cents",
    "shipping_cents",
    "discount_cents",
    "confirmed_at",
    "shipped_at",
    "delivered_at",
    "cancelled_at",
    "estimated_delivery",
    "shipping_country",
    "created_at",
    "updated_at",
)

PERSONAL: Final = frozenset(
    {
        *(name for name in SHIPPING if name not in _ANALYSED),
        "tracking_number",
        "shipping_events",
        "cancellation_reason",
        "notes",
    }
)
"""What leads to a person's door, and what people write of one another; analysts do not see it."""

_CANCELLATION = ("status", "cancelled_at", "cancellation_reason")

orders = table(
    Order,
    foreign_key("buyer_id", "users"),
    unique(
        "id",
        "buyer_id",
        "currency",
        message=Message("Sipariş bu alıcıda zaten kayıtlı", "The order is already recorded for this buyer"),
    ),
    unique(
        "order_number",
        message=Message("Bu numarayla bir sipariş var", "There is an order with this number"),
    ),
    index(
        "idx_orders_buyer_created",
        "buyer_id",
        "created_at DESC",
        "id DESC",
        serves="A page of a buyer's orders, newest first, and the foreign key to users.",
    ),
    index("idx_orders_status_created", "status", "created_at", serves="The oldest orders in a status."),
    index(
        "idx_orders_tracking_number",
        "tracking_number",
        where="tracking_number IS NOT NULL",
        serves="The order of a parcel.",
    ),
    owner="buyer_id",
    # The app has no right to confirmed_at, so a buyer cannot confirm an order either.
    changes_while=f"status IN {one_of(CHANGEABLE_BY_BUYER)}",
    check_on_write=f"status IN {one_of((*CHANGEABLE_BY_BUYER, OrderStatus.CANCELLED))}",
    personal=PERSONAL,
    recorded=True,
    grants={
        Role.APP: {"SELECT": None, "INSERT": PLACED, "UPDATE": (*SHIPPING, *_CANCELLATION)},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.READONLY: {"SELECT": _ANALYSED},
        Role.AUDITOR: {"SELECT": None},
    },
)

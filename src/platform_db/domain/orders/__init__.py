"""Orders of the shop: what a buyer bought, what it comes to, and where it goes."""

from __future__ import annotations

from platform_db.domain.orders.inputs import Cart, CartItem, ShippingAddress, ShippingEvent
from platform_db.domain.orders.numbers import is_order_number, new_order_number
from platform_db.domain.orders.order import Order
from platform_db.domain.orders.states import ORDER_STATES, OrderStatus
from platform_db.domain.orders.totals import OrderTotals, TaxedItem, order_totals

__all__ = [
    "ORDER_STATES",
    "Cart",
    "CartItem",
    "Order",
    "OrderStatus",
    "OrderTotals",
    "ShippingAddress",
    "ShippingEvent",
    "TaxedItem",
    "is_order_number",
    "new_order_number",
    "order_totals",
]

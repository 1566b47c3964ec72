"""Lists of orders and of their items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from platform_db.domain.fields import BigInteger
from platform_db.domain.order_items import OrderItem
from platform_db.domain.orders import Order, OrderStatus
from platform_db.repositories.filters import (
    BY_STATUS,
    NEWEST_FIRST,
    Age,
    Condition,
    Filter,
    Listing,
    equal,
    older_than,
)
from platform_db.schema.order_items import order_items
from platform_db.schema.orders import orders

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ITEMS_OF_PRODUCT", "NEWEST", "OLDEST", "OfProduct", "OrderFilter"]


class OrderFilter(Filter):
    """Which orders a list holds; what is not given, or None, does not restrict.

    ``older_than`` is how long ago the order was placed, at least.
    """

    buyer_id: Annotated[int | None, BigInteger()] = None
    status: OrderStatus | None = None
    older_than: Age | None = None


class OfProduct(Filter):
    """Which items a list holds."""

    product_id: Annotated[int, BigInteger()]


_CONDITIONS: Final[Mapping[str, Condition]] = {
    "buyer_id": equal("buyer_id"),
    "status": equal("status"),
    "older_than": older_than("created_at", "older_than"),
}
NEWEST: Final = Listing(orders, Order, NEWEST_FIRST, _CONDITIONS)
OLDEST: Final = Listing(orders, Order, BY_STATUS, _CONDITIONS, name="oldest")
ITEMS_OF_PRODUCT: Final = Listing(order_items, OrderItem, NEWEST_FIRST, {"product_id": equal("product_id")})

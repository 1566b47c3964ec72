"""Orders and their items: found, listed, followed by parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
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
from platform_db.repositories.rows import Rows, reader
from platform_db.schema.order_items import order_items
from platform_db.schema.orders import orders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["OrderFilter", "OrderRepository"]

_ROWS: Final = Rows(orders, Order, "order")
_read_item = reader(OrderItem)

_BY_NUMBER: Final = Statement(
    sa.select(orders).where(orders.c.order_number == sa.bindparam("order_number", type_=sa.Text()))
)
_BY_TRACKING_NUMBER: Final = Statement(
    sa.select(orders)
    .where(orders.c.tracking_number == sa.bindparam("tracking_number", type_=sa.Text()))
    .order_by(orders.c.id)
)
_ITEMS: Final = Statement(
    sa.select(order_items)
    .where(order_items.c.order_id == sa.bindparam("order_id", type_=sa.BigInteger()))
    .order_by(order_items.c.line_number)
)


class OrderFilter(Filter):
    """Which orders a list holds; what is not given, or None, does not restrict.

    ``older_than`` is how long ago the order was placed, at least.
    """

    buyer_id: Annotated[int | None, BigInteger()] = None
    status: OrderStatus | None = None
    older_than: Age | None = None


class _OfProduct(Filter):
    product_id: Annotated[int, BigInteger()]


_CONDITIONS: Final[Mapping[str, Condition]] = {
    "buyer_id": equal("buyer_id"),
    "status": equal("status"),
    "older_than": older_than("created_at", "older_than"),
}
_NEWEST: Final = Listing(orders, Order, NEWEST_FIRST, _CONDITIONS)
_OLDEST: Final = Listing(orders, Order, BY_STATUS, _CONDITIONS, name="oldest")
_ITEMS_OF_PRODUCT: Final = Listing(order_items, OrderItem, NEWEST_FIRST, {"product_id": equal("product_id")})
_EVERY: Final = OrderFilter()


class OrderRepository:
    """Orders with their items. Belongs to one unit of work and never commits.

    As a user (platform_app) it sees the orders that the user placed, and their items.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, order_id: int) -> Order:
        """The order of this id, without its items.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, order_id)

    async def by_number(self, order_number: str) -> Order:
        """The order of the number that was told to the buyer, compared byte by byte.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_NUMBER, {"order_number": order_number}))

    async def by_tracking_number(self, tracking_number: str) -> tuple[Order, ...]:
        """The orders in a parcel, by id; several where they were sent together or couriers share a number."""
        rows = await self._executor.fetch(_BY_TRACKING_NUMBER, {"tracking_number": tracking_number})
        return tuple(map(_ROWS.read, rows))

    async def items(self, order_id: int) -> tuple[OrderItem, ...]:
        """The items of an order by their place in it; none where this identity may not see the order."""
        return tuple(map(_read_item, await self._executor.fetch(_ITEMS, {"order_id": order_id})))

    async def items_of_product(self, product_id: int, *, after: str | None = None, limit: int = 50) -> Page[OrderItem]:
        """The items that ordered a product, newest first; as a user those of the user's orders.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or product.
        """
        chosen = _OfProduct(product_id=product_id)
        return await _ITEMS_OF_PRODUCT.page(self._executor, chosen, after=after, limit=limit)

    async def page(self, chosen: OrderFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Order]:
        """Orders, newest first; every row exactly once, also while others are placed.

        ``limit`` and ``after`` as in :meth:`items_of_product`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _NEWEST.page(self._executor, chosen, after=after, limit=limit)

    async def oldest(self, chosen: OrderFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Order]:
        """Orders by status, the oldest of each first: what waits longest. Background work (platform_worker).

        ``limit`` and ``after`` as in :meth:`items_of_product`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _OLDEST.page(self._executor, chosen, after=after, limit=limit)

"""Reading orders: found, listed, followed by parcel; and their items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.order_items import OrderItem
from platform_db.domain.orders import Order
from platform_db.repositories.orders import statements
from platform_db.repositories.orders.listing import ITEMS_OF_PRODUCT, NEWEST, OLDEST, OfProduct, OrderFilter
from platform_db.repositories.orders.statements import ROWS
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import reader

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["OrderReading"]

_read_item = reader(OrderItem)
_EVERY: Final = OrderFilter()


class OrderReading(Repository[Order, OrderFilter]):
    """What reads orders and changes nothing. The list's order is newest first."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, NEWEST)

    async def by_number(self, order_number: str) -> Order:
        """The order of the number that was told to the buyer, compared byte by byte.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return ROWS.found(await self._executor.fetch_row(statements.BY_NUMBER, {"order_number": order_number}))

    async def by_tracking_number(self, tracking_number: str) -> tuple[Order, ...]:
        """The orders in a parcel, by id; several where they were sent together or couriers share a number."""
        rows = await self._executor.fetch(statements.BY_TRACKING_NUMBER, {"tracking_number": tracking_number})
        return tuple(map(ROWS.read, rows))

    async def items(self, order_id: int) -> tuple[OrderItem, ...]:
        """The items of an order by their place in it; none where this identity may not see the order."""
        return tuple(map(_read_item, await self._executor.fetch(statements.ITEMS, {"order_id": order_id})))

    async def items_of_product(self, product_id: int, *, after: str | None = None, limit: int = 50) -> Page[OrderItem]:
        """The items that ordered a product, newest first; as a user those of the user's orders.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit or the id is out of range, or the cursor belongs to another list or product.
        """
        chosen = OfProduct.checked(product_id=product_id)
        return await ITEMS_OF_PRODUCT.page(self._executor, chosen, after=after, limit=limit)

    async def oldest(self, chosen: OrderFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Order]:
        """Orders by status, the oldest of each first: what waits longest. Background work (platform_worker).

        ``limit`` and ``after`` as in :meth:`items_of_product`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await OLDEST.page(self._executor, chosen, after=after, limit=limit)

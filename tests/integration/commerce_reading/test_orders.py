"""Orders are found by number and parcel, listed for their buyer, and watched by age; items by product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.domain.orders import OrderStatus
from platform_db.errors import NotFound
from platform_db.repositories.orders import OrderFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

PENDING = {"status": "pending", "confirmed_at": None, "tracking_number": None}
CONFIRMED = {"status": "confirmed", "tracking_number": "TK1"}
SCENE = {
    "S-1": ("buyer", {**PENDING, "created_at": ago(days=3)}),
    "S-2": ("buyer", {**CONFIRMED, "created_at": ago(days=2)}),
    "S-3": ("other", {**CONFIRMED, "created_at": ago(days=2)}),
    "S-4": ("buyer", {**PENDING, "created_at": ago(days=2)}),
    "S-5": ("other", {**PENDING, "created_at": ago(hours=1)}),
}


@dataclass(frozen=True)
class Shop:
    """Two buyers; the orders' second items are of ``rare`` where the order is the first buyer's."""

    buyer: int
    other: int
    rare: int


@pytest_asyncio.fixture(loop_scope="session")
async def shop(worker: Raw) -> Shop:
    buyers = {name: await new_user(worker, name) for name in ("buyer", "other")}
    nobody = {"vendor_id": None, "created_by_user_id": None, "updated_by_user_id": None}
    common, rare = [await store(worker, "products", sku=sku, **nobody) for sku in ("sık", "seyrek")]
    for number, (buyer, columns) in SCENE.items():
        async with worker.transaction():
            sums = {"subtotal_cents": 180_000, "tax_cents": 36_600, "total_cents": 219_600, "total_try_cents": 219_600}
            row = {"buyer_id": buyers[buyer], "order_number": number, **sums, **columns}
            order = await store(worker, "orders", **row)
            second = rare if buyer == "buyer" else common
            for place, product in ((2, second), (1, common)):
                made = columns["created_at"]
                await worker.fetchval(
                    "INSERT INTO order_items (order_id, product_id, line_number, quantity, unit_price_cents, "
                    "total_price_cents, product_name, product_sku, created_at) "
                    "VALUES ($1, $2, $3, 2, 45000, 90000, 'Freze', 'FRZ', $4)",
                    order,
                    product,
                    place,
                    made,
                )
    return Shop(buyers["buyer"], buyers["other"], rare)


async def test_a_buyer_sees_the_own_orders_newest_first(database: Database, shop: Shop) -> None:
    async with database.unit_of_work(as_user=shop.buyer) as work:
        mine = await to_the_end(lambda after: work.orders.page(after=after, limit=1))
        of_another = await work.orders.page(OrderFilter(buyer_id=shop.other))
        with pytest.raises(NotFound):
            await work.orders.by_number("S-3")

    assert [order.order_number for order in mine] == ["S-4", "S-2", "S-1"]
    assert of_another.items == ()


async def test_the_oldest_of_a_status_come_first(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        every = await to_the_end(lambda after: work.orders.oldest(after=after, limit=1))
        pending = OrderFilter(status=OrderStatus.PENDING, older_than=timedelta(days=1))
        late = await to_the_end(lambda after: work.orders.oldest(pending, after=after, limit=1))
        of_buyer = await work.orders.page(OrderFilter(buyer_id=shop.other))

    assert [order.order_number for order in every] == ["S-1", "S-4", "S-5", "S-2", "S-3"]
    assert [order.order_number for order in late] == ["S-1", "S-4"]
    assert [order.order_number for order in of_buyer.items] == ["S-5", "S-3"]


async def test_a_parcel_names_its_orders(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        both = await work.orders.by_tracking_number("TK1")
        nothing = await work.orders.by_tracking_number("TK2")
    async with database.unit_of_work(as_user=shop.other) as work:
        own = await work.orders.by_tracking_number("TK1")

    assert [order.order_number for order in both] == ["S-2", "S-3"]
    assert [order.order_number for order in own] == ["S-3"]
    assert nothing == ()


async def test_items_come_with_their_order_in_its_sequence(database: Database, shop: Shop) -> None:
    async with database.unit_of_work(as_user=shop.buyer) as work:
        order = await work.orders.by_number("S-1")
        items = await work.orders.items(order.id)
        assert await work.orders.get(order.id) == order
    async with database.unit_of_work(as_user=shop.other) as work:
        hidden = await work.orders.items(order.id)
        with pytest.raises(NotFound):
            await work.orders.get(order.id)

    assert [(item.line_number, item.product_id == shop.rare) for item in items] == [(1, False), (2, True)]
    assert hidden == ()


async def test_items_that_ordered_a_product_newest_first(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        numbers = {order.id: order.order_number for order in (await work.orders.page()).items}
        rare = await to_the_end(lambda after: work.orders.items_of_product(shop.rare, after=after, limit=1))
    async with database.unit_of_work(as_user=shop.other) as work:
        hidden = await work.orders.items_of_product(shop.rare)

    assert [numbers[item.order_id] for item in rare] == ["S-4", "S-2", "S-1"]
    assert hidden.items == ()

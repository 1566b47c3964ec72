"""Orders that nobody pays for are swept, and their pieces are for sale again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.order_transactions import NewOrderTransaction
from platform_db.domain.orders import OrderStatus
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.errors import RuleViolation
from tests.integration.commerce.shop import Shop, stock
from tests.integration.commerce.test_order_operations import paid

if TYPE_CHECKING:
    from platform_db.domain.orders import Order
    from platform_db.repositories.work import Database
    from tests.raw import Raw

DAY = timedelta(days=1)
REASON = "Ödeme alınmadı"


async def placed(database: Database, shop: Shop, worker: Raw, *items: tuple[str, int], days: int = 2) -> Order:
    """An order that was placed so many days ago."""
    async with database.unit_of_work() as work:
        order = await work.orders.place(shop.cart(*items))
    # The row keeps its created_at, so another clock sets it.
    await worker.execute("SET ROLE platform_owner")
    await worker.execute("ALTER TABLE orders DISABLE TRIGGER orders_touch")
    await worker.execute(
        "UPDATE orders SET created_at = created_at - make_interval(days => $2) WHERE id = $1", order.id, days
    )
    await worker.execute("ALTER TABLE orders ENABLE TRIGGER orders_touch")
    await worker.execute("SET ROLE platform_worker")
    return order


async def test_only_old_orders_without_money_or_attempt_are_swept(database: Database, shop: Shop, worker: Raw) -> None:
    # given old orders: two abandoned, one being paid, one paid, one confirmed; and a young one
    one = await placed(database, shop, worker, ("freze", 2), ("matkap", 1))
    two = await placed(database, shop, worker, ("freze", 1), days=3)
    trying = await placed(database, shop, worker, ("freze", 1))
    bought = await placed(database, shop, worker, ("freze", 1))
    confirmed = await placed(database, shop, worker, ("freze", 1))
    await placed(database, shop, worker, ("freze", 1), days=0)
    async with database.unit_of_work() as work:
        new = NewOrderTransaction(transaction_reference="TX-9", gateway="iyzico", method=PaymentMethod.CREDIT_CARD)
        await work.order_transactions.start(trying.id, new)
        await paid(work, bought)
        await work.orders.confirm(await work.orders.get(confirmed.id))
    assert await stock(worker, *shop.products.values()) == [3, 9, 10]

    # when they are swept
    async with database.unit_of_work() as work:
        swept = await work.orders.cancel_unpaid(DAY, REASON)
        assert await work.orders.cancel_unpaid(DAY, REASON) == ()

    # then the abandoned ones are cancelled, and one entry tells how many
    assert [(order.id, order.status, order.cancellation_reason) for order in swept] == [
        (one.id, OrderStatus.CANCELLED, REASON),
        (two.id, OrderStatus.CANCELLED, REASON),
    ]
    assert await stock(worker, *shop.products.values()) == [6, 10, 10]
    async with database.unit_of_work() as work:
        entries = [entry for entry in (await work.audit.page()).items if entry.event_type == "order.swept_unpaid"]
    assert [entry.payload for entry in entries] == [{"after": {"count": 2}}]


async def test_the_oldest_are_swept_first_and_no_two_sweeps_take_one(
    database: Database, shop: Shop, worker: Raw
) -> None:
    orders = [await placed(database, shop, worker, ("freze", 1), days=9 - place) for place in range(6)]

    async def sweep() -> tuple[int, ...]:
        async with database.unit_of_work() as work:
            return tuple(order.id for order in await work.orders.cancel_unpaid(DAY, REASON, limit=2))

    first = await sweep()
    others = await asyncio.gather(*(sweep() for _ in range(4)))

    assert first == (orders[0].id, orders[1].id)
    assert sorted(key for keys in others for key in keys) == [order.id for order in orders[2:]]
    assert await stock(worker, shop.products["freze"]) == [10]


async def test_a_sweep_without_span_or_reason_is_refused(database: Database, shop: Shop, worker: Raw) -> None:
    await placed(database, shop, worker, ("freze", 1))

    for span, reason, limit, rule in (
        (timedelta(0), REASON, 1, "span_range"),
        (DAY, "", 1, "ck_orders_cancellation_reason_length"),
        (DAY, REASON, 0, "page_limit"),
    ):
        with pytest.raises(RuleViolation) as refused:
            async with database.unit_of_work() as work:
                await work.orders.cancel_unpaid(span, reason, limit)
        assert refused.value.rule == rule
    assert await stock(worker, shop.products["freze"]) == [9]

"""Unpaid orders are swept while their buyers pay: nobody pays for an order that the sweep gives up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from platform_db.domain.order_transactions import NewOrderTransaction, OrderTransaction
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.errors import NotAllowed, PlatformError
from tests.concurrency.crowd import SIZE, somebody_waits
from tests.concurrency.test_orders import cart, place, sold
from tests.integration.commerce.shop import product, stock
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.domain.orders import Order
    from tests.concurrency.crowd import Crowd
    from tests.raw import Raw

DAY = timedelta(days=1)
REASON = "Ödeme alınmadı"
_GATE = 4711

_AGED = """
    SET ROLE platform_owner;
    ALTER TABLE orders DISABLE TRIGGER orders_touch;
    UPDATE orders SET created_at = created_at - interval '2 days';
    ALTER TABLE orders ENABLE TRIGGER orders_touch;
    SET ROLE platform_worker
"""
_PAUSE = f"""
    SET ROLE platform_owner;
    CREATE FUNCTION pause() RETURNS boolean LANGUAGE plpgsql AS
        $$BEGIN PERFORM pg_advisory_xact_lock_shared({_GATE}); RETURN true; END$$;
    GRANT EXECUTE ON FUNCTION pause() TO platform_worker;
    CREATE POLICY pauses ON order_transactions AS RESTRICTIVE FOR SELECT TO platform_worker USING (pause());
    SET ROLE platform_worker
"""
"""Whoever reads attempts in the background waits in the middle of the statement while the gate is shut."""

_CANCELLED_WHILE_PAID = (
    "SELECT count(*) FROM orders o JOIN order_transactions t ON t.order_id = o.id "
    "WHERE o.status = 'cancelled' AND t.status IN ('pending', 'processing')"
)


async def start(crowd: Crowd, order: Order) -> OrderTransaction:
    new = NewOrderTransaction(
        transaction_reference=f"TX-{order.id}", gateway="iyzico", method=PaymentMethod.CREDIT_CARD
    )
    async with crowd.database.unit_of_work(as_user=order.buyer_id) as work:
        return await work.order_transactions.start(order.id, new)


async def sweep(crowd: Crowd, limit: int = 100) -> tuple[Order, ...]:
    async with crowd.database.unit_of_work() as work:
        return await work.orders.cancel_unpaid(DAY, REASON, limit)


async def test_nobody_pays_for_an_order_that_is_swept_at_the_same_moment(crowd: Crowd, worker: Raw) -> None:
    # given eight old orders, when their buyers start to pay while eight sweep them
    only = await product(worker, "kutu", stock_quantity=100)
    orders = [await place(crowd, cart(crowd.owner(member), (only, 1))) for member in range(SIZE // 2)]
    await worker.execute(_AGED)

    async def act(member: int) -> OrderTransaction | tuple[Order, ...]:
        if member % 2:
            return await start(crowd, orders[member // 2])
        return await sweep(crowd, limit=2)

    outcomes = await crowd.at_once(act)

    # then each is swept or paid for, and never both
    started = [it for it in outcomes if isinstance(it, OrderTransaction)]
    refused = [type(it) for it in outcomes if isinstance(it, PlatformError)]
    swept = [order.id for it in outcomes if isinstance(it, tuple) for order in it]
    assert refused == [NotAllowed] * (SIZE // 2 - len(started))
    assert len(set(swept)) == len(swept)
    assert not {it.order_id for it in started} & set(swept)
    assert await worker.fetchval(_CANCELLED_WHILE_PAID) == 0
    assert await stock(worker, only) == [100 - await sold(worker, only)]


async def test_an_attempt_that_started_while_the_sweep_looked_is_seen(crowd: Crowd, worker: Raw) -> None:
    # given an old order, one attempt for another, and a sweep that is in the middle of looking
    only = await product(worker, "kutu", stock_quantity=100)
    order, other = [await place(crowd, cart(crowd.owner(member), (only, 1))) for member in range(2)]
    await start(crowd, other)
    await worker.execute(_AGED)
    await worker.execute(_PAUSE)
    gate = await connect(crowd.url)
    try:
        await gate.execute(f"SELECT pg_advisory_lock({_GATE})")
        sweeping = asyncio.create_task(sweep(crowd))
        await somebody_waits(crowd.url)

        # when the buyer starts to pay
        await start(crowd, order)
    finally:
        await gate.close()

    # then the order stays
    assert await sweeping == ()
    assert await worker.fetchval(_CANCELLED_WHILE_PAID) == 0
    assert await stock(worker, only) == [98]

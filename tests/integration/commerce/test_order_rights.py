"""A buyer changes the address and cancels, and nothing else; by the library or past it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain.order_transactions import NewOrderTransaction
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.errors import NotAllowed, RuleViolation
from tests.integration.commerce.test_order_operations import placed
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.commerce.shop import Shop


@pytest.mark.parametrize("step", ["confirm", "start_processing"])
async def test_a_buyer_moves_no_order_along(database: Database, shop: Shop, step: str) -> None:
    order = await placed(database, shop)
    if step == "start_processing":
        async with database.unit_of_work() as work:
            order = await work.orders.confirm(order)

    with pytest.raises((NotAllowed, RuleViolation)):
        async with database.unit_of_work(as_user=shop.buyer) as work:
            await getattr(work.orders, step)(order)

    async with database.unit_of_work() as work:
        assert await work.orders.get(order.id) == order


@pytest.mark.parametrize(
    ("statement", "refused_by"),
    [
        ("UPDATE orders SET status = 'confirmed', confirmed_at = now()", "42501"),
        ("UPDATE orders SET status = 'confirmed'", "23514"),
        ("UPDATE orders SET total_cents = 1, total_try_cents = 1", "42501"),
        ("UPDATE orders SET discount_cents = 1", "42501"),
        ("UPDATE orders SET shipping_events = '[]'", "42501"),
        ("UPDATE order_items SET quantity = 1", "42501"),
        ("DELETE FROM order_items", "42501"),
        ("UPDATE order_transactions SET status = 'approved'", "23514"),
        ("UPDATE order_transactions SET status = 'processing'", "42501"),
        ("UPDATE order_transactions SET amount_cents = 1", "42501"),
        ("UPDATE order_transactions SET paid_cents = amount_cents", "42501"),
    ],
)
async def test_nor_does_raw_sql_of_a_buyer(
    database: Database, database_url: str, shop: Shop, statement: str, refused_by: str
) -> None:
    order = await placed(database, shop)
    new = NewOrderTransaction(transaction_reference="TX-1", gateway="iyzico", method=PaymentMethod.CREDIT_CARD)
    async with database.unit_of_work(as_user=shop.buyer) as work:
        await work.order_transactions.start(order.id, new)
    connection = await connect(database_url)
    try:
        await connection.execute("SET ROLE platform_app")
        await connection.execute(f"SET app.user_id = '{shop.buyer}'")
        with pytest.raises(Exception) as refused:  # noqa: PT011 - the driver's error, by its SQLSTATE
            await connection.execute(statement)
    finally:
        await connection.close()

    assert getattr(refused.value, "sqlstate", None) == refused_by


async def test_raw_sql_of_a_buyer_leaves_a_packed_order_alone(
    database: Database, database_url: str, shop: Shop
) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        await work.orders.start_processing(await work.orders.confirm(order))
    connection = await connect(database_url)
    try:
        await connection.execute("SET ROLE platform_app")
        await connection.execute(f"SET app.user_id = '{shop.buyer}'")
        done = await connection.execute(
            "UPDATE orders SET status = 'cancelled', cancelled_at = now(), cancellation_reason = 'x'"
        )
    finally:
        await connection.close()

    assert done == "UPDATE 0"

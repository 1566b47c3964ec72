"""The items of an order and its confirmation wait for each other (guard_order_items)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.concurrency.crowd import somebody_waits
from tests.integration.commerce.shop import opened_shop
from tests.integration.commerce.test_order_operations import placed
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

RENAME = "UPDATE order_items SET product_name = 'Başka'"
CONFIRM = "UPDATE orders SET status = 'confirmed', confirmed_at = now()"


@pytest.mark.parametrize("first", [RENAME, CONFIRM], ids=["items first", "confirmation first"])
async def test_an_order_is_confirmed_with_the_items_that_it_has(
    database: Database, database_url: str, worker: Raw, first: str
) -> None:
    # given a pending order, and a transaction that changes an item or confirms it
    await placed(database, await opened_shop(database, worker))
    await worker.execute(f"BEGIN; {first}")
    other = await connect(database_url)
    try:
        await other.execute("SET ROLE platform_worker")

        # when another does the other thing, then it waits
        async def then() -> str:
            return await other.execute(RENAME if first == CONFIRM else CONFIRM)

        waiting = asyncio.create_task(then())
        await somebody_waits(database_url)
        await worker.execute("COMMIT")

        # and what comes after the confirmation is refused
        if first == RENAME:
            assert await waiting == "UPDATE 1"
        else:
            with pytest.raises(asyncpg.CheckViolationError) as refused:
                await waiting
            assert refusal(refused.value)[0] == "ck_order_items_order_is_pending"
    finally:
        await other.close()


async def test_stock_comes_back_in_the_order_of_products(database: Database, database_url: str, worker: Raw) -> None:
    # given an order of two products, of which the first was written last, and somebody who is changing it
    shop = await opened_shop(database, worker)
    order = await placed(database, shop, ("freze", 1), ("matkap", 1))
    first, second = sorted((shop.products["freze"], shop.products["matkap"]))
    await worker.execute("UPDATE products SET description = 'x' WHERE id = $1", first)
    await worker.execute("BEGIN")
    await worker.execute("SELECT FROM products WHERE id = $1 FOR NO KEY UPDATE", first)
    other = await connect(database_url)
    try:
        # when the order is cancelled, then it waits for the first
        async def cancel() -> None:
            async with database.unit_of_work() as work:
                await work.orders.cancel(order, "Vazgeçildi")

        waiting = asyncio.create_task(cancel())
        await somebody_waits(database_url)
        # and holds none that comes after it, so nobody waits in a ring
        await other.execute("SET ROLE platform_worker")
        await other.execute("SELECT FROM products WHERE id = $1 FOR NO KEY UPDATE NOWAIT", second)
        await worker.execute("COMMIT")
        await waiting
    finally:
        await other.close()

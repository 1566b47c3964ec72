"""The items of one order, changed by sixteen at once past the library: the order's subtotal is their sum, always."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.orders import Cart, CartItem
from tests.integration.commerce.shop import DEPOT, opened_shop
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

SIZE: Final = 16
NAME: Final = "ck_orders_subtotal_is_sum_of_items"
ADD: Final = (
    "INSERT INTO order_items (order_id, product_id, line_number, quantity, unit_price_cents, total_price_cents, "
    "product_name, product_sku, kdv_rate) VALUES ($1, $2, $3, 1, 10000, 10000, 'Ürün', 'URUN', 0)"
)
ADD_UP: Final = (
    "UPDATE orders SET subtotal_cents = subtotal_cents + 10000, total_cents = total_cents + 10000, "
    "total_try_cents = total_try_cents + 10000 WHERE id = $1"
)
SUM: Final = """
    UPDATE orders SET subtotal_cents = sums.cents, total_cents = total_cents - subtotal_cents + sums.cents,
        total_try_cents = total_cents - subtotal_cents + sums.cents
    FROM (SELECT sum(total_price_cents)::bigint AS cents FROM order_items WHERE order_id = $1) AS sums WHERE id = $1
"""


async def _outcome(url: str, order: int, product: int, member: int, statement: str | None) -> str | None:
    """Add an item, and perhaps change the subtotal; the name of the rule that refused it at commit."""
    connection = await connect(url)
    try:
        await connection.execute("SET ROLE platform_worker")
        async with connection.transaction():
            await connection.execute(ADD, order, product, member + 2)
            await asyncio.sleep(0.05)
            if statement is not None:
                await connection.execute(statement, order)
    except asyncpg.CheckViolationError as error:
        return refusal(error)[0]
    finally:
        await connection.close()
    return None


@pytest.mark.parametrize("told", ["nobody adds up", "each adds its own", "each takes the sum it sees"])
async def test_the_subtotal_is_the_sum_of_items_that_sixteen_add_at_once(
    database: Database, worker: Raw, database_url: str, told: str
) -> None:
    # given an order of one item
    shop = await opened_shop(database, worker)
    product = shop.products["freze"]
    async with database.unit_of_work(as_user=shop.buyer) as work:
        item = CartItem(product_id=product, quantity=1)
        order = await work.orders.place(Cart(buyer_id=shop.buyer, items=(item,), shipping=DEPOT))
    # when sixteen add an item each in a transaction of their own
    statement = {"nobody adds up": None, "each adds its own": ADD_UP, "each takes the sum it sees": SUM}[told]
    outcomes = await asyncio.gather(
        *(_outcome(database_url, order.id, product, member, statement) for member in range(SIZE))
    )
    # then what was committed adds up, and the others were refused by the rule's name at commit
    row = await worker.fetchrow(
        "SELECT subtotal_cents, (SELECT sum(total_price_cents) FROM order_items WHERE order_id = o.id)::bigint, "
        "(SELECT count(*) FROM order_items WHERE order_id = o.id) FROM orders o WHERE id = $1",
        order.id,
    )
    stored = outcomes.count(None)
    assert {name for name in outcomes if name is not None} <= {NAME}
    assert tuple(row[:]) == (order.subtotal_cents + stored * 10_000, order.subtotal_cents + stored * 10_000, stored + 1)
    match told:
        case "nobody adds up":
            assert stored == 0
        case "each adds its own":
            assert stored == SIZE
        case _:
            assert 1 <= stored < SIZE

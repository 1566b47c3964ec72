"""Money and items of an order are guarded by the database too, when the library is bypassed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.orders import OrderStatus
from platform_db.domain.orders import placing as decisions
from platform_db.errors import RuleViolation
from tests.integration.commerce.shop import counts, product, stock
from tests.integration.commerce.test_order_operations import paid, placed, refusing
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from platform_db.domain.orders import Cart, Order
    from platform_db.domain.orders.placing import OrderRows
    from platform_db.domain.products import Product
    from platform_db.repositories.work import Database, Work
    from tests.integration.commerce.shop import Shop
    from tests.raw import Raw

CANCEL = "UPDATE orders SET status = 'cancelled', cancelled_at = now(), cancellation_reason = 'x'"


PRICE = "ck_order_items_price_is_products"
ORDER = """
    INSERT INTO orders (order_number, buyer_id, subtotal_cents, tax_cents, total_cents, total_try_cents, shipping_name,
        shipping_phone, shipping_address, shipping_city)
    VALUES ('S-1', $1, $2, $2::bigint / 5, $2 + $2::bigint / 5, $2 + $2::bigint / 5, 'Depo',
        '+902161234567', 'Sanayi Cad. 12', 'İstanbul') RETURNING id
"""
ITEM = """
    INSERT INTO order_items (order_id, product_id, line_number, quantity, unit_price_cents, total_price_cents, kdv_rate,
        product_name, product_sku)
    VALUES ($1, $2, 1, 1, $3, $3, $4::int, $5, $6)
"""


async def refused(worker: Raw, statement: str, *values: object) -> tuple[str | None, str | None]:
    with pytest.raises(asyncpg.CheckViolationError) as error:
        await worker.execute(statement, *values)
    return refusal(error.value)[:2]


@asynccontextmanager
async def as_buyer(url: str, shop: Shop) -> AsyncGenerator[Raw]:
    """A transaction for the buyer past the library, rolled back in the end."""
    connection = await connect(url)
    await connection.execute(f"SET ROLE platform_app; SET app.user_id = '{shop.buyer}'")
    attempt = connection.transaction()
    await attempt.start()
    try:
        yield connection
    finally:
        await attempt.rollback()
        await connection.close()


# -- money -----------------------------------------------------------------------------


async def test_an_order_that_holds_money_is_not_cancelled(database: Database, shop: Shop, worker: Raw) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        await paid(work, order)

    assert await refused(worker, CANCEL) == ("ck_orders_cancelled_holds_no_money", "orders")
    assert await worker.fetchval("SELECT status::text FROM orders") == "pending"


@pytest.mark.parametrize("steps", [(paid,), ()], ids=["held", "never came"])
async def test_an_order_is_not_refunded_while_money_is_held_or_when_none_came(
    database: Database, shop: Shop, worker: Raw, steps: tuple[Callable[[Work, Order], Awaitable[int]], ...]
) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        for step in steps:
            await step(work, order)
        packed = await work.orders.start_processing(await work.orders.confirm(order))
        await work.orders.ship(packed, "Kargo A.Ş.")

    told = await refused(worker, "UPDATE orders SET status = 'refunded'")

    assert told == ("ck_orders_refunded_when_money_is_back", "orders")


# -- items -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE order_items SET product_id = (SELECT max(id) FROM products)",
        "UPDATE order_items SET product_name = 'x'",
        "DELETE FROM order_items",
    ],
)
async def test_the_items_of_a_confirmed_order_stay(database: Database, shop: Shop, worker: Raw, statement: str) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        await work.orders.confirm(order)

    assert await refused(worker, statement) == ("ck_order_items_order_is_pending", "order_items")


async def test_a_deleted_order_takes_its_items_with_it(database: Database, shop: Shop, worker: Raw) -> None:
    await placed(database, shop)
    await worker.execute("SET ROLE platform_owner")
    await worker.execute("DELETE FROM orders")

    assert await worker.fetchval("SELECT count(*) FROM order_items") == 0


async def test_the_library_tells_the_same_of_items(database: Database, shop: Shop, worker: Raw) -> None:
    # given a caller who takes a confirmed order for a pending one
    order = await placed(database, shop, ("freze", 1))
    async with database.unit_of_work() as work:
        confirmed = await work.orders.confirm(order)
    mistaken = confirmed.model_copy(update={"status": OrderStatus.PENDING, "confirmed_at": None})

    # when the same items come again, so that no amount changes
    async with refusing("ck_order_items_order_is_pending"), database.unit_of_work() as work:
        await work.orders.replace_items(mistaken, shop.items(("freze", 1)))

    # then nothing moved
    async with database.unit_of_work() as work:
        assert await work.orders.get(order.id) == confirmed
    assert await stock(worker, shop.products["freze"]) == [9]


# -- prices ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "invented",
    [
        (1, 20, "Ürün freze", "freze"),
        (45_000, 1, "Ürün freze", "freze"),
        (45_000, 20, "Hediye", "freze"),
        (45_000, 20, "Ürün freze", "matkap"),
    ],
    ids=["price", "rate", "name", "code"],
)
async def test_a_buyer_invents_no_price(database_url: str, shop: Shop, invented: tuple[int, int, str, str]) -> None:
    async with as_buyer(database_url, shop) as buyer:
        order = await buyer.fetchval(ORDER, shop.buyer, invented[0])
        assert await refused(buyer, ITEM, order, shop.products["freze"], *invented) == (PRICE, "order_items")


@pytest.mark.parametrize(
    "columns",
    [{"status": "inactive"}, {"deleted_at": "2026-01-01T00:00:00Z"}, {"currency": "EUR"}],
    ids=["not on sale", "gone", "another currency"],
)
async def test_a_buyer_orders_only_what_is_on_sale(
    database_url: str, shop: Shop, worker: Raw, columns: dict[str, Any]
) -> None:
    other = await product(worker, "öbür", **columns)
    async with as_buyer(database_url, shop) as buyer:
        order = await buyer.fetchval(ORDER, shop.buyer, 10_000)
        assert await refused(buyer, ITEM, order, other, 10_000, 20, "Ürün öbür", "öbür") == (PRICE, "order_items")


async def test_a_buyer_orders_at_the_price_and_the_shop_at_any(database_url: str, shop: Shop, worker: Raw) -> None:
    freze = shop.products["freze"]
    async with as_buyer(database_url, shop) as buyer:
        order = await buyer.fetchval(ORDER, shop.buyer, 45_000)
        stored = await buyer.execute(ITEM, order, freze, 45_000, 20, "Ürün freze", "freze")
        await buyer.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert stored == "INSERT 0 1"

    gift = worker.transaction()
    await gift.start()
    order = await worker.fetchval(ORDER, shop.buyer, 1)
    await worker.execute(ITEM, order, freze, 1, 20, "Armağan", "freze")
    await gift.commit()
    assert await counts(worker, "orders", "order_items") == [1, 1]


async def test_the_library_tells_the_same_of_prices(
    database: Database, shop: Shop, worker: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a library that would sell at half the price
    decide = decisions.placed

    def cheaper(cart: Cart, products: Mapping[int, Product]) -> OrderRows:
        rows = decide(cart, products)
        half = {"unit_price_cents": 22_500, "total_price_cents": 22_500}
        return replace(rows, items=tuple({**item, **half} for item in rows.items))

    monkeypatch.setattr(decisions, "placed", cheaper)
    with pytest.raises(RuleViolation) as error:
        await placed(database, shop, ("freze", 1))

    assert (error.value.rule, error.value.fields) == (
        PRICE,
        ("unit_price_cents", "kdv_rate", "product_name", "product_sku"),
    )
    assert await counts(worker, "orders", "order_items") == [0, 0]
    assert await stock(worker, shop.products["freze"]) == [10]

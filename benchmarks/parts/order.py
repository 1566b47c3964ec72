"""An order of three items placed from a cart, with its stock and its audit entry, in one transaction."""

from __future__ import annotations

import itertools
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import orjson

from benchmarks.driver import create_pool
from benchmarks.measure import alternated, at_once
from benchmarks.report import Section, Verdict
from benchmarks.scene import TEMPLATE
from benchmarks.server import TASKS, administer, cloned, opened
from platform_db.domain.orders import Cart, CartItem, ShippingAddress, new_order_number

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from benchmarks.driver import Connection, Pool
    from benchmarks.measure import Effort
    from platform_db.operations.server import EmbeddedServer
    from platform_db.repositories.work import Database

__all__ = ["order"]

_OURS: Final = "platform_db"
_BY_HAND: Final = "asyncpg by hand"
_SHELVES: Final = 64
"""Carts go round so many shelves of three products, so that tasks seldom want the same row."""

_DEPOT: Final = ShippingAddress(
    name="Depo Sorumlusu", phone="+902161234567", address="Sanayi Cad. 12", city="İstanbul", state="Ümraniye"
)
_QUANTITIES: Final = (2, 3, 1)

_STOCKED: Final = (
    "INSERT INTO products (sku, name, sale_price_cents, kdv_rate, status, stock_quantity) "  # noqa: S608 - a number
    "SELECT 'SKU-' || i, 'Ürün ' || i, 10000 + i, CASE i % 3 WHEN 0 THEN 10 ELSE 20 END, 'available', 1000000 "
    f"FROM generate_series(1, {3 * _SHELVES}) AS i"
)
_LOCK: Final = (
    "SELECT id, sku, name, sale_price_cents, kdv_rate, stock_quantity, status, currency, deleted_at "
    "FROM products WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE"
)
_INSERT: Final = (
    "WITH taken AS (UPDATE products SET stock_quantity = stock_quantity - t.quantity "
    "FROM unnest($1::bigint[], $2::int[]) AS t (id, quantity) WHERE products.id = t.id) "
    "INSERT INTO orders (order_number, buyer_id, subtotal_cents, tax_cents, total_cents, total_try_cents, "
    "shipping_name, shipping_phone, shipping_address, shipping_city, shipping_state) "
    "VALUES ($3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12) ON CONFLICT (order_number) DO NOTHING RETURNING *"
)
_ITEMS: Final = (
    "INSERT INTO order_items (order_id, line_number, product_id, quantity, unit_price_cents, total_price_cents, "
    "kdv_rate, product_name, product_sku) "
    "SELECT $1, t.* FROM unnest($2::int[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[], $7::numeric[], "
    "$8::text[], $9::text[]) AS t"
)
_ENTRY: Final = (
    "INSERT INTO audit_logs (user_id, action, entity_type, entity_id, event_type, payload) "
    "VALUES ($1, 'create', 'orders', $2, 'order.placed', $3)"
)


@dataclass(frozen=True, slots=True)
class _Shop:
    buyer: int
    shelves: tuple[tuple[int, int, int], ...]


async def order(server: EmbeddedServer, effort: Effort) -> list[Section]:
    url = await cloned(server, TEMPLATE, "orders")
    await administer(url, "SET ROLE platform_worker;" + _STOCKED)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(url))
        pool = await create_pool(url, min_size=TASKS, max_size=TASKS, reset=_no_reset)
        stack.push_async_callback(pool.close)
        shop = await _shop(database)
        operations = {_OURS: _by_library(database, shop), _BY_HAND: _by_hand(pool, shop)}
        alone = await alternated(operations, effort.rounds)
        crowd = await at_once(operations, TASKS, effort)
        await _assert_balanced(database)
    section = Section(
        "place an order of 3 items: prices read, stock taken, audit entry; one transaction, platform_app",
        ("µs alone", "best µs", "× asyncpg", f"ops/s, {TASKS} tasks", "× asyncpg "),
    )
    for name, measured in alone.items():
        times = measured.times(alone[_BY_HAND]), crowd[name].times(crowd[_BY_HAND])
        section.row(name, measured.seconds * 1e6, measured.best * 1e6, times[0], crowd[name].per_second, times[1])
    for how, found in (("alone", alone), (f"{TASKS} tasks", crowd)):
        ratio = found[_OURS].times(found[_BY_HAND])
        section.verdicts.append(Verdict(f"place an order, platform_db / {_BY_HAND}, {how}", ratio, 1.6, kind="aim"))
    section.notes = ("by hand: the same 4 statements and opening message, the same KDV, no model read back",)
    return [section]


async def _no_reset(_: object) -> None:
    return None


async def _shop(database: Database) -> _Shop:
    async with database.unit_of_work() as work:
        buyer = (await work.users.page(limit=1)).items[0].id
        ids = sorted([product.id async for product in work.products.stream()])
    shelves = tuple((ids[place], ids[place + 1], ids[place + 2]) for place in range(0, len(ids), 3))
    return _Shop(buyer, shelves)


def _carts(shop: _Shop) -> Iterator[Cart]:
    for shelf in itertools.cycle(shop.shelves):
        pairs = zip(shelf, _QUANTITIES, strict=True)
        items = tuple(CartItem(product_id=product_id, quantity=quantity) for product_id, quantity in pairs)
        yield Cart(buyer_id=shop.buyer, items=items, shipping=_DEPOT)


def _by_library(database: Database, shop: _Shop) -> Callable[[], Awaitable[object]]:
    carts = _carts(shop)

    async def place() -> int:
        async with database.unit_of_work(as_user=shop.buyer) as work:
            return (await work.orders.place(next(carts))).id

    return place


def _by_hand(pool: Pool, shop: _Shop) -> Callable[[], Awaitable[object]]:
    shelves = itertools.cycle(shop.shelves)

    async def place() -> int:
        async with pool.acquire() as connection:
            await connection.execute(f"BEGIN; SET LOCAL ROLE platform_app; SET LOCAL app.user_id = '{shop.buyer}'")
            try:
                key = await _placed(connection, shop.buyer, next(shelves))
            except BaseException:
                await connection.execute("ROLLBACK")
                raise
            await connection.execute("COMMIT")
            return key

    return place


async def _placed(connection: Connection, buyer: int, shelf: tuple[int, int, int]) -> int:
    rows = await connection.fetch(_LOCK, list(shelf))
    prices = [cast("int", row["sale_price_cents"]) for row in rows]
    sums = [price * quantity for price, quantity in zip(prices, _QUANTITIES, strict=True)]
    rates = [int(str(row["kdv_rate"])) for row in rows]
    short = any(cast("int", row["stock_quantity"]) < it for row, it in zip(rows, _QUANTITIES, strict=True))
    if short or any(row["status"] != "available" or row["deleted_at"] is not None for row in rows):
        message = "out of stock"
        raise RuntimeError(message)
    subtotal = sum(sums)
    tax = sum((cents * rate + 50) // 100 for cents, rate in zip(sums, rates, strict=True))
    number = new_order_number()
    stored = await connection.fetchrow(
        _INSERT, list(shelf), list(_QUANTITIES), number, buyer, subtotal, tax, subtotal + tax, *_ADDRESS
    )
    assert stored is not None
    key = cast("int", stored["id"])
    told = [
        {"product_id": product_id, "quantity": quantity, "unit_price_cents": price}
        for product_id, quantity, price in zip(shelf, _QUANTITIES, prices, strict=True)
    ]
    payload = {
        "order_number": number,
        "status": "pending",
        "currency": "TRY",
        "subtotal_cents": subtotal,
        "discount_cents": 0,
        "shipping_cents": 0,
        "tax_cents": tax,
        "total_cents": subtotal + tax,
        "items": told,
    }
    columns = (shelf, _QUANTITIES, prices, sums, [row["kdv_rate"] for row in rows])
    texts = ([row["name"] for row in rows], [row["sku"] for row in rows])
    await connection.execute(_ITEMS, key, [1, 2, 3], *map(list, columns), *texts)
    await connection.execute(_ENTRY, buyer, key, orjson.dumps({"after": payload}).decode())
    return key


_ADDRESS: Final = tuple(getattr(_DEPOT, name) for name in ("name", "phone", "address", "city", "state"))


async def _assert_balanced(database: Database) -> None:
    """What was sold is what is missing, whoever sold it."""
    async with database.unit_of_work() as work:
        products = [it async for it in work.products.stream()]
        count = await work.orders.count()
    missing = sum(1_000_000 - product.stock_quantity for product in products)
    assert missing == count * sum(_QUANTITIES)

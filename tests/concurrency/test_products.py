"""Products wanted by sixteen buyers at once, and changed by sixteen at once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest_asyncio

from platform_db.domain.products import NewProduct, Product, ProductChanges, ProductStatus
from platform_db.errors import RuleViolation, StaleVersion
from tests.concurrency.crowd import SIZE, Crowd

if TYPE_CHECKING:
    from tests.raw import Raw


@pytest_asyncio.fixture(loop_scope="session")
async def cutter(crowd: Crowd) -> Product:
    """Ten pieces on sale."""
    async with crowd.database.unit_of_work() as work:
        return await work.products.add(
            NewProduct(
                sku="FREZE-6",
                name="Parmak freze 6 mm",
                sale_price=Decimal("450.00"),
                stock_quantity=10,
                status=ProductStatus.AVAILABLE,
            )
        )


async def stored(crowd: Crowd, product: Product) -> Product:
    async with crowd.database.unit_of_work() as work:
        return await work.products.get(product.id)


async def test_of_sixteen_buyers_ten_reserve_a_piece_each(crowd: Crowd, cutter: Product) -> None:
    async def reserve(member: int) -> Product:
        async with crowd.database.unit_of_work(as_user=crowd.owner(member)) as work:
            return await work.products.take_stock(cutter.id, 1)

    outcomes = await crowd.at_once(reserve)

    assert sorted(it.stock_quantity for it in outcomes if isinstance(it, Product)) == list(range(10))
    assert [it.rule for it in outcomes if isinstance(it, RuleViolation)] == [
        "ck_products_stock_quantity_non_negative"
    ] * (SIZE - 10)
    assert (await stored(crowd, cutter)).stock_quantity == 0


async def test_what_is_reserved_and_given_back_adds_up(crowd: Crowd, cutter: Product) -> None:
    # given sixteen who reserve four, and of whom every other thinks better of it
    async def buy(member: int) -> bool:
        async with crowd.database.unit_of_work(as_user=crowd.owner(member)) as work:
            await work.products.take_stock(cutter.id, 4)
        if member % 2:
            async with crowd.database.unit_of_work(as_user=crowd.owner(member)) as work:
                await work.products.return_stock(cutter.id, 4)
        return bool(member % 2)

    outcomes = await crowd.at_once(buy)

    kept = sum(it is False for it in outcomes)
    assert (await stored(crowd, cutter)).stock_quantity == 10 - 4 * kept
    assert kept <= 2


async def test_of_sixteen_who_change_it_one_does(crowd: Crowd, cutter: Product) -> None:
    # given patches, steps and removals of one read
    async def act(member: int) -> Product:
        async with crowd.database.unit_of_work() as work:
            if member % 4 == 0:
                return await work.products.withdraw(cutter)
            if member % 4 == 1:
                return await work.products.remove(cutter)
            return await work.products.change(cutter, ProductChanges(name=f"Yazar {member}"))

    outcomes = await crowd.at_once(act)

    (held,) = (it for it in outcomes if isinstance(it, Product))
    assert sum(isinstance(it, StaleVersion) for it in outcomes) == SIZE - 1
    assert await stored(crowd, cutter) == held
    assert held.version == 2


async def test_nothing_is_reserved_after_the_product_left(crowd: Crowd, cutter: Product, worker: Raw) -> None:
    # given one who removes it among fifteen buyers
    async def act(member: int) -> Product:
        async with crowd.database.unit_of_work() as work:
            if member == 3:
                return await work.products.remove(await work.products.get_for_update(cutter.id))
            return await work.products.take_stock(cutter.id, 1)

    outcomes = await crowd.at_once(act)

    removed = outcomes[3]
    assert isinstance(removed, Product)
    assert await stored(crowd, cutter) == removed
    served = sum(isinstance(it, Product) for it in outcomes) - 1
    assert removed.stock_quantity == 10 - served
    assert await worker.fetchval("SELECT count(*) FROM audit_logs WHERE event_type = 'product.stock_taken'") == served

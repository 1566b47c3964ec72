"""Pieces of a product: reserved while it is on sale, returned, delivered and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.domain.products import ProductChanges, ProductStatus
from platform_db.errors import NotAllowed, NotFound, RuleViolation
from tests.integration.catalogue.cutter import added, read
from tests.integration.catalogue.entries import told_of
from tests.integration.stored import new_user

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


# -- its stock -------------------------------------------------------------------------


async def test_pieces_are_reserved_returned_delivered_and_counted(database: Database) -> None:
    cutter = await added(database, ProductStatus.AVAILABLE)

    async with database.unit_of_work() as work:
        taken = await work.products.take_stock(cutter.id, 5)
        back = await work.products.return_stock(cutter.id, 2)
        more = await work.products.restock(cutter.id, 10)
        counted = await work.products.count_stock(more, 11)

    assert [row.stock_quantity for row in (taken, back, more, counted)] == [0, 2, 12, 11]
    assert (await told_of(database, cutter))[1:] == [
        ("update", f"product.{event}", {"before": {"stock_quantity": before}, "after": {"stock_quantity": after}})
        for event, before, after in (
            ("stock_taken", 5, 0),
            ("stock_returned", 0, 2),
            ("restocked", 2, 12),
            ("stock_counted", 12, 11),
        )
    ]


async def test_a_buyer_reserves_and_returns_and_nothing_else(database: Database, worker: Raw) -> None:
    buyer = await new_user(worker, "alici")
    cutter = await added(database, ProductStatus.AVAILABLE)

    async with database.unit_of_work(as_user=buyer) as work:
        await work.products.take_stock(cutter.id, 3)
        back = await work.products.return_stock(cutter.id, 1)
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=buyer) as work:
            await work.products.change(back, ProductChanges(name="Başka"))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=buyer) as work:
            await work.products.mark_sold(back)

    assert await read(database, cutter) == back
    assert back.stock_quantity == 3


async def test_only_what_is_on_sale_is_reserved(database: Database) -> None:
    for status in set(ProductStatus) - {ProductStatus.AVAILABLE}:
        cutter = await added(database, status, sku=status.value)

        with pytest.raises(RuleViolation) as refused:
            async with database.unit_of_work() as work:
                await work.products.take_stock(cutter.id, 1)

        assert [broken.rule for broken in refused.value.violations] == ["products_on_sale"]
        assert await read(database, cutter) == cutter


async def test_what_left_the_catalogue_is_not_reserved_and_takes_its_pieces_back(database: Database) -> None:
    cutter = await added(database, ProductStatus.AVAILABLE)
    async with database.unit_of_work() as work:
        await work.products.take_stock(cutter.id, 1)
        await work.products.remove(await work.products.get(cutter.id))
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.products.take_stock(cutter.id, 9)
    async with database.unit_of_work() as work:
        back = await work.products.return_stock(cutter.id, 1)

    assert [broken.rule for broken in refused.value.violations] == [
        "products_on_sale",
        "ck_products_stock_quantity_non_negative",
    ]
    assert back.stock_quantity == 5


async def test_more_than_there_is_is_not_reserved(database: Database) -> None:
    cutter = await added(database, ProductStatus.AVAILABLE)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.products.take_stock(cutter.id, 6)
    with pytest.raises(NotFound):
        async with database.unit_of_work() as work:
            await work.products.take_stock(cutter.id + 1, 1)

    assert (refused.value.rule, refused.value.fields) == (
        "ck_products_stock_quantity_non_negative",
        ("stock_quantity",),
    )
    assert await read(database, cutter) == cutter

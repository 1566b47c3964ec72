"""Products: reviewed, put on sale and sold, each status from where it may be reached."""

from __future__ import annotations

from decimal import Decimal
from itertools import product as pairs
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.products import PRODUCT_STATES, NewProduct, Product, ProductChanges, ProductStatus
from platform_db.errors import RuleViolation
from tests.integration.catalogue.cutter import added, read
from tests.integration.catalogue.entries import told_of
from tests.raw import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.repositories.products import ProductRepository
    from platform_db.repositories.work import Database
    from tests.raw import Raw

BECOME: Final[dict[ProductStatus, Callable[[ProductRepository, Product], Awaitable[Product]]]] = {
    ProductStatus.PENDING: lambda products, product: products.submit(product),
    ProductStatus.APPROVED: lambda products, product: products.approve(product),
    ProductStatus.REJECTED: lambda products, product: products.reject(product),
    ProductStatus.DRAFT: lambda products, product: products.redraft(product),
    ProductStatus.IN_TRANSIT: lambda products, product: products.dispatch(product),
    ProductStatus.VERIFIED: lambda products, product: products.verify(product),
    ProductStatus.AVAILABLE: lambda products, product: products.publish(product),
    ProductStatus.SOLD: lambda products, product: products.mark_sold(product),
    ProductStatus.INACTIVE: lambda products, product: products.withdraw(product),
}
"""The operation that brings a product into each status."""


# -- its status ------------------------------------------------------------------------


async def test_library_and_server_admit_the_same_transitions(database: Database, worker: Raw) -> None:
    for old, new in pairs(ProductStatus, ProductStatus):
        admitted = new in PRODUCT_STATES.onward[old]
        product = await added(database, old, sku=f"{old}-{new}")

        # when the library moves it, then it goes or is refused by name
        if admitted:
            async with database.unit_of_work() as work:
                moved = await BECOME[new](work.products, product)
            assert (moved.status, moved.version) == (new, 2)
            ((action, _, payload),) = (await told_of(database, product))[1:]
            assert (action, payload) == ("update", {"before": {"status": old.value}, "after": {"status": new.value}})
        else:
            with pytest.raises(RuleViolation) as refused:
                async with database.unit_of_work() as work:
                    await BECOME[new](work.products, product)
            assert (refused.value.rule, refused.value.fields) == ("ck_products_transition_allowed", ("status",))
            assert await read(database, product) == product

        # and when raw SQL moves another one, the server says the same
        other = await added(database, old, sku=f"{old}-{new}-raw")
        update = "UPDATE products SET status = $1 WHERE id = $2"
        if admitted or old is new:
            assert await worker.execute(update, new.value, other.id) == "UPDATE 1"
        else:
            with pytest.raises(asyncpg.CheckViolationError) as raised:
                await worker.execute(update, new.value, other.id)
            assert refusal(raised.value)[:2] == ("ck_products_transition_allowed", "products")


async def test_each_step_has_its_event(database: Database) -> None:
    cutter = await added(database)
    way = [
        ProductStatus.PENDING,
        ProductStatus.REJECTED,
        ProductStatus.PENDING,
        ProductStatus.APPROVED,
        ProductStatus.IN_TRANSIT,
        ProductStatus.VERIFIED,
        ProductStatus.AVAILABLE,
        ProductStatus.SOLD,
        ProductStatus.INACTIVE,
        ProductStatus.DRAFT,
    ]
    async with database.unit_of_work() as work:
        product = cutter
        for status in way:
            product = await BECOME[status](work.products, product)

    assert product.status is ProductStatus.DRAFT
    assert [event for _, event, _ in (await told_of(database, cutter))[1:]] == [
        f"product.{step}"
        for step in (
            "submitted",
            "rejected",
            "submitted",
            "approved",
            "dispatched",
            "verified",
            "published",
            "sold",
            "withdrawn",
            "redrafted",
        )
    ]


@pytest.mark.parametrize(
    ("price", "rule"),
    [(None, "ck_products_on_sale_has_price"), (Decimal(0), "ck_products_available_has_price")],
)
async def test_nothing_is_on_sale_without_a_price(
    database: Database, worker: Raw, price: Decimal | None, rule: str
) -> None:
    cutter = await added(database, ProductStatus.VERIFIED, sale_price=price)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.products.publish(cutter)
    with pytest.raises(asyncpg.CheckViolationError) as raised:
        await worker.execute("UPDATE products SET status = 'available'")

    assert (refused.value.rule, refusal(raised.value)[0]) == (rule, rule)
    assert await read(database, cutter) == cutter


async def test_a_product_on_sale_keeps_a_price(database: Database, worker: Raw) -> None:
    cutter = await added(database, ProductStatus.AVAILABLE)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.products.change(cutter, ProductChanges(sale_price=None))
    with pytest.raises(asyncpg.CheckViolationError) as raised:
        await worker.execute("UPDATE products SET sale_price_cents = NULL")
    with pytest.raises(RuleViolation) as refused_new:
        NewProduct(sku="FREZE-8", name="Parmak freze 8 mm", status=ProductStatus.AVAILABLE)

    assert refused.value.rule == "ck_products_on_sale_has_price"
    assert refusal(raised.value)[0] == "ck_products_on_sale_has_price"
    assert refused_new.value.rule == "ck_products_on_sale_has_price"
    assert await read(database, cutter) == cutter

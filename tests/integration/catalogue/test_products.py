"""Products: listed, reviewed, put on sale, reserved, and taken out of the catalogue."""

from __future__ import annotations

from decimal import Decimal
from itertools import product as pairs
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
from moneyed import Money

from platform_db.domain.money import Currency
from platform_db.domain.products import PRODUCT_STATES, NewProduct, Product, ProductChanges, ProductStatus
from platform_db.errors import AlreadyExists, NotAllowed, NotFound, RuleViolation, StaleVersion, StillReferenced
from tests.integration.catalogue.bulk_tables import told
from tests.integration.catalogue.entries import told_of
from tests.integration.stored import new_user
from tests.raw import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.domain.json_values import JsonObject
    from platform_db.repositories.products import ProductRepository
    from platform_db.repositories.work import Database
    from tests.raw import Raw

CUTTER: Final = NewProduct(
    sku="FREZE-6", name="Parmak freze 6 mm", sale_price=Decimal("450.00"), tags=("freze", "HSS"), stock_quantity=5
)

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


async def added(database: Database, status: ProductStatus = ProductStatus.DRAFT, **other: object) -> Product:
    async with database.unit_of_work() as work:
        return await work.products.add(CUTTER.model_copy(update={"status": status, **other}))


async def read(database: Database, product: Product) -> Product:
    async with database.unit_of_work() as work:
        return await work.products.get(product.id)


# -- listed and changed ----------------------------------------------------------------


async def test_a_product_that_was_added_reads_back_equal_and_is_told(database: Database) -> None:
    cutter = await added(database)

    assert await read(database, cutter) == cutter
    assert (cutter.status, cutter.sale_price, cutter.tags) == (
        ProductStatus.DRAFT,
        Money("450.00", "TRY"),
        ("freze", "HSS"),
    )
    assert await told_of(database, cutter) == [
        (
            "create",
            "product.added",
            {
                "after": {
                    "sku": "FREZE-6",
                    "name": "Parmak freze 6 mm",
                    "status": "draft",
                    "currency": "TRY",
                    "sale_price_cents": 45000,
                    "kdv_rate": "20",
                    "tags": ["freze", "HSS"],
                    "stock_quantity": 5,
                }
            },
        )
    ]


async def test_a_stock_code_is_taken_once(database: Database, worker: Raw) -> None:
    await added(database)
    with pytest.raises(AlreadyExists) as taken:
        await added(database)
    with pytest.raises(StillReferenced) as missing:
        await added(database, sku="FREZE-8", vendor_id=77)

    assert (taken.value.constraint, missing.value.constraint) == ("uq_products_sku", "fk_products_vendor_id_users")
    assert await worker.fetchval("SELECT count(*) FROM products") == 1


async def test_a_change_too_large_for_its_audit_entry_is_refused_by_name(database: Database) -> None:
    sides: JsonObject = {f"kenar-{number}": {"text": "x" * 1000} for number in range(40)}
    made = await added(database, dimensions=sides)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.products.change(made, ProductChanges(dimensions={**sides, "kenar-40": {"text": "y"}}))

    assert refused.value.rule == "ck_audit_logs_payload_size"
    assert await read(database, made) == made


async def test_a_change_is_stored_and_told_or_refused(database: Database) -> None:
    cutter = await added(database)
    async with database.unit_of_work() as work:
        changed = await work.products.change(
            cutter, ProductChanges(sale_price=Decimal("475.00"), tags=("freze",), description=None)
        )
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.products.change(cutter, ProductChanges(name="Eski okuma"))
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.products.change(changed, ProductChanges(kdv_rate=Decimal("20.005"), sku=" "))

    assert [broken.rule for broken in refused.value.violations] == [
        "ck_products_sku_not_empty",
        "ck_products_kdv_rate_valid",
    ]
    assert await read(database, cutter) == changed
    assert (await told_of(database, cutter))[1:] == [
        (
            "update",
            "product.changed",
            {
                "before": {"sale_price_cents": 45000, "tags": ["freze", "HSS"]},
                "after": {"sale_price_cents": 47500, "tags": ["freze"]},
            },
        )
    ]


async def test_the_currency_changes_with_every_price(database: Database) -> None:
    cutter = await added(database, cost_price=Decimal("300.00"))

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.products.change(cutter, ProductChanges(currency=Currency.EUR, sale_price=Decimal("9.50")))
    async with database.unit_of_work() as work:
        changed = await work.products.change(
            cutter, ProductChanges(currency=Currency.EUR, sale_price=Decimal("9.50"), cost_price=None)
        )

    assert (refused.value.rule, refused.value.fields) == ("products_currency_with_prices", ("cost_price_cents",))
    assert (changed.sale_price, changed.cost_price) == (Money("9.50", "EUR"), None)


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


# -- out of the catalogue --------------------------------------------------------------


async def test_a_removed_product_leaves_the_lists_and_comes_back_as_it_was(database: Database) -> None:
    cutter = await added(database, ProductStatus.AVAILABLE)

    async with database.unit_of_work() as work:
        removed = await work.products.remove(cutter)
        assert await work.products.remove(removed) == removed
        assert ((await work.products.page()).items, await work.products.count()) == ((), 0)
        assert [row async for row in work.products.stream()] == []
        assert await work.products.by_sku("FREZE-6") == removed
    async with database.unit_of_work() as work:
        back = await work.products.restore(removed)
        assert (await work.products.page()).items == (back,)

    assert removed.deleted_at is not None
    assert (back.deleted_at, back.status, back.version) == (None, ProductStatus.AVAILABLE, 3)
    stamp = removed.deleted_at.isoformat()
    assert (await told_of(database, cutter))[1:] == [
        ("update", "product.removed", {"before": {"deleted_at": None}, "after": {"deleted_at": stamp}}),
        ("update", "product.restored", {"before": {"deleted_at": stamp}, "after": {"deleted_at": None}}),
    ]
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.products.remove(cutter)


async def test_a_removed_product_keeps_its_status(database: Database, worker: Raw) -> None:
    cutter = await added(database, ProductStatus.AVAILABLE)
    async with database.unit_of_work() as work:
        removed = await work.products.remove(cutter)

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.products.mark_sold(removed)
    with pytest.raises(asyncpg.CheckViolationError) as raised:
        await worker.execute("UPDATE products SET status = 'sold'")
    with pytest.raises(asyncpg.CheckViolationError) as raised_at_once:
        await worker.execute("UPDATE products SET status = 'sold', deleted_at = now() + interval '1 second'")

    name = "ck_products_removed_keeps_status"
    assert (refused.value.rule, refusal(raised.value)[0], refusal(raised_at_once.value)[0]) == (name, name, name)
    assert await read(database, cutter) == removed


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


# -- by the file -----------------------------------------------------------------------


async def test_a_price_list_changes_what_it_names(database: Database) -> None:
    cutter = await added(database, ProductStatus.AVAILABLE)

    async with database.unit_of_work() as work:
        report = await work.products.upsert_many(
            [
                {"sku": "FREZE-8", "name": "Parmak freze 8 mm", "sale_price": "520.00", "tags": ["freze"]},
                {"sku": "FREZE-6", "name": "Parmak freze 6 mm", "sale_price": "480.00", "stock_quantity": 99},
                {"sku": "FREZE-10", "name": "Parmak freze 10 mm", "sale_price": 560.0},
                {"sku": "FREZE-12", "name": "Parmak freze 12 mm", "status": "available"},
                {"sku": "FREZE-14", "name": "Parmak freze 14 mm", "vendor_id": 77},
                {"sku": "FREZE-8", "name": "Parmak freze 8 mm", "sale_price": "525.00"},
            ]
        )

    assert told(report) == [
        (0, "created", None),
        (1, "updated", None),
        (2, "refused", "amount_type"),
        (3, "refused", "ck_products_on_sale_has_price"),
        (4, "refused", "fk_products_vendor_id_users"),
        (5, "refused", "uq_products_sku"),
    ]
    listed, priced = report.rows
    assert (listed.status, listed.tags, listed.sale_price_cents) == (ProductStatus.DRAFT, ("freze",), 52000)
    assert (priced.sale_price_cents, priced.stock_quantity, priced.tags) == (48000, 5, ("freze", "HSS"))
    assert (await told_of(database, cutter))[1:] == [
        ("update", "product.changed", {"before": {"sale_price_cents": 45000}, "after": {"sale_price_cents": 48000}})
    ]


async def test_a_file_moves_a_status_only_where_it_may_go(database: Database) -> None:
    draft = await added(database)
    sold = await added(database, ProductStatus.SOLD, sku="FREZE-8")

    async with database.unit_of_work() as work:
        report = await work.products.upsert_many(
            [
                {"sku": draft.sku, "name": draft.name, "status": "available", "sale_price": "450.00"},
                {"sku": sold.sku, "name": sold.name, "status": "available", "sale_price": "450.00"},
            ]
        )

    assert told(report) == [(0, "refused", "ck_products_transition_allowed"), (1, "updated", None)]
    assert await read(database, draft) == draft


async def test_outcomes_come_while_rows_are_taken(database: Database) -> None:
    async with database.unit_of_work() as work:
        results = [
            (outcome.place, outcome.result.value)
            async for outcome in work.products.upsert_stream(
                {"sku": f"{number:05}", "name": "Pul"} for number in range(1500)
            )
        ]
        assert await work.products.count() == 1500

    assert results == [(place, "created") for place in range(1500)]

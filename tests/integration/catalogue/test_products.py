"""Products: listed, changed, taken out of the catalogue, and brought in by the file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
from moneyed import Money

from platform_db.domain.money import Currency
from platform_db.domain.products import ProductChanges, ProductStatus
from platform_db.errors import AlreadyExists, RuleViolation, StaleVersion, StillReferenced
from tests.integration.catalogue.bulk_tables import told
from tests.integration.catalogue.cutter import added, read
from tests.integration.catalogue.entries import told_of
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.domain.json_values import JsonObject
    from platform_db.repositories.work import Database
    from tests.raw import Raw


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

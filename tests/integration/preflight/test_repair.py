"""Repairs: only what a plan says, only of rows that still break the rule, and never past a guard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from platform_db.errors import ConfigurationError, LockTimeout, UsageError
from platform_db.operations.preflight import chosen_tables, preflight
from platform_db.operations.preflight.repair import Outcome, apply, read_plan, rehearse
from platform_db.schema.all_tables import metadata
from platform_db.settings import Settings
from tests.integration.billing_guards.rows import World, as_worker, new_series, new_user
from tests.integration.billing_guards.rows import connect as connect_worker
from tests.integration.preflight.planting import Ground
from tests.parity.source import source_of
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOT_NEGATIVE = "ck_products_sale_price_non_negative"
ENTRIES = "SELECT action::text, entity_type, entity_id, event_type, payload FROM audit_logs ORDER BY id"


class Shop(Ground):
    """A migrated database whose constraints can be taken away for a while."""

    @property
    def settings(self) -> Settings:
        return Settings(url=SecretStr(self.url), environment="testing")

    async def without(self, table: str, *constraints: str) -> None:
        for constraint in constraints:
            await self.owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")

    async def stock(self, *prices: int) -> None:
        """Products of these prices, with ids from 1 on and version 3; negative ones are let in."""
        await self.without("products", NOT_NEGATIVE)
        users, products = source_of("users"), source_of("products")
        people = {products.row[name] for name in ("vendor_id", "created_by_user_id", "updated_by_user_id")}
        unreached = {"phone": None, "phone_verified_at": None}
        await self.plant(
            users.table, [{**users.row, **unreached, "id": at, "email": f"uye{at}@ornek.com.tr"} for at in people]
        )
        rows = [
            {**products.row, "id": at, "sku": f"SKU-{at}", "status": "draft", "sale_price_cents": price}
            for at, price in enumerate(prices, 1)
        ]
        await self.plant(products.table, rows)

    async def prices(self) -> list[int]:
        return [row[0] for row in await self.owner.fetch("SELECT sale_price_cents FROM products ORDER BY id")]

    async def apply(self, *entries: dict[str, Any]) -> Outcome:
        return await apply(self.settings, read_plan(json.dumps(entries).encode(), metadata))

    async def entries(self) -> list[tuple[Any, ...]]:
        return [(*row[:4], json.loads(row[4])) for row in await self.owner.fetch(ENTRIES)]


def entry(*keys: int, version: int = 3, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a plan's values
    """A repair of products."""
    return {
        "table": "products",
        "constraint": NOT_NEGATIVE,
        "keys": [{"id": key, "version": version} for key in keys],
        "set": changes or {"sale_price_cents": 45_000},
        "reason": "Fiyat listesi 2026/3",
        "reviewed_by": "muhasebe",
    }


def results(outcome: Outcome) -> list[tuple[object, str]]:
    return [(row.key["id"], row.result.value) for row in outcome.rows]


@pytest_asyncio.fixture(loop_scope="session")
async def shop(database_url: str) -> AsyncIterator[Shop]:
    owner = await connect(database_url)
    await owner.execute("SET ROLE platform_owner")
    yield Shop(database_url, owner)
    await owner.close()


async def test_a_row_gets_the_values_of_the_plan_and_the_constraint_validates(shop: Shop) -> None:
    # Given two products of a negative price
    await shop.stock(-1, 45_000, -2)

    # When the plan's values are applied
    outcome = await shop.apply(entry(1, 3))

    # Then these rows have them, are counted as changed, and nothing else moved
    assert results(outcome) == [(1, "repaired"), (3, "repaired")]
    assert outcome.complete
    rows = await shop.owner.fetch("SELECT sale_price_cents, version FROM products ORDER BY id")
    assert [tuple(row[:]) for row in rows] == [(45_000, 4), (45_000, 3), (45_000, 4)]
    # And the log tells it in one entry for the batch
    assert await shop.entries() == [
        (
            "update",
            "products",
            None,
            "repair.applied",
            {
                "constraint": NOT_NEGATIVE,
                "reason": "Fiyat listesi 2026/3",
                "reviewed_by": "muhasebe",
                "rows": [
                    {
                        "key": {"id": key, "version": 3},
                        "before": {"sale_price_cents": before},
                        "after": {"sale_price_cents": 45_000},
                        "withheld": [],
                    }
                    for key, before in ((1, "-1"), (3, "-2"))
                ],
            },
        )
    ]
    # And the constraint can be added, and proven
    report = await preflight(shop.url, chosen_tables(["products"]))
    assert report.summary.ready
    await shop.owner.execute(
        f"ALTER TABLE products ADD CONSTRAINT {NOT_NEGATIVE} CHECK (sale_price_cents >= 0) NOT VALID"
    )
    await shop.owner.execute(f"ALTER TABLE products VALIDATE CONSTRAINT {NOT_NEGATIVE}")


async def test_a_second_run_changes_nothing_and_says_so(shop: Shop) -> None:
    await shop.stock(-1)
    await shop.apply(entry(1))

    again = await shop.apply(entry(1))

    assert results(again) == [(1, "unchanged")]
    assert again.complete
    assert await shop.owner.fetchval("SELECT version FROM products") == 4
    assert len(await shop.entries()) == 1


async def test_a_run_that_was_cut_short_is_finished_by_the_next(shop: Shop) -> None:
    # Given a plan of 150 rows of which the first batch is done
    await shop.stock(*[-1] * 150)
    await shop.apply(entry(*range(1, 101)))

    outcome = await shop.apply(entry(*range(1, 151)))

    assert [result for _, result in results(outcome)] == ["unchanged"] * 100 + ["repaired"] * 50
    assert await shop.prices() == [45_000] * 150
    assert [len(each[4]["rows"]) for each in await shop.entries()] == [100, 50]


async def test_a_row_that_was_changed_since_the_review_is_left_alone(shop: Shop) -> None:
    await shop.stock(-1)
    await shop.owner.execute("UPDATE products SET stock_quantity = 1")

    outcome = await shop.apply(entry(1))

    assert results(outcome) == [(1, "stale")]
    assert not outcome.complete
    assert await shop.prices() == [-1]
    assert await shop.entries() == []


async def test_a_row_that_is_gone_is_told(shop: Shop) -> None:
    await shop.stock(-1)

    outcome = await shop.apply(entry(1, 9))

    assert results(outcome) == [(1, "repaired"), (9, "missing")]
    assert not outcome.complete


async def test_a_row_that_is_gone_needs_no_removal(shop: Shop) -> None:
    await shop.stock()
    removal = {name: value for name, value in entry(9).items() if name != "set"} | {"delete": True}

    outcome = await shop.apply(removal)

    assert results(outcome) == [(9, "missing")]
    assert outcome.complete


async def test_the_whole_resulting_row_is_judged_before_anything_is_written(shop: Shop) -> None:
    # Given two rows, and values that break another rule
    await shop.stock(-1, -2)

    outcome = await shop.apply(entry(1, sale_price_cents=1, stock_quantity=-5), entry(2))

    # Then that row is refused by that rule's name, and the other is done
    assert results(outcome) == [(1, "refused"), (2, "repaired")]
    assert outcome.rows[0].detail == "ck_products_stock_quantity_non_negative"
    (violation,) = outcome.rows[0].violations
    assert (violation.rule, violation.fields) == (outcome.rows[0].detail, ("stock_quantity",))
    assert await shop.prices() == [-1, 45_000]


async def test_values_that_would_leave_the_rule_broken_are_refused(shop: Shop) -> None:
    # Given a product whose vendor is nobody, and no constraint that would say so
    await shop.stock(45_000)
    await shop.without("products", "fk_products_vendor_id_users")
    await shop.owner.execute("UPDATE products SET vendor_id = 9999")

    outcome = await shop.apply(
        {**entry(1, version=4, vendor_id=8888), "constraint": "fk_products_vendor_id_users"},
    )

    assert results(outcome) == [(1, "refused")]
    assert outcome.rows[0].detail == "fk_products_vendor_id_users"
    assert await shop.owner.fetchval("SELECT vendor_id FROM products") == 9999


async def test_a_value_that_has_no_form_in_python_is_replaced(shop: Shop) -> None:
    await shop.stock(45_000)
    await shop.without("products", "ck_products_deleted_at_finite")
    await shop.owner.execute("UPDATE products SET deleted_at = 'infinity'")

    outcome = await shop.apply(
        {**entry(1, version=4, deleted_at="2026-01-12T10:00:00Z"), "constraint": "ck_products_deleted_at_finite"},
    )

    assert results(outcome) == [(1, "repaired")], outcome.rows
    told = (await shop.entries())[0][4]["rows"][0]
    assert (told["before"], told["after"]) == ({"deleted_at": "infinity"}, {"deleted_at": "2026-01-12T10:00:00+00:00"})


async def test_of_two_that_share_a_key_one_is_deleted_and_the_other_stays(shop: Shop) -> None:
    # Given a buyer with two default payment methods, and a plan that was too eager
    source = source_of("payment_methods")
    users = source_of("users")
    await shop.plant(users.table, [{**users.row, "id": source.row["buyer_id"]}])
    await shop.owner.execute("DROP INDEX puq_payment_methods_buyer_id")
    await shop.plant(source.table, [{**source.row, "id": at, "gateway_token_hash": f"{at}" * 64} for at in (1, 2)])
    version = source.row["version"]

    outcome = await shop.apply(
        {
            "table": "payment_methods",
            "constraint": "puq_payment_methods_buyer_id",
            "keys": [{"id": 2, "version": version}, {"id": 1, "version": version}],
            "delete": True,
            "reason": "Alıcının onayıyla",
        },
    )

    # Then the second is left: it shares its key with nobody any more
    assert results(outcome) == [(2, "repaired"), (1, "unchanged")]
    assert [row[0] for row in await shop.owner.fetch("SELECT id FROM payment_methods")] == [1]
    ((action, entity, entity_id, _, payload),) = await shop.entries()
    assert (action, entity, entity_id) == ("delete", "payment_methods", 2)
    assert payload["rows"] == [{"key": {"id": 2, "version": version}}]


async def test_an_issued_invoice_is_not_repaired(shop: Shop) -> None:
    # Given an issued invoice whose customer was spoilt past every guard
    worker = await connect_worker(shop.url)
    async with worker.transaction():
        await as_worker(worker)
        number = await World(worker, await new_user(worker), await new_series(worker)).issued()
    await worker.close()
    await shop.without("invoices", "ck_invoices_customer_city_length")
    await shop.owner.execute("ALTER TABLE invoices DISABLE TRIGGER USER")
    await shop.owner.execute("UPDATE invoices SET customer_city = ''")
    await shop.owner.execute("ALTER TABLE invoices ENABLE TRIGGER USER")
    version = await shop.owner.fetchval("SELECT version FROM invoices")

    outcome = await shop.apply(
        {
            "table": "invoices",
            "constraint": "ck_invoices_customer_city_length",
            "keys": [{"id": number, "version": version}],
            "set": {"customer_city": "İzmir"},
            "reason": "Boş il",
        },
    )

    # Then the guard says no, under its name
    assert results(outcome) == [(number, "refused")]
    assert outcome.rows[0].detail == "ck_invoices_issued_is_immutable"
    assert await shop.owner.fetchval("SELECT customer_city FROM invoices") == ""
    assert await shop.entries() == []


async def test_values_of_personal_columns_do_not_reach_the_log(shop: Shop) -> None:
    source = source_of("users")
    await shop.without("users", "ck_users_full_name_length")
    await shop.plant(source.table, [{**source.row, "id": 1, "full_name": ""}])

    outcome = await shop.apply(
        {
            "table": "users",
            "constraint": "ck_users_full_name_length",
            "keys": [{"id": 1, "version": source.row["version"]}],
            "set": {"full_name": "Canary Canaroğlu"},
            "reason": "Kimlik belgesinden",
        },
    )

    assert results(outcome) == [(1, "repaired")]
    ((_, _, entity_id, _, payload),) = await shop.entries()
    assert entity_id == 1
    assert payload["rows"][0]["withheld"] == ["full_name"]
    assert "Canary" not in json.dumps(payload)


async def test_a_rehearsal_stores_nothing(shop: Shop) -> None:
    await shop.stock(-1, -2)
    plan = read_plan(json.dumps([entry(1), entry(2, sale_price_cents=-7)]).encode(), metadata)

    outcome = await rehearse(shop.settings, plan)

    assert results(outcome) == [(1, "repaired"), (2, "refused")]
    assert not outcome.kept
    assert await shop.prices() == [-1, -2]
    assert await shop.entries() == []


async def test_a_row_that_another_session_holds_ends_the_run_with_its_table(shop: Shop) -> None:
    await shop.stock(-1)
    settings = shop.settings.model_copy(update={"lock_timeout": 0.2})
    plan = read_plan(json.dumps([entry(1)]).encode(), metadata)

    async with shop.owner.transaction():
        await shop.owner.execute("SELECT FROM products FOR UPDATE")
        with pytest.raises(LockTimeout, match=r"^products: a lock was not granted in time"):
            await apply(settings, plan)

    assert await shop.prices() == [-1]


async def test_a_table_of_another_shape_is_refused_before_anything_is_done(shop: Shop) -> None:
    await shop.stock(-1)
    await shop.owner.execute("ALTER TABLE products ALTER description TYPE varchar(500)")

    with pytest.raises(ConfigurationError, match="products has not the shape of this package's models"):
        await shop.apply(entry(1))

    assert await shop.prices() == [-1]


async def test_a_database_without_an_audit_log_is_refused(shop: Shop) -> None:
    await shop.stock(-1)
    await shop.owner.execute("ALTER TABLE audit_logs RENAME TO elsewhere")

    with pytest.raises(ConfigurationError, match="a repair is written to audit_logs"):
        await shop.apply(entry(1))

    assert await shop.prices() == [-1]


async def test_a_plan_is_held_against_the_models(shop: Shop) -> None:
    with pytest.raises(UsageError, match=r"set: products has no column price"):
        await shop.apply(entry(1, price=1))

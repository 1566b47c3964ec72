"""Many rows at once: an outcome for each, in the order given, and nothing refused takes another with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.database import TransactionOptions
from platform_db.domain.bulk import RowResult
from platform_db.errors import AlreadyExists, NotAllowed, RuleViolation, StatementTimeout, StillReferenced
from platform_db.repositories.bulk import report_of
from tests.integration.catalogue.bulk_tables import ACCOUNTS, KEYLESS, PRODUCTS, Counting, NewArticle, NewPiece, told

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def skus(worker: Raw) -> list[str]:
    return [row["sku"] for row in await worker.fetch("SELECT sku FROM products ORDER BY id")]


# -- created ---------------------------------------------------------------------------


async def test_outcomes_come_in_the_order_given_and_rows_are_stored_by_key(database: Database, worker: Raw) -> None:
    given = [
        NewArticle(sku="b", tags=("yüzey", "a, {b}", '"'), dimensions={"x": [1, 2.5, None]}),
        NewArticle(sku="a"),
        NewArticle(sku="c", tags=(), dimensions={}),
    ]

    async with database.unit_of_work() as work:
        report = await report_of(PRODUCTS.create(work, given))

    assert told(report) == [(0, "created", None), (1, "created", None), (2, "created", None)]
    assert [(row.sku, row.tags, row.dimensions) for row in report.rows] == [
        (new.sku, new.tags, new.dimensions) for new in given
    ]
    assert await skus(worker) == ["a", "b", "c"]
    async with database.unit_of_work() as work:
        assert [await work.products.get(row.id) for row in report.rows] == list(report.rows)


async def test_each_row_is_refused_alone_and_by_its_own_rule(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        await report_of(PRODUCTS.create(work, [NewArticle(sku="a")]))

    async with database.unit_of_work() as work:
        report = await report_of(
            PRODUCTS.create(
                work,
                [
                    {"sku": "b"},
                    {"sku": "a"},
                    {"sku": "c", "vendor_id": 77},
                    {"sku": "b", "name": "Torna kalemi"},
                    {"sku": 5, "colour": "kırmızı"},
                    {"sku": "d", "stock_quantity": -1},
                    {"sku": "e"},
                ],
            )
        )

    assert told(report) == [
        (0, "created", None),
        (1, "refused", "uq_products_sku"),
        (2, "refused", "fk_products_vendor_id_users"),
        (3, "refused", "uq_products_sku"),
        (4, "refused", "products_sku_type"),
        (5, "refused", "ck_products_stock_quantity_non_negative"),
        (6, "created", None),
    ]
    assert report.counts == {
        RowResult.CREATED: 2,
        RowResult.UPDATED: 0,
        RowResult.UNCHANGED: 0,
        RowResult.REFUSED: 5,
    }
    assert [type(it.error) for it in report.refused] == [
        AlreadyExists,
        StillReferenced,
        AlreadyExists,
        RuleViolation,
        RuleViolation,
    ]
    violation = report.outcomes[4].error
    assert isinstance(violation, RuleViolation)
    assert [broken.rule for broken in violation.violations] == ["products_sku_type", "products_colour_unknown_field"]
    repeated = report.outcomes[3].error
    assert isinstance(repeated, AlreadyExists)
    assert repeated.message == "uq_products_sku: row 3 has the key of row 0 of the same call"
    assert await skus(worker) == ["a", "b", "e"]
    with pytest.raises(AlreadyExists):
        report.demand_all()


async def test_where_no_key_is_declared_the_server_names_the_constraint(database: Database) -> None:
    async with database.unit_of_work() as work:
        report = await report_of(
            KEYLESS.create(work, [NewPiece(name="Rayba"), NewPiece(name="Rayba"), {"name": "Kılavuz"}])
        )

    assert told(report) == [
        (0, "created", None),
        (1, "refused", "uq_tools_name_manufacturer"),
        (2, "created", None),
    ]


async def test_guilty_rows_are_found_among_a_thousand(database: Database, worker: Raw) -> None:
    guilty = {0, 1, 499, 500, 999}
    rows = [NewArticle(sku=f"{place:04}", vendor_id=77 if place in guilty else None) for place in range(1000)]

    async with database.unit_of_work() as work:
        report = await report_of(PRODUCTS.create(work, rows))

    assert {it.place for it in report.refused} == guilty
    assert await skus(worker) == [row.sku for place, row in enumerate(rows) if place not in guilty]


@pytest.mark.parametrize("count", [1, 100])
async def test_a_right_that_is_missing_is_no_fault_of_a_row(
    database: Database, user: int, worker: Raw, count: int
) -> None:
    # given somebody who may not add products, when any number of them comes, then it is told at once
    async with database.unit_of_work(as_user=user) as work:
        counting = Counting(work)
        with pytest.raises(NotAllowed):
            await report_of(PRODUCTS.create(counting.executor, [NewArticle(sku=f"{it}") for it in range(count)]))

        assert counting.statements == ["INSERT", "INSERT"]
    assert await skus(worker) == []


async def test_a_key_without_regard_to_case_is_found_at_once(database: Database, worker: Raw) -> None:
    # given twenty accounts
    given = [f"hesap-{number}@ornek-imalat.com.tr" for number in range(20)]
    async with database.unit_of_work() as work:
        await report_of(ACCOUNTS.create(work, [{"email": email} for email in given]))
        counting = Counting(work)

        # when they come again in capitals, one of them twice
        again = [{"email": email.upper()} for email in [*given, given[0]]]
        report = await report_of(ACCOUNTS.create(counting.executor, again))

    # then all are known by their key, and no row takes an attempt of its own
    assert told(report) == [(place, "refused", "uq_users_email") for place in range(21)]
    assert counting.statements == ["INSERT", "SELECT"]
    assert "row 20 has the key of row 0" in str(report.outcomes[20].error)
    assert await worker.fetchval("SELECT count(*) FROM users") == 20


@pytest.mark.parametrize("kind", ["create", "ensure", "upsert"])
async def test_what_is_no_fault_of_a_row_is_raised(database: Database, worker: Raw, kind: str) -> None:
    # given somebody who has stored a row and not yet committed it
    async with worker.transaction():
        await worker.execute("INSERT INTO products (sku, name) VALUES ('a', 'Tutulan')")

        # when it is waited for too long, then that is no row's fault
        with pytest.raises(StatementTimeout):
            async with database.unit_of_work(options=TransactionOptions(statement_timeout=0.3)) as work:
                await report_of(getattr(PRODUCTS, kind)(work, [{"sku": "b"}, {"sku": "a"}]))

    assert await skus(worker) == ["a"]

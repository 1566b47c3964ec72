"""Many rows at once: an outcome for each, in the order given, and nothing refused takes another with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from platform_db.database import TransactionOptions
from platform_db.domain.bulk import RowResult
from platform_db.domain.jobs import JobType
from platform_db.errors import (
    AlreadyExists,
    IdempotencyMismatch,
    NotAllowed,
    RuleViolation,
    StatementTimeout,
    StillReferenced,
)
from platform_db.repositories.bulk import BATCH, report_of
from tests.integration.catalogue.bulk_tables import (
    ACCOUNTS,
    JOBS,
    KEYLESS,
    PRODUCTS,
    STOCK,
    TOOLS,
    Counting,
    NewArticle,
    NewJob,
    NewPiece,
    told,
)
from tests.integration.stored import new_user

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from platform_db.repositories.work import Database
    from tests.raw import Raw


@pytest_asyncio.fixture(loop_scope="session")
async def user(worker: Raw) -> int:
    return await new_user(worker, "katalog")


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


async def test_a_row_that_is_somebody_elses_is_refused_alone(database: Database, user: int, worker: Raw) -> None:
    other = await new_user(worker, "baskasi")
    async with database.unit_of_work(as_user=user) as work:
        report = await report_of(JOBS.ensure(work, [job(user, "bir"), job(other, "iki"), job(user, "uc")]))

    assert [(it.result.value, type(it.error)) for it in report] == [
        ("created", type(None)),
        ("refused", NotAllowed),
        ("created", type(None)),
    ]


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


async def test_a_change_that_breaks_a_rule_is_not_sent(database: Database) -> None:
    async with database.unit_of_work() as work:
        await report_of(PRODUCTS.create(work, [NewArticle(sku="a")]))
        counting = Counting(work)

        report = await report_of(PRODUCTS.upsert(counting.executor, [{"sku": "a", "stock_quantity": -1}]))

    assert told(report) == [(0, "refused", "ck_products_stock_quantity_non_negative")]
    assert counting.statements == ["SELECT"]


# -- ensured ---------------------------------------------------------------------------


def job(user: int, key: str | None = None, request: str = "0") -> NewJob:
    fingerprint = None if key is None else request * 64
    return NewJob(user_id=user, type=JobType.CAM_PROCESS, idempotency_key=key, request_fingerprint=fingerprint)


async def test_the_first_row_of_a_key_stays(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        first = await report_of(JOBS.ensure(work, [job(user, "gönder-1")]))

    async with database.unit_of_work() as work:
        again = await report_of(
            JOBS.ensure(
                work, [job(user, "gönder-2"), job(user, "gönder-1"), job(user, "gönder-2"), job(user), job(user)]
            )
        )
        other = await report_of(JOBS.ensure(work, [job(user, "gönder-1", request="1")]))

    assert told(first) == [(0, "created", None)]
    assert told(again) == [
        (0, "created", None),
        (1, "unchanged", None),
        (2, "refused", "uq_jobs_idempotency_key"),
        (3, "created", None),
        (4, "created", None),
    ]
    assert again.rows[1] == first.rows[0]
    assert told(other) == [(0, "refused", "uq_jobs_idempotency_key")]
    assert isinstance(other.outcomes[0].error, IdempotencyMismatch)
    assert other.outcomes[0].error.fields == ("request_fingerprint",)


# -- upserted --------------------------------------------------------------------------


async def test_only_what_differs_is_changed_and_only_what_was_given(database: Database) -> None:
    async with database.unit_of_work() as work:
        stored = await report_of(
            PRODUCTS.create(
                work,
                [
                    NewArticle(sku="a", name="Matkap", tags=("delme",), dimensions={"closed": True}),
                    NewArticle(sku="b", name="Rayba", tags=("delme",)),
                    NewArticle(sku="c", name="Kılavuz"),
                ],
            )
        )
    async with database.unit_of_work() as work:
        report = await report_of(
            PRODUCTS.upsert(
                work,
                [
                    {"sku": "d", "name": "Pafta"},
                    {"sku": "b", "name": "Rayba H7"},
                    {"sku": "a", "name": "Matkap", "dimensions": {"closed": 1}},
                    {"sku": "c", "name": "Kılavuz", "tags": ()},
                ],
            )
        )

    assert told(report) == [(0, "created", None), (1, "updated", None), (2, "updated", None), (3, "unchanged", None)]
    drill, reamer, tap = stored.rows
    _, changed, closed, same = report.rows
    assert (changed.name, changed.tags, changed.version) == ("Rayba H7", ("delme",), 2)
    assert (report.outcomes[1].before, report.outcomes[1].after) == ({"name": "Rayba"}, {"name": "Rayba H7"})
    assert (closed.dimensions, closed.version, report.outcomes[2].before) == (
        {"closed": 1},
        2,
        {"dimensions": {"closed": True}},
    )
    assert same == tap
    async with database.unit_of_work() as work:
        assert await work.products.get(tap.id) == tap
        assert (await work.products.get(reamer.id)) == changed
        assert (await work.products.get(drill.id)).tags == ("delme",)


async def test_a_change_that_breaks_a_rule_is_refused_alone(database: Database) -> None:
    async with database.unit_of_work() as work:
        await report_of(PRODUCTS.create(work, [NewArticle(sku="a"), NewArticle(sku="b"), NewArticle(sku="c")]))
    async with database.unit_of_work() as work:
        report = await report_of(
            PRODUCTS.upsert(
                work,
                [
                    {"sku": "a", "stock_quantity": -1},
                    {"sku": "b", "vendor_id": 77},
                    {"sku": "c", "name": "Değişen"},
                ],
            )
        )
        found = [await work.products.by_sku(sku) for sku in "abc"]

    assert [(it.place, it.result.value) for it in report] == [(0, "refused"), (1, "refused"), (2, "updated")]
    assert [(row.version, row.name) for row in found] == [(1, "Freze"), (1, "Freze"), (2, "Değişen")]


async def test_a_kept_column_is_written_once_and_left_alone(database: Database) -> None:
    async with database.unit_of_work() as work:
        await report_of(STOCK.upsert(work, [NewPiece(name="Rayba", quantity_available=5)]))
        report = await report_of(STOCK.upsert(work, [NewPiece(name="Rayba", quantity_available=9, location="A1")]))

    (row,) = report.rows
    assert (row.quantity_available, row.location, report.outcomes[0].before) == (5, "A1", {"location": None})


async def test_a_missing_part_of_a_key_is_equal_where_the_constraint_says_so(database: Database) -> None:
    async with database.unit_of_work() as work:
        report = await report_of(
            TOOLS.upsert(
                work, [NewPiece(name="Rayba"), NewPiece(name="Rayba", manufacturer="Örnek"), {"name": "Rayba"}]
            )
        )
        again = await report_of(TOOLS.upsert(work, [NewPiece(name="Rayba", location="B2")]))

    assert told(report) == [(0, "created", None), (1, "created", None), (2, "refused", "uq_tools_name_manufacturer")]
    assert told(again) == [(0, "updated", None)]
    assert again.rows[0].id == report.rows[0].id


# -- batches ---------------------------------------------------------------------------


async def numbered(asked: list[int], count: int) -> AsyncIterator[NewPiece]:
    for number in range(count):
        asked.append(number)
        yield NewPiece(name=f"{number:05}")


def counted(asked: list[int], count: int) -> Iterator[NewPiece]:
    for number in range(count):
        asked.append(number)
        yield NewPiece(name=f"{number:05}")


@pytest.mark.parametrize("source", [numbered, counted])
async def test_rows_are_taken_as_they_are_asked_for(database: Database, worker: Raw, source: Any) -> None:  # noqa: ANN401
    # given a source that never ends well
    asked: list[int] = []
    async with database.unit_of_work() as work:
        places: list[int] = []
        async for outcome in TOOLS.upsert(work, source(asked, 10 * BATCH)):
            places.append(outcome.place)
            if outcome.place == BATCH:
                break

    # then no more than two batches were taken, and both are stored
    assert places == list(range(BATCH + 1))
    assert asked[-1] == 2 * BATCH - 1
    assert await worker.fetchval("SELECT count(*) FROM tools") == 2 * BATCH


async def test_a_key_of_an_earlier_batch_is_known(database: Database) -> None:
    rows = [NewPiece(name=f"{number % BATCH:05}") for number in range(BATCH + 1)]

    async with database.unit_of_work() as work:
        report = await report_of(TOOLS.upsert(work, rows))

    assert told(report.refused) == [(BATCH, "refused", "uq_tools_name_manufacturer")]


async def test_a_batch_takes_as_many_statements_however_many_rows_it_has(database: Database) -> None:
    asked: list[list[str]] = []
    for size in (3, 300):
        async with database.unit_of_work() as work:
            half = [NewPiece(name=f"{size}-{number}") for number in range(0, size, 2)]
            await report_of(TOOLS.create(work, half))
            counting = Counting(work)
            rows = [NewPiece(name=f"{size}-{number}", location="C3") for number in range(size)]
            await report_of(TOOLS.upsert(counting.executor, rows))
            asked.append(counting.statements)

    assert asked == [["SELECT", "INSERT", "UPDATE"]] * 2


async def test_without_rows_nothing_is_asked(database: Database) -> None:
    async with database.unit_of_work() as work:
        counting = Counting(work)
        assert len(await report_of(TOOLS.upsert(counting.executor, []))) == 0
        assert counting.statements == []

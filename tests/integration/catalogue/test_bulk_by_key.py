"""Many rows at once whose keys may be stored already: each is left, changed or refused, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.jobs import JobType
from platform_db.errors import IdempotencyMismatch, NotAllowed
from platform_db.repositories.bulk import BATCH, report_of
from tests.integration.catalogue.bulk_tables import (
    JOBS,
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


async def test_a_row_that_is_somebody_elses_is_refused_alone(database: Database, user: int, worker: Raw) -> None:
    other = await new_user(worker, "baskasi")
    async with database.unit_of_work(as_user=user) as work:
        report = await report_of(JOBS.ensure(work, [job(user, "bir"), job(other, "iki"), job(user, "uc")]))

    assert [(it.result.value, type(it.error)) for it in report] == [
        ("created", type(None)),
        ("refused", NotAllowed),
        ("created", type(None)),
    ]


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


async def test_a_change_that_breaks_a_rule_is_not_sent(database: Database) -> None:
    async with database.unit_of_work() as work:
        await report_of(PRODUCTS.create(work, [NewArticle(sku="a")]))
        counting = Counting(work)

        report = await report_of(PRODUCTS.upsert(counting.executor, [{"sku": "a", "stock_quantity": -1}]))

    assert told(report) == [(0, "refused", "ck_products_stock_quantity_non_negative")]
    assert counting.statements == ["SELECT"]


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

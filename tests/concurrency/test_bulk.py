"""Sixteen who write the same rows at once: every row is there once."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from platform_db.domain.bulk import BulkReport, RowResult
from platform_db.errors import AlreadyExists
from platform_db.repositories.bulk import report_of
from tests.concurrency.crowd import SIZE, Crowd
from tests.integration.catalogue.bulk_tables import TOOLS, NewPiece

if TYPE_CHECKING:
    from platform_db.domain.tools import Tool
    from tests.raw import Raw

ROWS = 200


def pieces(seed: int, location: str | None = None) -> list[NewPiece]:
    """The same rows, a third of them of a manufacturer, in an order of this seed's."""
    rows = [
        NewPiece(name=f"{number // 2:03}", manufacturer="Örnek" if number % 2 else None, location=location)
        for number in range(ROWS)
    ]
    Random(seed).shuffle(rows)  # noqa: S311 - no secret
    return rows


def summed(outcomes: list[BulkReport[Tool]]) -> dict[RowResult, int]:
    return {result: sum(report.count(result) for report in outcomes) for result in RowResult}


async def reports(crowd: Crowd, kind: str) -> list[BulkReport[Tool]]:
    """What came of sixteen who write all rows, each in another order and without trying again."""

    async def write(member: int) -> BulkReport[Tool]:
        async with crowd.database.unit_of_work() as work:
            return await report_of(getattr(TOOLS, kind)(work, pieces(member)))

    outcomes = await crowd.at_once(write)
    found = [it for it in outcomes if isinstance(it, BulkReport)]
    assert len(found) == SIZE, outcomes
    return found


async def test_who_upserts_the_same_rows_does_not_wait_in_a_circle(crowd: Crowd, worker: Raw) -> None:
    # given a part of the rows
    async with crowd.database.unit_of_work() as work:
        await report_of(TOOLS.create(work, pieces(99)[: ROWS // 4]))

    # when sixteen upsert all of them, each in another order and without trying again
    found = await reports(crowd, "upsert")

    # then each missing row was created by one of them, and the others found it equal
    created = ROWS - ROWS // 4
    assert summed(found) == {
        RowResult.CREATED: created,
        RowResult.UPDATED: 0,
        RowResult.UNCHANGED: SIZE * ROWS - created,
        RowResult.REFUSED: 0,
    }
    assert await worker.fetchval("SELECT count(*) FROM tools") == ROWS
    assert await worker.fetchval("SELECT max(version) FROM tools") == 1


async def test_sixteen_who_differ_change_each_row_one_after_the_other(crowd: Crowd, worker: Raw) -> None:
    async with crowd.database.unit_of_work() as work:
        await report_of(TOOLS.create(work, pieces(99)))

    async def place(member: int) -> BulkReport[Tool]:
        async with crowd.database.unit_of_work() as work:
            return await report_of(TOOLS.upsert(work, pieces(member, location=f"Dolap {member}")))

    outcomes = await crowd.at_once(place)

    found = [it for it in outcomes if isinstance(it, BulkReport)]
    assert summed(found)[RowResult.UPDATED] == SIZE * ROWS
    assert await worker.fetch("SELECT DISTINCT version FROM tools") == [(SIZE + 1,)]
    # and each report tells what the one before it left
    assert await worker.fetchval("SELECT count(DISTINCT location) FROM tools") == 1
    befores = {tuple(sorted({str(it.before["location"]) for it in report})) for report in found}
    assert all(len(before) == 1 for before in befores)
    assert len(befores) == SIZE


async def test_of_sixteen_who_ensure_a_row_one_creates_it(crowd: Crowd, worker: Raw) -> None:
    found = await reports(crowd, "ensure")

    assert summed(found)[RowResult.CREATED] == ROWS
    assert summed(found)[RowResult.UNCHANGED] == (SIZE - 1) * ROWS
    assert await worker.fetchval("SELECT count(*) FROM tools") == ROWS
    ids = {frozenset(row.id for row in report.rows) for report in found}
    assert len(ids) == 1


async def test_of_sixteen_who_create_a_row_the_others_are_refused(crowd: Crowd, worker: Raw) -> None:
    found = await reports(crowd, "create")

    assert summed(found)[RowResult.CREATED] == ROWS
    refused = [it.error for report in found for it in report.refused]
    assert len(refused) == (SIZE - 1) * ROWS
    assert all(isinstance(it, AlreadyExists) and it.constraint == "uq_tools_name_manufacturer" for it in refused)
    assert await worker.fetchval("SELECT count(*) FROM tools") == ROWS

"""A reader who pages through a list meets every row exactly once, while others add rows among them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from platform_db.domain.tools import ToolType
from platform_db.repositories.tools import DiameterFilter
from tests.concurrency.crowd import SIZE
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.repositories.paging import Page
    from platform_db.repositories.work import Work
    from tests.concurrency.crowd import Crowd

BEFORE: Final = 90
"""Rows that are there before the reader begins; among their keys are ties, and NULLs where the column admits them."""

LIMIT: Final = 4
ROUNDS: Final = 30
"""How often each of the others adds rows at the most: a reader on a slow machine comes to an end too."""

FLAT: Final = DiameterFilter(type=ToolType.ENDMILL_FLAT)


@dataclass(frozen=True, slots=True)
class Walk:
    """A list, and a statement that adds ``$2`` rows, named after ``$1``, among those that it holds."""

    page: Callable[[Work, str | None], Awaitable[Page[Any]]]
    add: str


WALKS: Final = {
    "ties and NULLs, ascending": Walk(
        lambda work, after: work.tools.by_diameter(
            DiameterFilter(type=ToolType.ENDMILL_FLAT), after=after, limit=LIMIT
        ),
        """
        INSERT INTO tools (name, type, diameter_mm)
        SELECT $1 || '-' || place, 'endmill_flat', CASE place % 3 WHEN 0 THEN NULL ELSE 6 + place % 2 END
        FROM generate_series(1, $2::integer) AS place RETURNING id
        """,
    ),
    "ties, newest first": Walk(
        lambda work, after: work.users.page(after=after, limit=LIMIT),
        """
        INSERT INTO users (email, created_at, updated_at)
        SELECT $1 || '-' || place || '@ornek-imalat.com.tr', day, day
        FROM generate_series(1, $2::integer) AS place,
            LATERAL (SELECT timestamptz '2026-03-02 09:00Z' + place % 3 * interval '1 day') AS at (day) RETURNING id
        """,
    ),
    "a status first, then the oldest": Walk(
        lambda work, after: work.products.oldest(after=after, limit=LIMIT),
        """
        INSERT INTO products (sku, name, status, created_at, updated_at)
        SELECT $1 || '-' || place, 'kaplin', status, day, day
        FROM generate_series(1, $2::integer) AS place,
            LATERAL (SELECT (ARRAY['draft', 'pending']::product_status[])[1 + place % 2]) AS of (status),
            LATERAL (SELECT timestamptz '2026-03-02 09:00Z' + place % 3 * interval '1 day') AS at (day) RETURNING id
        """,
    ),
}


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
async def test_every_row_is_met_once_while_others_are_added(crowd: Crowd, walk: Walk) -> None:
    # given rows with equal keys
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    there = {row["id"] for row in await connection.fetch(walk.add, "once", BEFORE)}
    await connection.close()
    over = asyncio.Event()
    added: set[int] = set()

    async def read_to_the_end() -> list[int]:
        found: list[int] = []
        after: str | None = None
        while True:
            async with crowd.database.unit_of_work() as work:
                page = await walk.page(work, after)
            found += [item.id for item in page.items]
            after = page.next_cursor
            if after is None:
                over.set()
                return found

    async def keep_adding(member: int) -> None:
        adding = await connect(crowd.url)
        await adding.execute("SET ROLE platform_worker")
        for round_ in range(ROUNDS):
            if over.is_set():
                break
            added.update(row["id"] for row in await adding.fetch(walk.add, f"{member}-{round_}", 1 + round_ % 3))
            await asyncio.sleep(0.01)
        await adding.close()

    # when a reader pages to the end while sixteen others add rows, before, at and behind the cursor
    reading = asyncio.ensure_future(read_to_the_end())
    await asyncio.gather(reading, *(keep_adding(member) for member in range(SIZE)))
    found = reading.result()
    # then the rows of the beginning were met once each, and no row twice
    assert added
    assert len(found) == len(set(found))
    assert there <= set(found)

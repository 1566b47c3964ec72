"""How the server goes through a table: in ranges of pages; and what converts, told without trying."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db.migration.connection import connection
from platform_db.operations.preflight import chosen_tables, preflight
from platform_db.operations.preflight.counting import LINES, Span, spans_of
from platform_db.operations.preflight.live import Live, look
from platform_db.operations.preflight.reading import reading_of, relation_of, wanted_type
from platform_db.operations.preflight.session import Session
from platform_db.schema.all_tables import metadata
from tests.parity.source import source_of
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.integration.preflight.planting import Ground
    from tests.raw import Raw

ORDERS = metadata.tables["orders"]
FIFTEEN, SIXTEEN = 150_000, 160_000


class Steps:
    """Notes what it is told of a table's reading."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self.taken = 0

    def begin(self, table: str, pages: int, steps: int) -> None:
        assert pages >= 0
        self.told.append((table, steps))

    def step(self) -> None:
        self.taken += 1


async def live_orders(ground: Ground) -> Live:
    async with connection(ground.url) as opened:
        return await look(Session(opened), ["orders"], [wanted_type(column) for column in ORDERS.columns])


async def test_a_step_reads_its_own_pages_only(ground: Ground) -> None:
    # Given a table of many pages, one of its columns of another type
    await ground.plant(ORDERS, [{**source_of("orders").row, "id": at} for at in range(3000)])
    await ground.owner.execute("ALTER TABLE orders ALTER status TYPE text")
    await ground.owner.execute("VACUUM ANALYZE orders")
    relation = relation_of(ORDERS, await live_orders(ground))
    rule = f"{relation.sql} AS r WHERE {Span(0, 10 * LINES).condition} AND status IS NOT NULL"

    plan = await ground.owner.fetch(f"EXPLAIN SELECT count(*) FROM {rule}")  # noqa: S608 - the models' names

    assert "Tid Range Scan on orders" in "\n".join(str(line[0]) for line in plan)


async def test_the_steps_of_a_table_hold_every_row_once(ground: Ground) -> None:
    await ground.plant(ORDERS, [{**source_of("orders").row, "id": at} for at in range(3000)])
    relation = relation_of(ORDERS, await live_orders(ground))
    relation = replace(relation, live=replace(relation.live, pages=relation.live.pages * 1000))

    spans = spans_of(relation)

    counts = [
        await ground.owner.fetchval(f"SELECT count(*) FROM {relation.sql} AS r WHERE {span.condition}")  # noqa: S608
        for span in spans
        if span is not None
    ]
    assert len(spans) > 1
    assert sum(counts) == 3000


async def test_progress_is_told_to_the_last_step(ground: Ground) -> None:
    steps = Steps()

    await preflight(ground.url, chosen_tables(["orders", "users"]), progress=steps)

    assert [table for table, _ in steps.told] == ["users", "orders"]
    assert steps.taken == sum(count for _, count in steps.told)


@pytest_asyncio.fixture(loop_scope="session")
async def raw(shared_database_url: str) -> AsyncIterator[Raw]:
    opened = await connect(shared_database_url)
    yield opened
    await opened.close()


TEXTS = (
    *("", " ", "0", "1", "-1", "+7", " 7 ", "007", "1.5", "1.0", ".5", "5.", "1e3", "1E-3", "1e400", "--1", "1-"),
    *("0x1F", "1_0"),
    *("32767", "32768", "2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "9" * 40),
    *("NaN", "nan", "Infinity", "-inf", "infinite", "on", "off", "true", "TRUE", "t", "no", "evet", "2", "null"),
    *("00000000-0000-0000-0000-000000000007", "00000000000000000000000000000007", "7", "xyz", "İ", "1\n", "\t1"),
)


@pytest.mark.parametrize("wanted", ["smallint", "integer", "bigint", "numeric", "boolean", "uuid"])
@pytest.mark.parametrize("version", [FIFTEEN, SIXTEEN])
async def test_what_converts_is_what_the_server_would_convert(raw: Raw, wanted: str, version: int) -> None:
    # Given texts of every form, and a server that can or cannot be asked about them
    if version == SIXTEEN and int(await raw.fetchval("SHOW server_version_num")) < SIXTEEN:
        pytest.skip("this server cannot be asked")
    reading = reading_of("v", wanted, "text", Live({}, {}, frozenset({wanted}), version))
    assert reading.state == "tested"

    rows = await raw.fetch(
        f"SELECT t.v, ({reading.value})::text FROM unnest($1::text[]) AS t (v)",  # noqa: S608 - a type's name
        TEXTS,
    )
    told = {row[0]: row[1] for row in rows}

    # Then a text has a value exactly where a cast gives that one; on 15 rarer forms are called unknown
    cast = {text: await _cast(raw, text, wanted) for text in TEXTS}
    rare = {"0x1F", "1_0", "1e400", "infinite"} if version == FIFTEEN else set[str]()
    assert {text: value for text, value in told.items() if text not in rare} == {
        text: value for text, value in cast.items() if text not in rare
    }
    assert all(told[text] in (None, cast[text]) for text in TEXTS)


async def _cast(raw: Raw, text: str, wanted: str) -> str | None:
    try:
        return str(await raw.fetchval(f"SELECT ($1::text)::{wanted}::text", text))
    except asyncpg.DataError:
        return None


async def test_a_type_that_15_cannot_be_asked_about_is_said_to_be_unknown() -> None:
    reading = reading_of("v", "jsonb", "text", Live({}, {}, frozenset({"jsonb"}), FIFTEEN))

    assert reading.state == "unreadable"

"""Broken indexes, made as they come about: a cancelled build, duplicates, an interrupted rebuild."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.errors import ConfigurationError, ConnectionLost, LockTimeout
from platform_db.migration.lock import only_migrator
from platform_db.operations import monitoring
from tests.raw import connect

if TYPE_CHECKING:
    from platform_db.operations.monitoring import Repair
    from platform_db.operations.server import EmbeddedServer
    from tests.raw import Raw

INVALID = "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid ORDER BY 1"
REBUILDING = "SELECT pid::text FROM pg_stat_activity WHERE query LIKE 'REINDEX%' AND wait_event_type = 'Lock'"
INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = 'measures' ORDER BY 1"


async def names(connection: Raw, query: str) -> list[str]:
    return [row[0] for row in await connection.fetch(query)]


async def first(url: str, query: str) -> str:
    """The first answer of a question that is asked until it has one."""
    connection = await connect(url)
    try:
        async with asyncio.timeout(30):
            while not (found := await names(connection, query)):  # noqa: ASYNC110 - the server tells it only when asked
                await asyncio.sleep(0.02)
            return found[0]
    finally:
        await connection.close()


def told(repair: Repair) -> list[tuple[str, str, str]]:
    return [(each.index_name, each.why, each.done) for each in repair.indexes]


async def make_measures(owner: Raw) -> None:
    await owner.execute("CREATE TABLE measures (id bigint PRIMARY KEY, code bigint)")
    await owner.execute("INSERT INTO measures SELECT i, i / 2 FROM generate_series(1, 1000) AS i")


async def break_build(owner: Raw, superuser: Raw, statement: str) -> None:
    """Cancel a concurrent build, as a timeout or an operator does, while it waits for a writer to end."""
    await superuser.execute("BEGIN; LOCK TABLE measures IN ROW EXCLUSIVE MODE")
    await owner.execute("SET statement_timeout = '300ms'")
    with pytest.raises(asyncpg.QueryCanceledError):
        await owner.execute(statement)
    await owner.execute("RESET statement_timeout")
    await superuser.execute("ROLLBACK")


async def test_nothing_broken_is_nothing_done(database_url: str) -> None:
    assert (await monitoring.repair_indexes(database_url)).indexes == ()


async def test_a_cancelled_build_is_seen_and_rebuilt(database_url: str, owner: Raw, superuser: Raw) -> None:
    # Given an index whose build was cancelled
    await make_measures(owner)
    await break_build(owner, superuser, "CREATE INDEX CONCURRENTLY measures_code ON measures (code)")
    assert await names(owner, INVALID) == ["measures_code"]
    found = await monitoring.observe(database_url)
    (row,) = found.invalid_indexes.rows
    assert (row.table_name, row.index_name, row.leftover_of_reindex, row.being_built) == (
        "measures", "measures_code", False, False
    )  # fmt: skip
    assert list(found.needs_attention()) == [
        "index measures_code is invalid: run `platform-db monitor --repair-indexes`"
    ]
    # When
    repair = await monitoring.repair_indexes(database_url)
    # Then it is valid, used, and platform_owner's still
    assert told(repair) == [("measures_code", "invalid", "rebuilt")]
    assert await names(owner, INVALID) == []
    assert await names(owner, INDEXES) == ["measures_code", "measures_pkey"]
    await owner.execute("SET enable_seqscan = off")
    plan = "\n".join([row[0] for row in await owner.fetch("EXPLAIN SELECT * FROM measures WHERE code = 7")])
    assert "measures_code" in plan
    assert await owner.fetchval("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'measures_code'") == (
        "platform_owner"
    )
    assert (await monitoring.repair_indexes(database_url)).indexes == ()


async def test_what_an_interrupted_rebuild_leaves_is_dropped(database_url: str, owner: Raw, superuser: Raw) -> None:
    # Given a rebuild that was cancelled: the index is whole, its copy is left
    await make_measures(owner)
    await owner.execute("CREATE INDEX measures_code ON measures (code)")
    await break_build(owner, superuser, "REINDEX INDEX CONCURRENTLY measures_code")
    assert await names(owner, INVALID) == ["measures_code_ccnew"]
    # When
    repair = await monitoring.repair_indexes(database_url)
    # Then
    assert told(repair) == [("measures_code_ccnew", "left by a broken REINDEX", "dropped")]
    assert await names(owner, INDEXES) == ["measures_code", "measures_pkey"]


async def test_an_index_that_only_looks_like_a_leftover_is_rebuilt(
    database_url: str, owner: Raw, superuser: Raw
) -> None:
    await make_measures(owner)
    await break_build(owner, superuser, "CREATE INDEX CONCURRENTLY measures_ccnew ON measures (code)")
    repair = await monitoring.repair_indexes(database_url)
    assert told(repair) == [("measures_ccnew", "invalid", "rebuilt")]
    assert await names(owner, INDEXES) == ["measures_ccnew", "measures_pkey"]


async def test_a_unique_index_on_duplicates_is_told_with_what_to_do(database_url: str, owner: Raw) -> None:
    # Given rows that share a code, and a unique index that could not be built
    await make_measures(owner)
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute("CREATE UNIQUE INDEX CONCURRENTLY uq_measures_code ON measures (code)")
    # When
    repair = await monitoring.repair_indexes(database_url)
    # Then it failed without a trace of its own, and without a value of a row
    (failed,) = repair.failed
    assert (failed.index_name, failed.done) == ("uq_measures_code", "failed")
    assert (
        failed.detail == "rows break it: see `platform-db preflight --table measures`, mend them, then run this again"
    )
    assert await names(owner, INVALID) == ["uq_measures_code"]
    # And once the rows are mended the rerun finishes
    await owner.execute("UPDATE measures SET code = id")
    assert told(await monitoring.repair_indexes(database_url)) == [("uq_measures_code", "invalid", "rebuilt")]
    assert await names(owner, INVALID) == []


async def test_a_mostly_empty_index_is_rebuilt(database_url: str, owner: Raw) -> None:
    # Given an index of which nine tenths are empty
    await owner.execute("CREATE TABLE measures (id bigint PRIMARY KEY, code bigint)")
    await owner.execute("GRANT SELECT ON measures TO platform_auditor")
    await owner.execute("INSERT INTO measures SELECT i, i FROM generate_series(1, 100000) AS i")
    await owner.execute("DELETE FROM measures WHERE id % 10 <> 0")
    await owner.execute("VACUUM ANALYZE measures")
    before = await owner.fetchval("SELECT pg_relation_size('measures_pkey')")
    # When
    repair = await monitoring.repair_indexes(database_url)
    # Then it takes a tenth of the room, and is left alone from then on
    assert [(index, done) for index, _, done in told(repair)] == [("measures_pkey", "rebuilt")]
    assert repair.indexes[0].why in {"about 89% empty", "about 90% empty"}
    assert await owner.fetchval("SELECT pg_relation_size('measures_pkey')") < before / 8
    assert (await monitoring.repair_indexes(database_url)).indexes == ()


async def test_an_index_that_is_being_built_is_left_alone(database_url: str, owner: Raw, superuser: Raw) -> None:
    # Given a build that waits for a writer
    await make_measures(owner)
    await superuser.execute("BEGIN; LOCK TABLE measures IN ROW EXCLUSIVE MODE")
    build = asyncio.create_task(owner.execute("CREATE INDEX CONCURRENTLY measures_code ON measures (code)"))
    await first(database_url, INVALID)
    # When
    found = await monitoring.observe(database_url)
    repair = await monitoring.repair_indexes(database_url)
    # Then
    assert [row.being_built for row in found.invalid_indexes.rows] == [True]
    assert [told for told in found.needs_attention() if "invalid" in told] == []
    assert told(repair) == [("measures_code", "invalid", "being built")]
    assert repair.failed == ()
    await superuser.execute("ROLLBACK")
    await build
    assert await names(owner, INVALID) == []


async def test_it_waits_for_an_older_writer_and_lets_new_ones_write(
    database_url: str, owner: Raw, superuser: Raw
) -> None:
    await make_measures(owner)
    await break_build(owner, superuser, "CREATE INDEX CONCURRENTLY measures_code ON measures (code)")
    # Given a transaction that writes and takes its time
    await superuser.execute("BEGIN; INSERT INTO measures VALUES (2000, 7)")
    repairing = asyncio.create_task(monitoring.repair_indexes(database_url))
    await asyncio.sleep(0.5)
    # Then others write at once, while the rebuild waits
    async with asyncio.timeout(5):
        await owner.execute("INSERT INTO measures VALUES (2001, 7)")
    assert not repairing.done()
    await superuser.execute("COMMIT")
    assert told(await repairing) == [("measures_code", "invalid", "rebuilt")]
    assert await owner.fetchval("SELECT count(*) FROM measures WHERE code = 7") == 4


async def test_a_rebuild_that_an_operator_cancels_is_told_and_the_rerun_finishes(
    database_url: str, owner: Raw, superuser: Raw
) -> None:
    await make_measures(owner)
    await break_build(owner, superuser, "CREATE INDEX CONCURRENTLY measures_code ON measures (code)")
    await superuser.execute("BEGIN; INSERT INTO measures VALUES (2000, 7)")
    repairing = asyncio.create_task(monitoring.repair_indexes(database_url))
    pid = await first(database_url, REBUILDING)
    # When
    await superuser.execute(f"SELECT pg_cancel_backend({pid})")
    await superuser.execute("COMMIT")
    repair = await repairing
    # Then it says so, and leaves no copy behind
    assert told(repair) == [("measures_code", "invalid", "failed")]
    assert repair.failed[0].detail.endswith("(57014): run this again")
    assert await names(owner, INVALID) == ["measures_code"]
    assert told(await monitoring.repair_indexes(database_url)) == [("measures_code", "invalid", "rebuilt")]


async def test_a_migrator_at_work_is_not_disturbed(database_url: str) -> None:
    async with only_migrator(database_url, 1.0):
        with pytest.raises(LockTimeout):
            await monitoring.repair_indexes(database_url, wait=0.2)


async def test_a_login_that_is_no_owner_is_told(server: EmbeddedServer, database_url: str, superuser: Raw) -> None:
    await superuser.execute("CREATE ROLE mechanic LOGIN NOINHERIT; GRANT platform_worker TO mechanic")
    try:
        url = server.url(database_url.partition("@/")[2].partition("?")[0], user="mechanic")
        with pytest.raises(ConfigurationError, match="GRANT platform_owner"):
            await monitoring.repair_indexes(url)
    finally:
        await superuser.execute("DROP ROLE mechanic")


async def test_a_killed_repair_leaves_what_the_next_one_removes(database_url: str, owner: Raw, superuser: Raw) -> None:
    # Given a rebuild that waits for a writer
    await make_measures(owner)
    await break_build(owner, superuser, "CREATE INDEX CONCURRENTLY measures_code ON measures (code)")
    writer = await connect(database_url)
    try:
        await writer.execute("SET ROLE platform_owner; BEGIN; INSERT INTO measures VALUES (2000, 7)")
        repairing = asyncio.create_task(monitoring.repair_indexes(database_url))
        pid = await first(database_url, REBUILDING)
        # When its session is killed
        await superuser.execute(f"SELECT pg_terminate_backend({pid})")
        with pytest.raises(ConnectionLost):
            await repairing
        await writer.execute("COMMIT")
    finally:
        await writer.close()
    # Then a copy is left beside it, and the rerun finishes the work
    assert await names(owner, INVALID) == ["measures_code", "measures_code_ccnew"]
    assert told(await monitoring.repair_indexes(database_url)) == [
        ("measures_code_ccnew", "left by a broken REINDEX", "dropped"),
        ("measures_code", "invalid", "rebuilt"),
    ]
    assert await names(owner, INDEXES) == ["measures_code", "measures_pkey"]

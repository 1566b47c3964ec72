"""A step that was broken off goes on where it was, and what it left costs nobody anything."""

# ruff: noqa: S608 - the names are constants of the tests

from __future__ import annotations

import asyncio
from typing import cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.errors import LockTimeout
from platform_db.migration.connection import connect
from platform_db.migration.failures import RevisionFailed, RowsInTheWay
from platform_db.migration.steps import AddCheck, AddUnique, CreateIndex, Drop, SetNotNull, Step
from tests.migrations.steps.conftest import PARENT, TABLE, Bench

ODD = '"odd""; DROP TABLE users; --"'
INDEX = CreateIndex("idx", TABLE, ('"group"',))
UNIQUE = AddUnique(TABLE, "uq", ("group",))


async def leave_invalid(bench: Bench, named: str) -> None:
    """An index whose build failed over two equal rows, which are mended afterwards."""
    await bench.execute(f'UPDATE {ODD} SET "group" = 1 WHERE id < 3')
    await bench.server.execute("SET ROLE platform_owner")
    with pytest.raises(asyncpg.UniqueViolationError):
        await bench.server.execute(f'CREATE UNIQUE INDEX CONCURRENTLY {named} ON {ODD} ("group")')
    await bench.server.execute("RESET ROLE")
    await bench.execute(f'UPDATE {ODD} SET "group" = id')
    assert await bench.value("SELECT indisvalid FROM pg_index WHERE indexrelid = $1::text::regclass", named) is False


async def is_valid(bench: Bench, named: str) -> object:
    return await bench.value("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)", named)


def ran(bench: Bench) -> int:
    return [event.moment.value for event in bench.events].count("after statement")


async def test_an_invalid_index_is_no_index(bench: Bench) -> None:
    # Given an index of that name whose build was broken off
    await leave_invalid(bench, "idx")
    # When the step runs, then it is dropped and built anew
    await bench.up(INDEX)
    assert ran(bench) == 2
    assert await is_valid(bench, "idx") is True
    assert await bench.value("SELECT indisunique FROM pg_index WHERE indexrelid = 'idx'::regclass") is False


@pytest.mark.parametrize("step", [INDEX, Drop(INDEX)], ids=["create", "drop"])
async def test_an_index_that_is_being_built_is_not_dropped(bench: Bench, url: str, step: Step) -> None:
    # Given somebody whose build waits for an old transaction of the application
    writer, builder = await connect(url), await connect(url)
    await writer.execute(f'SET ROLE platform_owner; BEGIN; UPDATE {ODD} SET "group" = "group"')
    await builder.execute("SET ROLE platform_owner")
    session = await builder.fetchval("SELECT pg_backend_pid()")
    building = asyncio.create_task(builder.execute(f'CREATE INDEX CONCURRENTLY idx ON {ODD} ("group")'))
    while await is_valid(bench, "idx") is None:  # noqa: ASYNC110 - the server does not tell
        await asyncio.sleep(0.01)
    # When the step runs, then it gives way
    with pytest.raises(LockTimeout, match=rf"index idx is being built by session {session} at this moment"):
        await bench.up(step)
    # And the build comes to its end
    await writer.execute("COMMIT")
    await building
    await writer.close()
    await builder.close()
    assert await is_valid(bench, "idx") is True


async def test_a_way_back_that_fails_leaves_no_index(bench: Bench) -> None:
    # Given a unique index on an expression that was dropped, and rows that break it since
    step = Drop(CreateIndex("idx", TABLE, ('("group" / 10) DESC',), unique=True))
    # When it is taken back
    with pytest.raises(RevisionFailed, match=": 23505"):
        await bench.down(step)
    # Then no INVALID index is left
    assert await is_valid(bench, "idx") is None


@pytest.mark.parametrize("begun", [0, 1])
async def test_not_null_that_was_not_validated_is_validated(bench: Bench, server_major: int, begun: int) -> None:
    if server_major < 18:
        pytest.skip("PostgreSQL 18 knows NOT NULL NOT VALID")
    # Given a NOT NULL that was added without reading the rows, one of which breaks it
    step = SetNotNull(PARENT, "code")
    await bench.execute('INSERT INTO "order" VALUES (6)')
    await bench.execute('ALTER TABLE "order" ADD CONSTRAINT "not set" NOT NULL code NOT VALID')
    for statement in step.up()[:begun]:
        await bench.execute(statement.sql)
    # When the step runs, then the row is named
    with pytest.raises(RowsInTheWay, match=r"1 row\(s\) of order have no code: 6;"):
        await bench.up(step)
    # And once it is mended, the rows are read
    await bench.execute('DELETE FROM "order" WHERE id = 6')
    await bench.up(step)
    assert await bench.value("SELECT convalidated FROM pg_constraint WHERE conname = 'not set'") is True
    assert await bench.value("SELECT count(*) FROM pg_constraint WHERE conname = 'ck_order_code_is_set'") == 0
    assert await bench.left(step) == ()


async def test_a_build_that_fails_leaves_no_index(bench: Bench) -> None:
    # Given rows that break a unique index on an expression, which are not looked for beforehand
    step = CreateIndex("idx", TABLE, ('("group" / 10) DESC',), unique=True)
    # When the build fails
    with pytest.raises(RevisionFailed, match=r": 23505 unique violation: .*, idx; what ran before it stays") as caught:
        await bench.up(step)
    assert caught.value.sqlstate == "23505"
    # Then no INVALID index is left to slow every write
    assert await is_valid(bench, "idx") is None


async def test_a_unique_constraint_takes_over_its_index(bench: Bench) -> None:
    # Given a run that was killed between the index and the constraint
    await bench.execute(f'CREATE UNIQUE INDEX uq ON {ODD} ("group")')
    # When it runs again, then only the constraint is added
    await bench.up(UNIQUE)
    assert ran(bench) == 1
    assert await bench.value("SELECT contype::text FROM pg_constraint WHERE conname = 'uq'") == "u"
    # And a way back that was begun before the constraint drops the index alone
    await bench.execute(f'ALTER TABLE {ODD} DROP CONSTRAINT uq; CREATE UNIQUE INDEX uq ON {ODD} ("group")')
    await bench.down(UNIQUE)
    assert await is_valid(bench, "uq") is None


async def test_a_unique_constraint_builds_an_invalid_index_anew(bench: Bench) -> None:
    await leave_invalid(bench, "uq")
    await bench.up(UNIQUE)
    assert ran(bench) == 3
    assert await bench.value("SELECT contype::text FROM pg_constraint WHERE conname = 'uq'") == "u"


@pytest.mark.parametrize(("done", "left"), [(0, 4), (1, 3), (2, 2), (3, 1), (4, 0)])
async def test_not_null_goes_on_behind_each_statement(bench: Bench, done: int, left: int) -> None:
    # Given so many of its statements
    step = SetNotNull(PARENT, "code")
    for statement in step.up()[:done]:
        await bench.execute(statement.sql)
    # When it runs, then the others follow
    await bench.up(step)
    assert ran(bench) == left
    assert await bench.value(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = '\"order\"'::regclass AND attname = 'code'"
    )
    assert await bench.value("SELECT count(*) FROM pg_constraint WHERE conname = 'ck_order_code_is_set'") == 0


@pytest.mark.parametrize("done", range(5))
async def test_not_null_is_taken_back_from_everywhere(bench: Bench, done: int) -> None:
    step = SetNotNull(PARENT, "code")
    for statement in step.up()[:done]:
        await bench.execute(statement.sql)
    await bench.down(step)
    assert not await bench.value(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = '\"order\"'::regclass AND attname = 'code'"
    )
    assert await bench.value("SELECT count(*) FROM pg_constraint WHERE conname = 'ck_order_code_is_set'") == 0


async def test_not_null_does_not_read_the_table_under_its_lock(bench: Bench) -> None:
    # Given the table's scans so far
    scans = "SELECT seq_scan FROM pg_stat_all_tables WHERE relid = '\"order\"'::regclass"
    step = SetNotNull(PARENT, "code")
    await bench.execute(step.up()[0].sql)
    await bench.execute(step.up()[1].sql)
    await bench.value("SELECT pg_stat_force_next_flush()")
    before = await bench.value(scans)
    # When only the statements under ACCESS EXCLUSIVE are left
    await bench.execute(step.up()[2].sql)
    await bench.value("SELECT pg_stat_force_next_flush()")
    # Then they read nothing
    assert await bench.value(scans) == before


async def test_a_patient_statement_waits_and_the_next_one_does_not(bench: Bench, url: str) -> None:
    # Given an application that has written and will end in a while: an index build must wait for it
    writer = await connect(url)
    await writer.execute(f'SET ROLE platform_owner; BEGIN; UPDATE {ODD} SET "group" = "group"')

    async def end_later() -> None:
        await asyncio.sleep(0.5)
        await writer.execute("COMMIT")

    # When the build takes longer than the lock timeout of 0.2 s
    ending = asyncio.create_task(end_later())
    await bench.up(INDEX)
    await ending
    # Then it is whole, and the timeouts are armed again
    assert await is_valid(bench, "idx") is True
    assert await bench.value("SHOW lock_timeout") == "200ms"
    assert await bench.value("SHOW statement_timeout") == "30min"
    # And an ordinary statement gives way
    await writer.execute(f"BEGIN; LOCK TABLE {ODD} IN ACCESS SHARE MODE")
    with pytest.raises(
        LockTimeout, match=r"^0042_test, add check ck on .*: a lock was not granted in time \(55P03\); the revi"
    ):
        await bench.up(AddCheck(TABLE, "ck", "true"))
    await writer.close()
    assert await bench.value("SELECT count(*) FROM pg_constraint WHERE conname = 'ck'") == 0


async def test_the_session_is_set_up_for_migrations(bench: Bench) -> None:
    # Given the settings of a session of its own
    names = (
        "max_parallel_workers_per_gather",
        "parallel_setup_cost",
        "parallel_tuple_cost",
        "maintenance_work_mem",
        "wal_compression",
        "client_connection_check_interval",
    )
    fresh = [await bench.value("SELECT current_setting($1)", name) for name in names]
    # When a step runs
    await bench.up(AddCheck(TABLE, "ck", "true"))
    found = [str(await bench.value("SELECT current_setting($1)", name)) for name in names]
    # Then they are those of a migration; WAL compression is for logins that may choose it
    assert [*found[:4], found[5]] == ["4", "100", "0.01", "256MB", "1s"]
    allowed = await bench.value("SELECT has_parameter_privilege('wal_compression', 'SET')")
    assert found[4] == ("pglz" if allowed else cast("str", fresh[4]))

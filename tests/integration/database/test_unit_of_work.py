"""A unit of work is one transaction, of one user, used by one task."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from platform_db.database import Identity, Outcome, Role, TransactionOptions, UnitOfWork
from platform_db.errors import AlreadyExists, NotAllowed, StatementTimeout, UsageError
from tests.integration.database.scene import INSERT, NAMES, WHO, Database, Raw, busy_backends, sql, stored

if TYPE_CHECKING:
    from collections.abc import Callable


SLEEP = sql("SELECT pg_sleep(30)")


async def test_the_end_of_the_block_commits(database: Database, admin: Raw) -> None:
    async with database.unit_of_work() as work:
        assert await work.execute(INSERT, {"name": "a", "amount": 1}) == 1
        assert work.outcome is Outcome.OPEN

    assert work.outcome is Outcome.COMMITTED
    assert await stored(admin) == ["a"]


async def test_an_exception_rolls_back_and_goes_on(database: Database, admin: Raw) -> None:
    work = database.unit_of_work()
    with pytest.raises(LookupError):
        async with work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            raise LookupError

    assert work.outcome is Outcome.ROLLED_BACK
    assert await stored(admin) == []
    assert await busy_backends(admin) == []


async def test_cancelling_a_running_statement_rolls_back_and_frees_the_connection(
    make_database: Callable[..., Database], admin: Raw
) -> None:
    async with make_database(pool_max_size=1) as database:

        async def job() -> None:
            async with database.unit_of_work() as work:
                await work.execute(INSERT, {"name": "a", "amount": 1})
                await work.execute(SLEEP)

        task = asyncio.create_task(job())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

        assert await busy_backends(admin) == []
        assert await stored(admin) == []
        async with database.unit_of_work() as work:
            await work.execute(INSERT, {"name": "after", "amount": 1})
    assert await stored(admin) == ["after"]


async def test_no_statement_takes_no_connection(make_database: Callable[..., Database]) -> None:
    async with make_database(pool_min_size=0) as database:
        async with database.unit_of_work(as_user=5) as work:
            pass

        assert work.outcome is Outcome.COMMITTED
        assert (await database.health()).connections == 1  # its own


async def test_without_a_user_it_is_the_worker(database: Database) -> None:
    async with database.unit_of_work() as work:
        row = await work.fetch_row(WHO)

    assert row is not None
    assert (row["role"], row["user_id"] or None) == ("platform_worker", None)


async def test_a_user_takes_the_app_role_and_all_four_settings(database: Database) -> None:
    identity = Identity.model_validate(
        {"user_id": 7, "session_id": 9, "ip": "2001:db8::1", "user_agent": "O'Neill\\'; DROP TABLE items; --"}
    )
    async with database.unit_of_work(as_user=identity) as work:
        row = await work.fetch_row(WHO)

    assert row is not None
    assert [row[name] for name in ("role", "user_id", "session_id", "ip", "user_agent")] == [
        "platform_app",
        "7",
        "9",
        "2001:db8::1",
        "O'Neill\\'; DROP TABLE items; --",
    ]


async def test_settings_survive_a_server_without_standard_strings(database: Database, admin: Raw) -> None:
    name = await admin.fetchval("SELECT current_database()")
    await admin.execute(f'ALTER DATABASE "{name}" SET standard_conforming_strings = off')
    try:
        async with Database(database.settings) as other, other.unit_of_work() as work:
            work.as_user(Identity(user_id=7, user_agent="a\\'; SELECT 1; --"))
            row = await work.fetch_row(WHO)
    finally:
        await admin.execute(f'ALTER DATABASE "{name}" RESET standard_conforming_strings')

    assert row is not None
    assert row["user_agent"] == "a\\'; SELECT 1; --"


async def test_an_identity_does_not_reach_the_next_unit(make_database: Callable[..., Database]) -> None:
    async with make_database(pool_max_size=1) as database:
        identity = Identity.model_validate({"user_id": 7, "session_id": 9, "ip": "10.0.0.1", "user_agent": "x"})
        for end in (None, LookupError()):
            first = None
            with suppress(LookupError):
                async with database.unit_of_work(as_user=identity) as work:
                    first = await work.fetch_row(WHO)
                    if end:
                        raise end
            async with database.unit_of_work() as work:
                second = await work.fetch_row(WHO)

            assert first is not None
            assert second is not None
            assert second["pid"] == first["pid"]
            assert second["role"] == "platform_worker"
            assert [second[name] or None for name in ("user_id", "session_id", "ip", "user_agent")] == [None] * 4


async def test_row_security_holds_for_the_user(database: Database, admin: Raw) -> None:
    await admin.execute("INSERT INTO owned VALUES (1, 'mine'), (2, 'theirs')")
    async with database.unit_of_work(as_user=1) as work:
        assert await work.fetch_value(sql("SELECT array_agg(note) FROM owned")) == ["mine"]

    with pytest.raises(NotAllowed):
        async with database.unit_of_work() as work:
            work.as_user(1)
            await work.execute(sql("INSERT INTO owned VALUES (2, 'forged')"))
    assert await admin.fetchval("SELECT count(*) FROM owned") == 2


async def test_a_person_can_do_the_workers_work(database: Database) -> None:
    async with database.unit_of_work(as_user=7, options=TransactionOptions(role=Role.WORKER)) as work:
        row = await work.fetch_row(WHO)

    assert row is not None
    assert (row["role"], row["user_id"]) == ("platform_worker", "7")


async def test_as_user_comes_before_the_first_statement(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.fetch_value(NAMES)
        with pytest.raises(UsageError, match="before the first statement"):
            work.as_user(1)


async def test_a_second_task_is_refused_and_the_first_goes_on(database: Database, admin: Raw) -> None:
    async with database.unit_of_work() as work:
        first = asyncio.create_task(work.fetch_value(sql("SELECT 'done' FROM pg_sleep(0.2)")))
        await asyncio.sleep(0.05)
        with pytest.raises(UsageError, match="two tasks"):
            await work.execute(INSERT, {"name": "second", "amount": 1})
        assert await first == "done"
        await work.execute(INSERT, {"name": "third", "amount": 1})

    assert await stored(admin) == ["third"]


async def test_a_task_of_its_own_for_a_statement_is_no_second_use(database: Database) -> None:
    async with database.unit_of_work() as work:
        # On Python 3.11 wait_for runs its argument in a new task.
        assert await asyncio.wait_for(work.fetch_value(sql("SELECT 1")), timeout=1) == 1


async def test_a_block_that_ends_under_a_running_statement_stores_nothing(database: Database, admin: Raw) -> None:
    left: asyncio.Task[object] | None = None
    with pytest.raises(UsageError, match="another task was still inside"):
        async with database.unit_of_work() as work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            left = asyncio.create_task(work.fetch_value(SLEEP))
            await asyncio.sleep(0.05)

    assert left is not None
    (failure,) = await asyncio.gather(left, return_exceptions=True)
    assert type(failure).__name__ == "ConnectionLost"
    assert await stored(admin) == []
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = $1", SLEEP.sql)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_outside_its_block_it_is_refused(database: Database, moment: str) -> None:
    work = database.unit_of_work()
    if moment == "after":
        async with work:
            await work.fetch_value(NAMES)

    with pytest.raises(UsageError):
        await work.fetch_value(NAMES)
    if moment == "after":
        with pytest.raises(UsageError, match="is over"):
            async with work:
                pass


async def test_a_failed_inner_block_fails_the_whole(database: Database, admin: Raw) -> None:
    async def inner_step(work: UnitOfWork) -> None:
        async with work:  # joins
            raise LookupError

    with pytest.raises(UsageError, match="failed earlier \\(LookupError\\)"):
        async with database.unit_of_work() as work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            with suppress(LookupError):
                await inner_step(work)

    assert await stored(admin) == []


async def test_a_swallowed_statement_error_fails_the_whole(database: Database, admin: Raw) -> None:
    with pytest.raises(UsageError, match="AlreadyExists") as caught:
        async with database.unit_of_work() as work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            with pytest.raises(AlreadyExists):
                await work.execute(INSERT, {"name": "a", "amount": 1})
            with pytest.raises(UsageError, match="savepoint"):
                await work.execute(INSERT, {"name": "b", "amount": 1})

    assert isinstance(caught.value.__cause__, AlreadyExists)
    assert await stored(admin) == []


async def test_a_savepoint_undoes_only_itself(database: Database, admin: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.execute(INSERT, {"name": "a", "amount": 1})
        with pytest.raises(AlreadyExists):
            async with work.savepoint():
                await work.execute(INSERT, {"name": "b", "amount": 1})
                await work.execute(INSERT, {"name": "a", "amount": 1})
        async with work.savepoint():
            await work.execute(INSERT, {"name": "c", "amount": 1})
            with pytest.raises(LookupError):
                async with work.savepoint():
                    await work.execute(INSERT, {"name": "d", "amount": 1})
                    raise LookupError

    assert await stored(admin) == ["a", "c"]


async def test_an_error_swallowed_inside_a_savepoint_undoes_it(database: Database, admin: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.execute(INSERT, {"name": "a", "amount": 1})
        with pytest.raises(UsageError, match="AlreadyExists"):
            async with work.savepoint():
                await work.execute(INSERT, {"name": "b", "amount": 1})
                with pytest.raises(AlreadyExists):
                    await work.execute(INSERT, {"name": "a", "amount": 1})

    assert await stored(admin) == ["a"]


async def test_a_savepoint_survives_a_timeout_inside(database: Database, admin: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.execute(INSERT, {"name": "a", "amount": 1})
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1), work.savepoint():
                await work.execute(INSERT, {"name": "b", "amount": 1})
                await work.execute(SLEEP)
        await work.execute(INSERT, {"name": "c", "amount": 1})

    assert await stored(admin) == ["a", "c"]
    assert await busy_backends(admin) == []


async def test_savepoints_end_in_reverse_order(database: Database, admin: Raw) -> None:
    with pytest.raises(UsageError, match="reverse"):
        async with database.unit_of_work() as work:
            outer, inner = work.savepoint(), work.savepoint()
            await outer.__aenter__()
            await work.execute(INSERT, {"name": "a", "amount": 1})
            await inner.__aenter__()
            await outer.__aexit__(None, None, None)

    assert await stored(admin) == []


async def test_rows_are_streamed_between_other_statements(database: Database) -> None:
    async with database.unit_of_work() as work:
        sizes: list[int] = []
        async for rows in work.stream(sql("SELECT generate_series(1, :n)"), {"n": 25}, batch=10):
            sizes.append(len(rows))
            assert await work.fetch_value(sql("SELECT 1")) == 1

    assert sizes == [10, 10, 5]


async def test_copy_out_writes_csv(database: Database) -> None:
    written = bytearray()

    async def write(data: bytes) -> None:
        written.extend(data)

    async with database.unit_of_work() as work:
        count = await work.copy_out(
            sql("SELECT n, CAST(:text AS text) AS t FROM generate_series(1, 2) n"), write, {"text": "it's, ı"}
        )

    assert count == 2
    assert written.decode() == 'n,t\n1,"it\'s, ı"\n2,"it\'s, ı"\n'


async def test_the_statement_bound_holds(database: Database, admin: Raw) -> None:
    with pytest.raises(StatementTimeout, match="57014"):
        async with database.unit_of_work(options=TransactionOptions(statement_timeout=0.05)) as work:
            await work.execute(SLEEP)

    assert await busy_backends(admin) == []


async def test_a_read_only_unit_writes_nothing(database: Database, admin: Raw) -> None:
    with pytest.raises(UsageError, match="25006"):
        async with database.unit_of_work(options=TransactionOptions(access="read only")) as work:
            await work.execute(INSERT, {"name": "a", "amount": 1})

    assert await stored(admin) == []

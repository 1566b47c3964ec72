"""COMMIT is a question whose answer is read: stored, not stored, or nobody knows."""

from __future__ import annotations

import asyncio
import pickle
from typing import TYPE_CHECKING, Literal

import pytest

from platform_db.database import Outcome, TransactionOptions, UnitOfWork
from platform_db.errors import CommitInDoubt, ConnectionLost, PlatformError, RuleViolation, StatementTimeout, UsageError
from tests.integration.database.scene import INSERT, NAMES, WHO, Database, Raw, busy_backends, sql, stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.database.wire import Wire

COMMITTING = "FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active' AND datname = current_database()"


async def slow_commits(admin: Raw) -> None:
    """Let every COMMIT that inserted an item take half a second."""
    await admin.execute(
        """
        CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER items_slow AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION slow();
        """
    )


async def fast_commits(admin: Raw) -> None:
    await admin.execute("DROP TRIGGER IF EXISTS items_slow ON items")


async def test_a_deferred_rule_is_refused_at_commit_under_its_name(database: Database, admin: Raw) -> None:
    work = database.unit_of_work()
    with pytest.raises(RuleViolation) as caught:
        async with work:
            await work.execute(INSERT, {"name": "refused at commit", "amount": 1})

    assert (caught.value.rule, caught.value.entity, caught.value.fields) == ("ck_items_sum", "items", ("name",))
    assert work.outcome is Outcome.ROLLED_BACK
    assert await stored(admin) == []


async def test_cancelling_during_commit_waits_for_the_answer(database: Database, admin: Raw) -> None:
    await slow_commits(admin)
    work = database.unit_of_work()

    async def job() -> None:
        async with work:
            await work.execute(INSERT, {"name": "a", "amount": 1})

    try:
        task = asyncio.create_task(job())
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    finally:
        await fast_commits(admin)

    assert work.outcome is Outcome.COMMITTED
    assert await stored(admin) == ["a"]
    assert await busy_backends(admin) == []


async def test_cancelling_a_commit_that_is_refused_says_so(database: Database, admin: Raw) -> None:
    await slow_commits(admin)
    work = database.unit_of_work()

    async def job() -> None:
        async with work:
            await work.execute(INSERT, {"name": "refused at commit", "amount": 1})

    # items_slow fires before items_sum.
    try:
        task = asyncio.create_task(job())
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    finally:
        await fast_commits(admin)

    assert isinstance(caught.value.__cause__, RuleViolation)
    assert work.outcome is Outcome.ROLLED_BACK
    assert await stored(admin) == []


async def test_a_commit_cancelled_by_an_operator_is_an_answer(database: Database, admin: Raw) -> None:
    await slow_commits(admin)
    work = database.unit_of_work()

    async def job() -> None:
        async with work:
            await work.execute(INSERT, {"name": "a", "amount": 1})

    try:
        task = asyncio.create_task(job())
        await asyncio.sleep(0.2)
        await admin.execute(f"SELECT pg_cancel_backend(pid) {COMMITTING}")
        with pytest.raises(StatementTimeout):
            await task
    finally:
        await fast_commits(admin)

    assert work.outcome is Outcome.ROLLED_BACK
    assert await stored(admin) == []


async def test_a_failed_transaction_that_answers_rollback_is_an_error(database: Database, admin: Raw) -> None:
    work = database.unit_of_work()
    with pytest.raises(UsageError, match="rolled it back at COMMIT"):
        async with work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            # Past the unit of work, so that it does not know of the failure.
            connection = await work._transaction.connection(None)
            with pytest.raises(Exception, match="division by zero"):
                await connection.execute("SELECT 1/0")

    assert work.outcome is Outcome.ROLLED_BACK
    assert await stored(admin) == []


async def test_a_backend_ended_before_commit_stores_nothing(database: Database, admin: Raw) -> None:
    work = database.unit_of_work()
    with pytest.raises(ConnectionLost, match="before COMMIT was sent"):
        async with work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            row = await work.fetch_row(WHO)
            assert row is not None
            await admin.execute("SELECT pg_terminate_backend($1, 5000)", row["pid"])
            await asyncio.sleep(0.05)

    assert work.outcome is Outcome.ROLLED_BACK
    assert await stored(admin) == []
    async with database.unit_of_work() as work:
        await work.execute(INSERT, {"name": "b", "amount": 1})
    assert await stored(admin) == ["b"]


async def test_a_backend_ended_in_the_middle_is_retryable(database: Database, admin: Raw) -> None:
    with pytest.raises(ConnectionLost) as caught:
        async with database.unit_of_work() as work:
            await work.execute(INSERT, {"name": "a", "amount": 1})
            row = await work.fetch_row(WHO)
            assert row is not None
            running = asyncio.create_task(work.fetch_value(sql("SELECT pg_sleep(30)")))
            await asyncio.sleep(0.05)
            await admin.execute("SELECT pg_terminate_backend($1)", row["pid"])
            await running

    assert caught.value.retryable
    assert await stored(admin) == []


async def test_a_backend_ended_during_commit_leaves_doubt(database: Database, admin: Raw) -> None:
    await slow_commits(admin)
    work = database.unit_of_work()

    async def job() -> None:
        async with work:
            await work.execute(INSERT, {"name": "a", "amount": 1})

    try:
        task = asyncio.create_task(job())
        await asyncio.sleep(0.2)
        await admin.execute(f"SELECT pg_terminate_backend(pid) {COMMITTING}")
        with pytest.raises(CommitInDoubt) as caught:
            await task
    finally:
        await fast_commits(admin)

    assert not caught.value.retryable
    assert work.outcome is Outcome.IN_DOUBT


@pytest.mark.parametrize(("cut", "in_the_table"), [("cut before", []), ("cut after", ["a"])])
async def test_a_wire_cut_around_commit_leaves_doubt_and_is_not_repeated(
    make_database: Callable[..., Database],
    wire: Wire,
    admin: Raw,
    cut: Literal["cut before", "cut after"],
    in_the_table: list[str],
) -> None:
    attempts = 0

    async def job(work: UnitOfWork) -> None:
        nonlocal attempts
        attempts += 1
        await work.execute(INSERT, {"name": "a", "amount": 1})

    async with make_database(url=wire.url) as database:
        wire.on_commit = cut
        with pytest.raises(CommitInDoubt):
            await database.run(job)

    assert (attempts, wire.commits) == (1, 1)
    assert await stored(admin) == in_the_table
    assert await busy_backends(admin) == []


async def test_a_wire_cut_at_the_end_of_reading_is_no_doubt(make_database: Callable[..., Database], wire: Wire) -> None:
    async with make_database(url=wire.url) as database:
        wire.on_commit = "cut before"
        with pytest.raises(ConnectionLost, match="read-only"):
            async with database.unit_of_work(options=TransactionOptions(access="read only")) as work:
                await work.fetch_value(NAMES)


async def test_a_silent_server_is_given_up(make_database: Callable[..., Database], wire: Wire) -> None:
    async with make_database(url=wire.url, command_timeout=2) as database:
        options = TransactionOptions(statement_timeout=0.1)
        loop = asyncio.get_running_loop()
        begin = loop.time()
        with pytest.raises(StatementTimeout, match="COMMAND_TIMEOUT"):
            async with database.unit_of_work(options=options) as work:
                await work.fetch_value(NAMES)
                wire.silent = True
                await work.fetch_value(NAMES)

        # Once, not a second time for the ROLLBACK.
        assert 2.0 < loop.time() - begin < 3.5


async def test_the_hook_before_commit_is_part_of_the_transaction(
    make_database: Callable[..., Database], admin: Raw
) -> None:
    class Audited(UnitOfWork):
        async def _before_commit(self) -> None:
            await self.execute(INSERT, {"name": "last", "amount": self.amount})

        amount = 1

    async with make_database() as database:
        database.work_type = Audited
        async with database.unit_of_work() as work:
            await work.execute(INSERT, {"name": "first", "amount": 1})
        with pytest.raises(RuleViolation, match="ck_items_amount_non_negative"):
            async with database.unit_of_work() as work:
                assert isinstance(work, Audited)
                work.amount = -1
                await work.execute(INSERT, {"name": "second", "amount": 1})
        with pytest.raises(LookupError):
            async with database.unit_of_work() as work:
                raise LookupError

    assert await stored(admin) == ["first", "last"]


async def test_errors_travel_between_processes(database: Database) -> None:
    with pytest.raises(PlatformError) as caught:
        async with database.unit_of_work() as work:
            await work.execute(INSERT, {"name": "a", "amount": -1})

    twin = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (type(twin), str(twin)) == (RuleViolation, str(caught.value))

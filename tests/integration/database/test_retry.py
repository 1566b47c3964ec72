"""run() repeats the whole unit, COMMIT included, and only where that can help."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from platform_db.database import TransactionOptions, UnitOfWork
from platform_db.errors import AlreadyExists, Deadlock, LockTimeout, SerializationFailure, UsageError
from tests.integration.database.scene import INSERT, WHO, Database, Raw, busy_backends, sql

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


READ = sql("SELECT amount FROM items WHERE name = :name")
WRITE = sql("UPDATE items SET amount = :amount WHERE name = :name")
LOCK = sql("SELECT 1 FROM items WHERE name = :name FOR UPDATE")
SERIALIZABLE = TransactionOptions(isolation="serializable")


async def amount(admin: Raw, name: str) -> object:
    return await admin.fetchval("SELECT amount FROM items WHERE name = $1", name)


async def test_conflicting_units_are_repeated_until_each_counts_once(database: Database, admin: Raw) -> None:
    await admin.execute("INSERT INTO items (name) VALUES ('counter')")
    attempts = 0

    async def count_up(work: UnitOfWork) -> None:
        nonlocal attempts
        attempts += 1
        seen = await work.fetch_value(READ, {"name": "counter"})
        assert isinstance(seen, int)
        await asyncio.sleep(0.005)
        await work.execute(WRITE, {"name": "counter", "amount": seen + 1})

    async def worker() -> None:
        for _ in range(5):
            await database.run(count_up, options=SERIALIZABLE, attempts=50)

    await asyncio.gather(*(worker() for _ in range(4)))

    assert await amount(admin, "counter") == 20
    assert attempts > 20


async def test_without_run_a_conflict_is_the_callers(database: Database, admin: Raw) -> None:
    await admin.execute("INSERT INTO items (name) VALUES ('counter')")
    with pytest.raises(SerializationFailure, match="40001"):
        async with database.unit_of_work(options=SERIALIZABLE) as work:
            await work.fetch_value(READ, {"name": "counter"})
            await admin.execute("UPDATE items SET amount = 5 WHERE name = 'counter'")
            await work.execute(WRITE, {"name": "counter", "amount": 1})

    assert await amount(admin, "counter") == 5


async def test_a_conflict_found_at_commit_is_repeated_too(database: Database, admin: Raw) -> None:
    await admin.execute("INSERT INTO items (name) VALUES ('x'), ('y')")
    barrier = asyncio.Barrier(2)
    attempts = {"x": 0, "y": 0}

    def write_skew(mine: str, other: str) -> Callable[[UnitOfWork], Awaitable[None]]:
        async def unit(work: UnitOfWork) -> None:
            attempts[mine] += 1
            seen = await work.fetch_value(READ, {"name": other})
            assert isinstance(seen, int)
            await work.execute(WRITE, {"name": mine, "amount": seen + 1})
            if attempts[mine] == 1:
                await barrier.wait()

        return unit

    await asyncio.gather(
        database.run(write_skew("x", "y"), options=SERIALIZABLE),
        database.run(write_skew("y", "x"), options=SERIALIZABLE),
    )

    # One after the other, in whichever order: the second sees the first.
    assert {await amount(admin, "x"), await amount(admin, "y")} == {1, 2}
    assert sorted(attempts.values()) == [1, 2]


async def test_deadlocked_units_both_end_well(database: Database, admin: Raw) -> None:
    await admin.execute("INSERT INTO items (name) VALUES ('x'), ('y')")
    barrier = asyncio.Barrier(2)
    attempts = {"x": 0, "y": 0}

    def cross(mine: str, other: str) -> Callable[[UnitOfWork], Awaitable[None]]:
        async def unit(work: UnitOfWork) -> None:
            attempts[mine] += 1
            await work.fetch_value(LOCK, {"name": mine})
            if attempts[mine] == 1:
                await barrier.wait()
            seen = await work.fetch_value(READ, {"name": other})
            assert isinstance(seen, int)
            await work.execute(WRITE, {"name": other, "amount": seen + 1})

        return unit

    await asyncio.gather(database.run(cross("x", "y")), database.run(cross("y", "x")))

    assert sorted(attempts.values()) == [1, 2]
    assert [await amount(admin, "x"), await amount(admin, "y")] == [1, 1]


async def test_a_deadlock_has_its_own_name(database: Database, admin: Raw) -> None:
    await admin.execute("INSERT INTO items (name) VALUES ('x'), ('y')")
    barrier = asyncio.Barrier(2)

    async def cross(mine: str, other: str) -> None:
        async with database.unit_of_work() as work:
            await work.fetch_value(LOCK, {"name": mine})
            await barrier.wait()
            await work.fetch_value(LOCK, {"name": other})

    results = await asyncio.gather(cross("x", "y"), cross("y", "x"), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == [Deadlock.__name__, "NoneType"]
    assert await busy_backends(admin) == []


async def test_a_lock_that_is_not_granted_in_time(database: Database, admin: Raw) -> None:
    await admin.execute("INSERT INTO items (name) VALUES ('x')")
    async with admin.transaction():
        await admin.execute("SELECT 1 FROM items FOR UPDATE")
        with pytest.raises(LockTimeout, match="55P03"):
            async with database.unit_of_work(options=TransactionOptions(lock_timeout=0.05)) as work:
                await work.fetch_value(LOCK, {"name": "x"})


async def test_what_repeating_cannot_help_is_not_repeated(database: Database) -> None:
    attempts = 0

    async def twice_the_same(work: UnitOfWork) -> None:
        nonlocal attempts
        attempts += 1
        await work.execute(INSERT, {"name": "a", "amount": 1})
        await work.execute(INSERT, {"name": "a", "amount": 1})

    with pytest.raises(AlreadyExists):
        await database.run(twice_the_same)
    assert attempts == 1


async def test_the_number_of_attempts_is_bounded(database: Database) -> None:
    attempts = 0

    async def never(work: UnitOfWork) -> None:
        nonlocal attempts
        attempts += 1
        del work
        message = "again"
        raise SerializationFailure(message)

    with pytest.raises(SerializationFailure, match="again"):
        await database.run(never, attempts=3)
    assert attempts == 3
    with pytest.raises(UsageError, match="at least 1"):
        await database.run(never, attempts=0)


async def test_a_unit_whose_backend_ends_is_repeated_on_another(database: Database, admin: Raw) -> None:
    attempts = 0

    async def unit(work: UnitOfWork) -> int:
        nonlocal attempts
        attempts += 1
        await work.execute(INSERT, {"name": "a", "amount": attempts})
        row = await work.fetch_row(WHO)
        assert row is not None
        if attempts == 1:
            await admin.execute("SELECT pg_terminate_backend($1, 5000)", row["pid"])
            await work.execute(INSERT, {"name": "b", "amount": 1})
        return attempts

    assert await database.run(unit) == 2
    assert await amount(admin, "a") == 2
    assert await admin.fetchval("SELECT count(*) FROM items") == 1

"""Opening, event loops, exhaustion, broken connections, codecs."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.errors import ConfigurationError, ConnectionLost, PoolExhausted, UsageError
from tests.integration.database.scene import INSERT, WHO, Address, Database, Raw, connect, sql, url_of

if TYPE_CHECKING:
    from collections.abc import Callable


PID = sql("SELECT pg_backend_pid()")


async def connections_of(admin: Raw, name: str) -> object:
    return await admin.fetchval("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", name)


def test_each_event_loop_has_connections_of_its_own(make_database: Callable[..., Database]) -> None:
    database = make_database()

    async def task() -> object:
        async with database, database.unit_of_work() as work:
            return await work.fetch_value(PID)

    first, second = asyncio.run(task()), asyncio.run(task())

    assert first != second


def test_another_loop_is_told_to_open_it(make_database: Callable[..., Database]) -> None:
    database = make_database()

    async def outer() -> None:
        async with database:
            await asyncio.to_thread(asyncio.run, inner())

    async def inner() -> None:
        with pytest.raises(UsageError, match="async with database"):
            database.unit_of_work()

    asyncio.run(outer())


async def test_openings_nest(make_database: Callable[..., Database], admin: Raw) -> None:
    database = make_database(application_name="nesting", pool_min_size=2)
    async with database:
        async with database:
            assert await connections_of(admin, "nesting") == 2
        async with database.unit_of_work() as work:
            await work.fetch_value(PID)
    with pytest.raises(UsageError):
        database.unit_of_work()
    await asyncio.sleep(0.05)
    assert await connections_of(admin, "nesting") == 0


async def test_an_exhausted_pool_says_so_in_time(make_database: Callable[..., Database]) -> None:
    async with make_database(pool_max_size=1, pool_timeout=0.1) as database, database.unit_of_work() as work:
        await work.fetch_value(PID)
        with pytest.raises(PoolExhausted, match="all 1 are in use") as caught:
            async with database.unit_of_work() as other:
                await other.fetch_value(PID)

        assert caught.value.retryable
        # Waiting in vain took nothing away.
        assert isinstance(await work.fetch_value(PID), int)


async def test_a_waiting_unit_gets_the_next_free_connection(make_database: Callable[..., Database]) -> None:
    async with make_database(pool_max_size=2) as database:

        async def unit() -> None:
            async with database.unit_of_work() as work:
                await work.fetch_value(sql("SELECT 1 FROM pg_sleep(0.002)"))

        await asyncio.gather(*(unit() for _ in range(50)))

        assert (await database.health()).connections == 2


async def test_connections_that_died_in_the_pool_are_passed_over(
    make_database: Callable[..., Database], address: Address
) -> None:
    async def end_them() -> None:
        other = await connect(address.superuser)
        await other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'dying'"
        )
        await other.close()

    async with make_database(application_name="dying", pool_min_size=4) as database:
        # This loop stands still meanwhile, so it has not seen the connections end.
        with ThreadPoolExecutor() as thread:
            thread.submit(asyncio.run, end_them()).result()
        async with database.unit_of_work() as work:
            assert isinstance(await work.fetch_value(PID), int)


async def test_enums_are_known_when_a_connection_opens(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask_the_server(*_: object) -> None:
        pytest.fail("the driver asked the server about a type")

    async with database.unit_of_work() as work:
        await work.fetch_value(PID)
        monkeypatch.setattr(asyncpg.Connection, "_introspect_types", ask_the_server)
        assert await work.fetch_value(sql("SELECT ARRAY['red'::shade, 'green']")) == ["red", "green"]


async def test_json_and_uuid_are_plain_python(database: Database) -> None:
    async with database.unit_of_work() as work:
        row = await work.fetch_row(
            sql("SELECT CAST(:data AS jsonb) AS data, CAST(:key AS uuid) AS key"),
            {"data": '{"a": [1, null, "ı"]}', "key": uuid.UUID(int=5)},
        )

    assert row is not None
    assert row["data"] == {"a": [1, None, "ı"]}
    assert type(row["key"]) is uuid.UUID
    assert row["key"] == uuid.UUID(int=5)


async def test_health_tells_version_and_pool(make_database: Callable[..., Database], admin: Raw) -> None:
    async with make_database(pool_min_size=1, pool_max_size=3) as database:
        health = await database.health()

    assert health.server_version == await admin.fetchval("SHOW server_version")
    assert (health.is_replica, health.connections, health.idle_connections, health.max_connections) == (False, 1, 1, 3)
    assert 0 < health.seconds < 5


async def test_a_server_that_is_not_there(make_database: Callable[..., Database], unused_tcp_port: int) -> None:
    database = make_database(url=f"postgresql://app:hush@127.0.0.1:{unused_tcp_port}/erp")

    with pytest.raises(ConnectionLost) as caught:
        await database.open()
    assert "hush" not in f"{caught.value!r}{caught.value.__context__!r}"
    assert "hush" not in repr(database)


@pytest.mark.parametrize("query", ["?sslmode=nonsense", "?host=/nowhere&port=x"])
async def test_a_url_that_the_driver_cannot_read(make_database: Callable[..., Database], query: str) -> None:
    with pytest.raises(ConfigurationError, match="PLATFORM_DB_URL") as caught:
        await make_database(url=f"postgresql://app:hush@/erp{query}").open()
    assert "hush" not in f"{caught.value!r}{caught.value.__context__!r}"


async def test_a_database_that_does_not_exist(make_database: Callable[..., Database], address: Address) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        await make_database(url=url_of(address.login, database="no_such_database")).open()


async def test_a_login_that_may_not_take_the_role(make_database: Callable[..., Database], address: Address) -> None:
    async with make_database(url=address.inheriting) as database:
        with pytest.raises(ConfigurationError, match="GRANT the role"):
            async with database.unit_of_work(as_user=1) as work:
                await work.fetch_row(WHO)
        async with database.unit_of_work() as work:
            assert await work.execute(INSERT, {"name": "worker still works", "amount": 1}) == 1


async def test_without_a_statement_cache_units_work_alike(make_database: Callable[..., Database]) -> None:
    async with make_database(pgbouncer="transaction") as database:
        for number in range(3):
            async with database.unit_of_work() as work:
                await work.execute(INSERT, {"name": f"pooled {number}", "amount": 1})
                assert await work.fetch_value(sql("SELECT count(*) FROM pg_prepared_statements")) == 0

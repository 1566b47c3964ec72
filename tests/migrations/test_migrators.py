"""One migrator at a time, no lock held long, and a login that may not migrate is told why."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import pytest

from platform_db import migration
from platform_db.errors import ConfigurationError, ConnectionLost, LockTimeout
from platform_db.migration import Options
from platform_db.migration.connection import connect, connection
from platform_db.migration.consent import needs_backup
from platform_db.migration.head import revisions
from platform_db.migration.lock import LOCK_KEY, only_migrator, require_held
from platform_db.migration.run import Event, Moment, Run

HEAD = revisions()[-1]
COUNT = len(revisions())
ROW_SECURITY = "0009_row_security_and_grants"


async def test_of_many_migrators_one_migrates(url: str) -> None:
    # Given eight services that start together
    outcomes = await asyncio.gather(*(migration.up(url) for _ in range(8)))
    # Then each revision ran once, and all found the database at the head
    assert sorted(len(outcome.applied) for outcome in outcomes) == [0] * 7 + [COUNT]
    assert all(outcome.status.at_head for outcome in outcomes)


async def test_two_databases_of_one_cluster_migrate_together(server_url: str) -> None:
    """The roles are the cluster's: both migrators may want to make them."""
    names = [f"migrations_{secrets.token_hex(6)}" for _ in range(4)]
    urls = [urlsplit(server_url)._replace(path=f"/{name}").geturl() for name in names]
    async with connection(server_url) as opened:
        for name in names:
            await opened.execute(f"CREATE DATABASE {name}")
    try:
        outcomes = await asyncio.gather(*(migration.up(each) for each in urls))
    finally:
        async with connection(server_url) as opened:
            for name in names:
                await opened.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert [len(outcome.applied) for outcome in outcomes] == [COUNT] * 4


async def test_the_wait_for_another_migrator_is_bounded(url: str) -> None:
    # Given a migrator at work
    async with only_migrator(url, 1.0) as working:
        holder = await working.fetchval("SELECT pg_backend_pid()")
        # When another comes, then it gives up in time, says who holds the lock, and has changed nothing
        told = rf"another migrator .* more than 0\.3 s: session {holder} of \w+ \(platform_db migrate\) holds its lock"
        with pytest.raises(LockTimeout, match=told):
            await migration.up(url, HEAD, Options(wait=0.3))
    assert (await migration.status(url)).current is None


async def test_a_timeout_of_the_database_does_not_end_a_migrator(url: str) -> None:
    # Given an administrator who has idle sessions and long transactions ended
    name = urlsplit(url).path[1:]
    async with connection(url) as opened:
        await opened.execute(f"ALTER DATABASE {name} SET idle_session_timeout = '200ms'")
        await opened.execute(f"ALTER DATABASE {name} SET idle_in_transaction_session_timeout = '200ms'")
        if await opened.fetchval("SELECT current_setting('transaction_timeout', true)") is not None:
            await opened.execute(f"ALTER DATABASE {name} SET transaction_timeout = '200ms'")
    # When a migrator holds its lock for longer than that
    async with only_migrator(url, 1.0) as working:
        await Run().prepare(working)
        async with working.transaction():
            await asyncio.sleep(0.4)
        await asyncio.sleep(0.4)
        # Then another does not get it
        with pytest.raises(LockTimeout):
            await migration.up(url, HEAD, Options(wait=0.3))
        await require_held(working)


async def test_a_migrator_that_lost_its_lock_stamps_nothing(url: str) -> None:
    # Given somebody who ends the session of the lock while a revision runs
    async def end() -> None:
        async with connection(url) as opened:
            await opened.fetch(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )

    def observe(event: Event) -> None:
        if event.moment is Moment.BEFORE_STEP and event.revision == revisions()[2]:
            with ThreadPoolExecutor() as threads:
                threads.submit(asyncio.run, end()).result()

    # When it comes to its stamp, then it stops, and the revisions before stay
    with pytest.raises(ConnectionLost, match="the session that holds the migrator's lock was ended"):
        await migration.up(url, HEAD, Options(observer=observe))
    assert (await migration.status(url)).current == revisions()[1]
    # And the next run goes on
    assert len((await migration.up(url)).applied) == COUNT - 2


async def test_a_migrator_that_died_holds_nothing(url: str) -> None:
    # Given a migrator whose connection breaks while it holds the lock
    dying = await connect(url)
    assert await dying.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_KEY)
    dying.terminate()
    # Then the next one gets it
    assert len((await migration.up(url, HEAD, Options(wait=5.0))).applied) == COUNT


async def test_at_the_head_no_lock_is_asked_for(migrated: str) -> None:
    async with only_migrator(migrated, 1.0):
        assert (await migration.up(migrated, HEAD, Options(wait=0.0))).applied == ()


async def test_a_revision_gives_way_to_the_application_and_comes_back(url: str) -> None:
    # Given a transaction of the application that reads users
    await migration.up(url, "0008")
    reader = await connect(url)
    await reader.execute("SET ROLE platform_owner; BEGIN; LOCK TABLE users IN ACCESS SHARE MODE")

    async def end_later() -> None:
        await asyncio.sleep(0.8)
        await reader.execute("COMMIT")

    # When users is to get its row security, with little patience for locks
    ending = asyncio.create_task(end_later())
    outcome = await migration.up(url, ROW_SECURITY, Options(lock_timeout=0.1))
    await ending
    await reader.close()
    # Then it was tried again until the reader had finished
    assert [step.revision for step in outcome.applied] == [ROW_SECURITY]


async def test_a_lock_that_never_comes_free_ends_the_run(url: str) -> None:
    await migration.up(url, "0008")
    reader = await connect(url)
    await reader.execute("SET ROLE platform_owner; BEGIN; LOCK TABLE users IN ACCESS SHARE MODE")
    pid = await reader.fetchval("SELECT pg_backend_pid()")
    # When the revision has given way often enough, then the answer names who holds the lock
    told = (
        r"^0009_row_security_and_grants, run 0009_row_security_and_grants\.up\.sql: a lock was not granted in time "
        rf"\(55P03\); the revision was rolled back; it waits for process {pid} on users, "
        r"whose transaction is \d+ s old: end that transaction"
    )
    with pytest.raises(LockTimeout, match=told):
        await migration.up(url, HEAD, Options(lock_timeout=0.02))
    await reader.close()
    assert (await migration.status(url)).current == "0008_guards"


async def test_a_session_that_blocks_nobody_is_not_named(url: str) -> None:
    # Given an older transaction that only reads another table, and one that holds users
    await migration.up(url, "0008")
    bystander, reader = await connect(url), await connect(url)
    await bystander.execute("SET ROLE platform_owner; BEGIN; LOCK TABLE alembic_version IN ACCESS SHARE MODE")
    pid = await bystander.fetchval("SELECT pg_backend_pid()")
    await reader.execute("SET ROLE platform_owner; BEGIN; LOCK TABLE users IN ACCESS SHARE MODE")
    # When the revision gives way to the second for too long, then the first is not to be ended
    with pytest.raises(LockTimeout, match="it waits for process") as caught:
        await migration.up(url, HEAD, Options(lock_timeout=0.02))
    await reader.close()
    await bystander.close()
    assert f"process {pid} " not in caught.value.message


async def test_a_login_that_may_not_migrate_is_told_what_to_grant(url: str) -> None:
    # Given a login without any right
    await migration.up(url)
    await migration.down(url, "base")
    login = f"migrations_{secrets.token_hex(6)}"
    async with connection(url) as opened:
        await opened.execute(f"CREATE ROLE {login} LOGIN NOINHERIT PASSWORD 'x'")
    stranger = as_login(url, login)
    try:
        # When it migrates, then the answer is the statement to run
        with pytest.raises(ConfigurationError, match=rf'GRANT platform_owner TO "{login}" as an administrator'):
            await migration.up(stranger)
        assert (await migration.status(url)).current is None
        # And with that it migrates
        async with connection(url) as opened:
            await opened.execute(f"GRANT platform_owner TO {login}")
        assert len((await migration.up(stranger)).applied) == COUNT
    finally:
        async with connection(url) as opened:
            await opened.execute(f"DROP ROLE {login}")


async def test_in_production_a_login_that_may_not_migrate_is_told_the_same(url: str) -> None:
    # Given a migrated database that is behind, and a login without any right
    await migration.up(url, "0017")
    login = f"migrations_{secrets.token_hex(6)}"
    async with connection(url) as opened:
        await opened.execute(f"CREATE ROLE {login} LOGIN NOINHERIT PASSWORD 'x'")
    try:
        # When it is asked whether a backup is due, then the answer is the statement to run
        with pytest.raises(ConfigurationError, match=rf'GRANT platform_owner TO "{login}" as an administrator'):
            await needs_backup(as_login(url, login), "production", await migration.status(url))
    finally:
        async with connection(url) as opened:
            await opened.execute(f"DROP ROLE {login}")


async def test_a_login_that_may_not_create_is_told_what_to_grant(url: str) -> None:
    # Given a member of platform_owner in a database that has not even a version table
    await migration.up(url)
    await migration.down(url, "base")
    login = f"migrations_{secrets.token_hex(6)}"
    async with connection(url) as opened:
        await opened.execute("SET ROLE platform_owner; DROP TABLE alembic_version; RESET ROLE")
        await opened.execute(f"CREATE ROLE {login} LOGIN NOINHERIT PASSWORD 'x'; GRANT platform_owner TO {login}")
    stranger = as_login(url, login)
    try:
        # When it migrates, then the answer is the statement to run
        with pytest.raises(ConfigurationError, match=rf'GRANT CREATE ON SCHEMA public TO "{login}"'):
            await migration.up(stranger)
    finally:
        async with connection(url) as opened:
            await opened.execute(f"DROP ROLE {login}")


def as_login(url: str, login: str) -> str:
    """The same database for another login."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(login)}:x@{place}").geturl()


async def test_a_server_that_is_away_is_told(url: str) -> None:
    away = "postgresql://nobody@127.0.0.1:1/nothing"
    with pytest.raises(ConnectionLost, match="the server cannot be reached"):
        await migration.status(away)
    with pytest.raises(ConfigurationError, match="the database of PLATFORM_DB_URL does not exist"):
        await migration.status(f"{url.partition('/migrations_')[0]}/migrations_missing{'?' + urlsplit(url).query}")

"""Sessions: who holds a transaction open, who waits for whom, and what a login without rights is told."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from platform_db.errors import UsageError
from platform_db.migration.connection import connection
from platform_db.operations import monitoring
from platform_db.operations.monitoring.answers import Connections
from platform_db.operations.monitoring.reading import Reader
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.operations.monitoring.answers import LongTransaction, Overview
    from platform_db.operations.server import EmbeddedServer
    from tests.raw import Raw


@pytest_asyncio.fixture(loop_scope="session")
async def busy(database_url: str) -> AsyncIterator[Raw]:
    """A session of a service."""
    connection = await connect(database_url)
    await connection.execute("SET application_name = 'fatura-servisi'; SET ROLE platform_worker")
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def watchman(server: EmbeddedServer, database_url: str, superuser: Raw) -> AsyncIterator[str]:
    """The URL of a login that is a member of nothing."""
    await superuser.execute("CREATE ROLE watchman LOGIN NOINHERIT")
    yield server.url(urlsplit(database_url).path[1:], user="watchman")
    await superuser.execute("DROP ROLE watchman")


def of(found: Overview, application: str) -> LongTransaction:
    return next(row for row in found.long_transactions.rows if row.application_name == application)


async def test_a_transaction_left_open_is_told_without_its_text(database_url: str, busy: Raw) -> None:
    # Given a transaction whose last statement names a person
    await busy.execute("BEGIN")
    await busy.execute("  select id from users where email = 'ayse.yilmaz@firma.com.tr'")
    pid = await busy.fetchval("SELECT pg_backend_pid()")
    await busy.execute("SELECT 1 FROM users WHERE full_name = 'Ayşe Yılmaz'")
    # When
    found = await monitoring.observe(database_url, long_seconds=0)
    # Then
    told = of(found, "fatura-servisi")
    assert (told.pid, told.login, told.state, told.command) == (pid, "platform_db", "idle in transaction", "SELECT")
    assert 0 <= told.seconds < 60
    document = json.dumps(found.as_json(), ensure_ascii=False)
    assert not [text for text in ("ayse", "Ayşe", "Yılmaz", "full_name") if text in document]


async def test_a_comment_before_the_command_is_not_told(database_url: str, busy: Raw) -> None:
    await busy.execute("BEGIN")
    await busy.execute("/* Yilmaz */ SELECT 1")
    found = await monitoring.observe(database_url, long_seconds=0)
    assert of(found, "fatura-servisi").command is None
    assert "Yilmaz" not in json.dumps(found.as_json())


async def test_a_short_transaction_is_not_long(database_url: str, busy: Raw) -> None:
    await busy.execute("BEGIN")
    await busy.execute("SELECT 1")
    assert (await monitoring.observe(database_url)).long_transactions.rows == ()


async def test_who_waits_for_whom(database_url: str, busy: Raw, owner: Raw) -> None:
    # Given a service that holds a table, and a migration that waits for it
    holder = await busy.fetchval("SELECT pg_backend_pid()")
    waiter = await owner.fetchval("SELECT pg_backend_pid()")
    await owner.execute("SET application_name = 'platform_db migrate'")
    await busy.execute("BEGIN; LOCK TABLE users IN ROW EXCLUSIVE MODE")
    waiting = asyncio.create_task(owner.execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
    await asyncio.sleep(1.2)
    # When
    found = await monitoring.observe(database_url)
    # Then
    (wait,) = found.lock_waits.rows
    assert (wait.pid, wait.blocked_by, wait.blockers) == (waiter, (holder,), ("fatura-servisi",))
    assert (wait.waits_for, wait.lock_mode, wait.command) == ("users", "AccessExclusiveLock", "BEGIN")
    assert wait.application_name == "platform_db migrate"
    assert wait.seconds is not None
    assert 1 <= wait.seconds < 30
    assert list(found.needs_attention()) == [
        f"session {waiter} has waited {wait.seconds:.0f} s for users, behind {holder}"
    ]
    # And the size of the table, which a reader would wait for too, is not asked for
    assert next(row.total_bytes for row in found.tables.rows if row.table_name == "users") is None
    await busy.execute("ROLLBACK")
    await waiting
    assert (await monitoring.observe(database_url)).lock_waits.rows == ()


async def test_connections_are_those_of_the_server(database_url: str, superuser: Raw) -> None:
    counted = await superuser.fetchrow(
        "SELECT count(*) AS every, count(*) FILTER (WHERE datname = current_database()) AS own, "
        "current_setting('max_connections')::integer AS most "
        "FROM pg_stat_activity WHERE backend_type = 'client backend'"
    )
    (found,) = (await monitoring.observe(database_url)).connections.rows
    # One more is the monitor's own.
    assert (found.in_use, found.in_this_database) == (counted["every"] + 1, counted["own"] + 1)
    assert (found.max_connections, found.reserved) == (counted["most"], 3)
    assert found.share == found.in_use / (counted["most"] - 3)


async def test_a_login_without_rights_is_told_what_it_cannot_know(watchman: str, superuser: Raw, busy: Raw) -> None:
    await busy.execute("BEGIN")
    await busy.execute("SELECT 1")
    # The server is the other tests' too: some of their sessions may be open, or about to end.
    most = await superuser.fetchval("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
    found = await monitoring.observe(watchman, long_seconds=0)
    assert (found.summary.rows, found.summary.unknown) == ((), "this login may not see it")
    assert found.long_transactions.rows == ()
    hidden, _, told = str(found.long_transactions.unknown).partition(" ")
    assert told == "session(s) of other logins are hidden from this one: GRANT pg_monitor TO it"
    assert 2 <= int(hidden) <= most
    assert found.connections.rows[0].idle_in_transaction is None
    # What the catalog tells everybody is known all the same.
    assert len(found.tables.rows) > 40
    assert {row.bloat_bytes for row in found.tables.rows} == {None}
    assert list(found.needs_attention()) == []


async def test_an_auditor_who_may_monitor_sees_everything(watchman: str, superuser: Raw, busy: Raw) -> None:
    # Given the login as a member of two roles that it must take first
    await superuser.execute("GRANT platform_auditor, pg_monitor TO watchman")
    await superuser.execute("ANALYZE users")
    await busy.execute("BEGIN")
    await busy.execute("SELECT 1")
    idle = await superuser.fetchval("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
    found = await monitoring.observe(watchman, long_seconds=0)
    assert found.connections.rows[0].idle_in_transaction == idle > 0
    assert (len(found.summary.rows), found.summary.unknown) == (9, None)
    assert (of(found, "fatura-servisi").command, found.long_transactions.unknown) == ("SELECT", None)
    assert next(row.bloat_bytes for row in found.tables.rows if row.table_name == "users") == 0


async def test_a_question_that_meets_a_lock_is_given_up(database_url: str, owner: Raw) -> None:
    # Given a table that is locked behind the question's back
    await owner.execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
    async with connection(database_url) as opened:
        answer = await Reader(opened).answer(Connections, "SELECT count(*) FROM users", role="platform_worker")
    assert (answer.rows, answer.unknown) == ((), "a table was locked for more than 1 s")


async def test_a_question_cannot_write(database_url: str) -> None:
    async with connection(database_url) as opened:
        with pytest.raises(UsageError, match="read only"):
            await Reader(opened).rows("INSERT INTO users (email) VALUES ('x@firma.com.tr')", role="platform_worker")

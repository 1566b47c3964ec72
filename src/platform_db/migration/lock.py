"""One migrator at a time."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.errors import ConfigurationError, ConnectionLost, LockTimeout
from platform_db.migration.connection import connection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.migration.connection import Connection
    from platform_db.migration.steps.step import Server

__all__ = ["LOCK_KEY", "WAIT_SECONDS", "only_migrator", "require_held", "require_session"]

LOCK_KEY: Final = int.from_bytes(b"platform", "big", signed=True)
"""The advisory lock of a database's migrator."""

WAIT_SECONDS: Final = 60.0
"""How long a migrator waits for another, unless told."""

POLL_SECONDS: Final = 0.1

SESSION_SECONDS: Final = 2.0
"""A server of its own answers sooner; a pooler whose sessions are all taken does not."""


@asynccontextmanager
async def only_migrator(url: str, wait: float) -> AsyncGenerator[Server]:
    """Hold the migrator's lock of the database, for at most ``wait`` seconds of waiting; gives its connection.

    The lock has a connection of its own and no transaction, so it spans every revision, and a
    waiting migrator holds no snapshot: CREATE INDEX CONCURRENTLY of the one at work would wait
    for it, and it for that one. When the process dies the server gives the lock back.

    Raises
    ------
    LockTimeout
        Another migrator is still at work.
    ConfigurationError
        The URL leads to a pooler that does not keep a session.
    """
    async with connection(url) as opened:
        await require_session(url, opened)
        deadline = time.monotonic() + wait
        while not await opened.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_KEY):
            if time.monotonic() >= deadline:
                holder = await _holder(opened)
                message = f"another migrator has been at work on this database for more than {wait:g} s{holder}"
                raise LockTimeout(message)
            await asyncio.sleep(POLL_SECONDS)
        yield cast("Server", opened)


_OURS: Final = """locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = ($1::bigint >> 32 & 4294967295)::text::oid AND objid = ($1::bigint & 4294967295)::text::oid
"""
_HELD: Final = f"SELECT EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND {_OURS})"  # noqa: S608 - a constant


async def require_held(server: Server) -> None:
    """Come back if ``server``, the connection that :func:`only_migrator` gave, still holds the lock.

    Raises
    ------
    ConnectionLost
        It does not: its session was ended, and another migrator may be at work.
    """
    try:
        held = await server.fetchval(_HELD, LOCK_KEY)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        held = False
    if not held:
        message = (
            "the session that holds the migrator's lock was ended, and another migrator may be at work: "
            "find out who ended it, then run it again"
        )
        raise ConnectionLost(message)


# Anybody who may connect can take an advisory lock; who it is, an operator must know.
_HOLDER: Final = f"""
    SELECT pid, usename::text, application_name
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE {_OURS}
"""  # noqa: S608 - a constant


async def _holder(opened: Connection) -> str:
    row = await opened.fetchrow(_HOLDER, LOCK_KEY)
    return "" if row is None else f": session {row[0]} of {row[1]} ({row[2] or 'no name'}) holds its lock"


class _KnowsBackend(Protocol):
    def get_server_pid(self) -> int: ...


async def require_session(url: str, opened: Connection) -> None:
    """Come back if ``opened`` keeps one session of the server from statement to statement.

    A pooler gives the client a made-up process number, so a connection to the server itself is told by one question.
    For any other, a second connection holds a transaction, in the session that the first had last: in transaction
    mode the first is given another, or waits for one.

    Raises
    ------
    ConfigurationError
        It does not: a pooler shares the sessions out by transaction.
    """
    before = await opened.fetchval("SELECT pg_backend_pid()")
    if cast("_KnowsBackend", opened).get_server_pid() == before:
        return
    async with connection(url) as other, cast("Server", other).transaction():
        shared = await other.fetchval("SELECT pg_backend_pid()") == before
        try:
            for _ in range(3):
                answer = opened.fetchval("SELECT pg_backend_pid()")
                shared |= await asyncio.wait_for(answer, SESSION_SECONDS) != before
        except TimeoutError:
            shared = True
    if shared:
        message = (
            "the URL leads to a pooler that gives a session for one transaction only (PgBouncer in transaction mode); "
            "a migration needs one of its own: use the address of the server itself"
        )
        raise ConfigurationError(message)

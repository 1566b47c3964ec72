"""The library's own connection to its server, to see that it is ready and to complete it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import quote

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.errors import ConfigurationError
from platform_db.operations.server.options import BOOTSTRAP_ROLE, DATABASE, LOGIN_ROLE
from platform_db.operations.server.places import PORT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from pathlib import Path

__all__ = ["complete", "dsn", "version"]

CONNECT_SECONDS = 5
NO_ANSWER = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


class _Connection(Protocol):
    """What is used of an asyncpg connection, which has no published types."""

    async def fetchval(self, query: str, *values: object) -> object: ...
    async def execute(self, query: str) -> str: ...
    async def close(self) -> None: ...


_connect = cast("Callable[..., Awaitable[_Connection]]", asyncpg.connect)


def dsn(socket: Path, database: str, user: str) -> str:
    """Give the address of ``database`` for ``user`` on the server whose socket lies in folder ``socket``."""
    return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={quote(str(socket))}&port={PORT}"


def version(socket: Path) -> str | None:
    """Ask the server for its version by a query; ``None`` when it does not answer (yet).

    Raises
    ------
    ConfigurationError
        It answers with a refusal.
    """
    return _in_own_loop(_version(socket))


def complete(socket: Path) -> str | None:
    """As :func:`version`, and make the login and the database where they are missing.

    A start that was killed half-way is completed by the next.
    """
    return _in_own_loop(_complete(socket))


def _in_own_loop(query: Coroutine[object, object, str]) -> str | None:
    # A thread of its own, because the caller's may already run an event loop.
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            return pool.submit(asyncio.run, query).result()
        except NO_ANSWER:
            return None
        except asyncpg.PostgresError as error:
            message = f"the embedded server refused the library's own connection: {type(error).__name__}: {error}"
            raise ConfigurationError(message) from error


async def _version(socket: Path) -> str:
    connection = await _open(socket, "postgres")
    try:
        return str(await connection.fetchval("SHOW server_version")).split()[0]
    finally:
        await connection.close()


async def _complete(socket: Path) -> str:
    connection = await _open(socket, "postgres")
    try:
        answer = str(await connection.fetchval("SHOW server_version")).split()[0]
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", LOGIN_ROLE):
            await connection.execute(f"CREATE ROLE {LOGIN_ROLE} LOGIN NOINHERIT CREATEDB CREATEROLE")
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", DATABASE):
            await _prepare_template(socket)
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {LOGIN_ROLE}")
        return answer
    finally:
        await connection.close()


async def _prepare_template(socket: Path) -> None:
    connection = await _open(socket, "template1")
    try:
        # On 15 a NOINHERIT owner of a database has no rights through pg_database_owner.
        await connection.execute(f"ALTER SCHEMA public OWNER TO {LOGIN_ROLE}")
    finally:
        await connection.close()


async def _open(socket: Path, database: str) -> _Connection:
    return await _connect(
        host=str(socket),
        port=PORT,
        user=BOOTSTRAP_ROLE,
        database=database,
        ssl=False,
        target_session_attrs="any",
        timeout=CONNECT_SECONDS,
    )

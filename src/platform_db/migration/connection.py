"""The connections that migrations use: opened one by one, never pooled."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from platform_db.database.attempts import logged
from platform_db.database.translate import translate
from platform_db.errors import ConfigurationError, ConnectionLost
from platform_db.schema import OLDEST_SERVER
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from platform_db.database.executor import Row

__all__ = ["LOCK_TIMEOUT_SECONDS", "Connection", "connect", "connection", "driver_url", "opened_engine"]

APPLICATION_NAME: Final = "platform_db migrate"
CONNECT_SECONDS: Final = 10.0
LOCK_TIMEOUT_SECONDS: Final = 5.0
"""How long a statement of a migration waits for a lock before it gives way, unless told."""


class Connection(Protocol):
    """What is used of an asyncpg connection, which has no published types."""

    async def fetch(self, query: str, *values: object) -> list[Row]: ...
    async def fetchrow(self, query: str, *values: object) -> Row | None: ...
    async def fetchval(self, query: str, *values: object) -> object: ...
    async def execute(self, query: str) -> str: ...
    async def close(self) -> None: ...
    def is_closed(self) -> bool: ...
    def terminate(self) -> None: ...


_connect = cast("Callable[..., Awaitable[Connection]]", asyncpg.connect)


def driver_url(url: str) -> str:
    """The URL as the driver takes it: ``postgresql://``, whatever SQLAlchemy's scheme was."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}{separator}{rest}"


async def connect(url: str, *, database: str | None = None, lock_timeout: float = 0.0) -> Connection:
    """Open a connection, in UTC and looking at schema ``public`` only.

    ``database`` unset is the URL's; ``lock_timeout`` is in seconds, 0 is none.

    Every attempt is logged, by :mod:`platform_db.database.attempts`.

    Raises
    ------
    ConfigurationError
        The URL cannot be read or is not allowed in this environment (in production it carries
        ``sslmode=verify-full``), the login is refused, or the server is older than PostgreSQL 15.
    ConnectionLost
        The server cannot be reached.
    """
    Settings.load(url=url)  # the same rules as the pool's
    named = {"application_name": APPLICATION_NAME, "timezone": "UTC"}
    bounded = {
        "search_path": "public",
        "lock_timeout": str(round(lock_timeout * 1000)),
        "statement_timeout": "0",
        # Set for the database or the login they would end a migrator that idles, and with it its lock.
        "idle_session_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
    }
    try:
        try:
            opened = await _attempt(url, database, named | bounded)
        except asyncpg.ProtocolViolationError:
            # PgBouncer, which carries the first two only. Who needs more of a session is refused by `require_session`.
            opened = await _attempt(url, database, named)
    except Exception as error:
        failure = _told(error)
        if failure is error:
            raise
    else:
        try:
            await _require_supported(opened)
        except BaseException:
            # A caller that left meanwhile closes nothing.
            opened.terminate()
            raise
        return opened
    raise failure


async def _attempt(url: str, database: str | None, settings: dict[str, str]) -> Connection:
    opening = _connect(
        driver_url(url),
        database=database,
        timeout=CONNECT_SECONDS,
        command_timeout=None,
        # A pooler's next transaction may be on a server that never saw the statement.
        statement_cache_size=0,
        server_settings=settings,
    )
    return await logged(url, opening, database=database)


def _told(error: Exception) -> Exception:  # noqa: PLR0911 - one answer a class
    """Say what to do about an attempt that failed; the driver's own words may quote the URL."""
    match error:
        case TimeoutError():
            return ConnectionLost(f"the server did not accept a connection within {CONNECT_SECONDS:g} s")
        case asyncpg.ClientConfigurationError():
            return ConfigurationError(
                "the options of the database URL do not go together, or name a file that is not there "
                "(sslmode=verify-full needs a root certificate: sslrootcert=FILE)"
            )
        case FileNotFoundError():
            return ConnectionLost(
                "the server cannot be reached: its socket, or a certificate file that the database URL names, "
                "is not there"
            )
        case OSError():
            return ConnectionLost(f"the server cannot be reached: {error.strerror or type(error).__name__}")
        case ValueError():
            return ConfigurationError("the database URL cannot be read: check its form and options")
        case asyncpg.InsufficientPrivilegeError():
            return ConfigurationError(
                "the login may not connect to this database: run GRANT CONNECT ON DATABASE … TO … as its owner"
            )
        case _:
            return cast("Exception", translate(error, connection_lost=True))


async def _require_supported(opened: Connection) -> None:
    version = str(await opened.fetchval("SHOW server_version"))
    if int(re.split(r"\D", version, maxsplit=1)[0]) < OLDEST_SERVER:
        message = f"PostgreSQL {OLDEST_SERVER} or later is needed; the server is {version}"
        raise ConfigurationError(message)


@asynccontextmanager
async def connection(url: str, *, database: str | None = None) -> AsyncGenerator[Connection]:
    """As :func:`connect`, closed at the end of the block; each statement is a transaction of its own."""
    opened = await connect(url, database=database)
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def opened_engine(url: str, lock_timeout: float) -> AsyncGenerator[AsyncConnection]:
    """The same as SQLAlchemy's, for Alembic."""
    engine = create_async_engine(
        # Not from the URL: the driver reads more forms of it (sockets, several hosts, sslmode) than SQLAlchemy does.
        "postgresql+asyncpg://",
        async_creator=lambda: connect(url, lock_timeout=lock_timeout),
        poolclass=NullPool,
    )
    try:
        async with engine.connect() as opened:
            yield opened
    finally:
        await engine.dispose()

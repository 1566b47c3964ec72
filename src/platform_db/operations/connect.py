"""Where a command gets its database: the server of ``PLATFORM_DB_URL``, or the embedded one, started.

The one place that decides it. A server of the user's own is taken as it is: a database that
is not migrated is refused with what to do. The embedded server is the library's, so its
database is migrated here, without being asked.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.errors import ConfigurationError
from platform_db.migration import status, up
from platform_db.operations.server import ensure_started
from platform_db.repositories.work import Database
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["Target", "located", "opened_database"]


@dataclass(frozen=True, slots=True)
class Target:
    """The server in use. ``settings`` lead there, and hold the password: never print their URL whole."""

    settings: Settings
    embedded: bool

    @property
    def url(self) -> str:
        """The address for a connection past the pool."""
        return self.settings.dsn()

    @property
    def pooled(self) -> bool:
        """Whether PgBouncer stands before the server; then nothing outlives a transaction."""
        return self.settings.pgbouncer == "transaction"

    def demand_session(self) -> None:
        """Refuse what needs a session of its own behind PgBouncer in transaction mode.

        Raises
        ------
        ConfigurationError
            The URL leads to PgBouncer.
        """
        if self.pooled:
            message = (
                "this needs sessions of its own, which PgBouncer in transaction mode does not give: "
                "set PLATFORM_DB_URL to the server itself and PLATFORM_DB_PGBOUNCER to off"
            )
            raise ConfigurationError(message)


async def located(settings: Settings | None = None) -> Target:
    """Find the server; the embedded one is started, and leased until this process ends.

    Raises
    ------
    ConfigurationError
        A setting is wrong, or the embedded server does not start.
    """
    chosen = settings or Settings.load()
    if chosen.url is not None:
        return Target(chosen, embedded=False)
    return Target(chosen.with_url((await ensure_started()).url), embedded=True)


@asynccontextmanager
async def opened_database() -> AsyncGenerator[Database]:
    """Give the database of this installation, ready for units of work, closed at the end of the block.

    Raises
    ------
    ConfigurationError
        As :func:`located`; or the database of ``PLATFORM_DB_URL`` is not at this package's
        revision, and the text says to run ``platform-db migrate up``.
    ConnectionLost
        The server cannot be reached.

    Examples
    --------
    >>> async def issued(number: str) -> str:
    ...     async with opened_database() as database, database.unit_of_work() as work:
    ...         return (await work.invoices.by_number(number)).status
    """
    target = await located()
    if target.embedded:
        await up(target.url)
    elif not target.pooled:
        await _demand_migrated(target)
    async with Database(target.settings) as database:
        yield database


async def _demand_migrated(target: Target) -> None:
    # Behind PgBouncer the first statement tells the same, in other words.
    found = await status(target.url)
    if found.at_head:
        return
    if not found.known:
        message = f"the database is at revision {found.current}, which this package does not have: install a newer one"
        raise ConfigurationError(message)
    where = f"at revision {found.current}, behind {found.head}" if found.current else "not migrated"
    message = f"the database of PLATFORM_DB_URL is {where}: run `platform-db migrate up`"
    raise ConfigurationError(message)

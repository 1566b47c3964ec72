"""Running revisions, and again while the application holds what they need."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, cast

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from platform_db.database.translate import translate
from platform_db.errors import ConfigurationError, Deadlock, LockTimeout
from platform_db.migration.blockers import Blockers
from platform_db.migration.connection import opened_engine
from platform_db.migration.failures import placed
from platform_db.migration.head import configuration

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.config import Config
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection
    from tenacity import RetryCallState

    from platform_db.migration.run import Run
    from platform_db.migration.steps.step import Server

__all__ = ["patiently"]

_TRIES: Final = 60
"""The whole wait for one lock, in lock timeouts: five minutes of five seconds."""


async def patiently(url: str, run: Callable[[Config], None], under: Run, server: Server) -> None:
    """Run, and again while a table lock is not granted or a deadlock ends it; finished revisions are not repeated.

    The pauses are drawn evenly from zero to a bound that doubles (full jitter); the patience begins anew with
    every revision and batch that was done.
    """

    def has_no_patience_left(_: RetryCallState) -> bool:
        now = time.monotonic()
        under.giving_way_since = under.giving_way_since or now
        return now - under.giving_way_since >= _TRIES * under.lock_timeout

    blockers = Blockers()
    retrying = AsyncRetrying(
        stop=has_no_patience_left,
        wait=wait_random_exponential(multiplier=under.lock_timeout / 4, max=2 * under.lock_timeout),
        retry=retry_if_exception_type((LockTimeout, Deadlock)),
        reraise=True,
    )
    try:
        await retrying(_once, url, run, under, blockers)
    except BaseException as error:
        if isinstance(error, LockTimeout):
            placed(error, f"{{}}; {await blockers.told(server)}")
        if under.history is not None:
            await under.history.failed(error)
        raise


async def _once(url: str, run: Callable[[Config], None], under: Run, blockers: Blockers) -> None:
    config = configuration()
    config.attributes["run"] = under

    def migrate(opened: Connection) -> None:
        config.attributes["connection"] = opened
        run(config)

    try:
        async with (
            opened_engine(url, under.lock_timeout) as opened,
            blockers.watched(url, await _session(opened), under.lock_timeout),
        ):
            await opened.run_sync(migrate)
    except CommandError as error:
        message = str(error)
        raise ConfigurationError(message) from error
    except DBAPIError as error:
        failure = translate(error, connection_lost=error.connection_invalidated)
    else:
        return
    raise failure


async def _session(opened: AsyncConnection) -> int:
    """The server's process of a connection, asked below SQLAlchemy, which would begin a transaction."""
    raw = await opened.get_raw_connection()
    return int(str(await cast("Server", raw.driver_connection).fetchval("SELECT pg_backend_pid()")))

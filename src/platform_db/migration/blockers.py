"""Who holds the lock that a migration waits for."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.errors import PlatformError
from platform_db.migration.connection import connection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.database.executor import Row
    from platform_db.migration.steps.step import Server

__all__ = ["Blockers"]

_LOOKS: Final = 4
"""In one lock timeout."""

_log: Final = logging.getLogger("platform_db.migration")

# Each transaction holds a lock on its own number, `virtualxid`: by that it is known again.
_BLOCKING: Final = """
    SELECT coalesce(waits.relation::regclass::text, waits.locktype) AS what, own.virtualxid AS transaction
    FROM pg_locks AS waits
    CROSS JOIN unnest(pg_blocking_pids(waits.pid)) AS blocking (pid)
    JOIN pg_locks AS own ON own.pid = blocking.pid AND own.locktype = 'virtualxid' AND own.granted
    WHERE waits.pid = $1 AND NOT waits.granted
"""
_STILL_THERE: Final = """
    SELECT pid, own.virtualxid AS transaction,
        extract(epoch FROM clock_timestamp() - xact_start)::bigint AS seconds
    FROM pg_locks AS own JOIN pg_stat_activity USING (pid)
    WHERE own.locktype = 'virtualxid' AND own.granted AND own.virtualxid = ANY ($1::text[])
    ORDER BY xact_start
"""


@dataclass(slots=True)
class Blockers:
    """The transactions that the last wait of a migration was for, as the server told while it lasted."""

    seen: dict[str, str] = field(default_factory=dict[str, str])
    """What was waited for, by the transaction that kept it."""

    @asynccontextmanager
    async def watched(self, url: str, pid: int, lock_timeout: float) -> AsyncGenerator[None]:
        """Look, a few times in each lock timeout (seconds), whom session ``pid`` waits for."""
        looking = asyncio.create_task(self._look(url, pid, lock_timeout / _LOOKS))
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self, url: str, pid: int, pause: float) -> None:
        try:
            async with connection(url) as opened:
                while True:
                    rows: list[Row] = await opened.fetch(_BLOCKING, pid)
                    if rows:
                        self.seen = {str(row["transaction"]): str(row["what"]) for row in rows}
                    await asyncio.sleep(pause)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, PlatformError, OSError) as error:
            # The migration goes on; only the answer of one that gives up will name nobody.
            _log.debug("who holds a lock is not watched: %s", type(error).__name__)

    async def told(self, server: Server) -> str:
        """Those of them that have not ended, and what to do about them."""
        rows = await server.fetch(_STILL_THERE, list(self.seen))
        if not rows:
            return "no session is seen to hold it any more: run it again"
        waits = "; ".join(
            f"it waits for process {row['pid']} on {self.seen[str(row['transaction'])]}"
            + ("" if row["seconds"] is None else f", whose transaction is {row['seconds']} s old")
            for row in rows
        )
        return f"{waits}: end that transaction (pg_terminate_backend), or run it again later"

"""One run of the migrator: its limits, who watches it, and what it has done so far."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from platform_db.migration.lock import require_held

if TYPE_CHECKING:
    from platform_db.migration.history import History
    from platform_db.migration.steps.step import Server

__all__ = [
    "LOCK_TIMEOUT_SECONDS",
    "STATEMENT_TIMEOUT_SECONDS",
    "Event",
    "Moment",
    "Observer",
    "Run",
    "printed_timeouts",
]

LOCK_TIMEOUT_SECONDS: Final = 5.0
STATEMENT_TIMEOUT_SECONDS: Final = 1800.0
"""How long an ordinary statement of a migration may run."""

_log: Final = logging.getLogger("platform_db.migration")

_SETTINGS: Final = """
    SET max_parallel_workers_per_gather = 4;
    SET parallel_setup_cost = 100;
    SET parallel_tuple_cost = 0.01;
    SET maintenance_work_mem = '256MB';
    SELECT set_config('transaction_timeout', '0', false) WHERE current_setting('transaction_timeout', true) IS NOT NULL;
    SELECT set_config('wal_compression', 'on', false) WHERE has_parameter_privilege('wal_compression', 'SET');
    DO $$
    BEGIN
        -- A build whose migrator was killed would go on to its end.
        PERFORM set_config('client_connection_check_interval', '1s', false);
    EXCEPTION WHEN invalid_parameter_value THEN
        -- The server's system does not tell.
        NULL;
    END $$
"""


class Moment(StrEnum):
    """When an observer is told."""

    BEFORE_STEP = "before step"
    BEFORE_STATEMENT = "before statement"
    AFTER_STATEMENT = "after statement"
    PROGRESS = "progress"
    AFTER_STEP = "after step"
    FAILED = "failed"
    STAMPED = "stamped"
    """The revision is noted as done, and its transaction about to commit."""


@dataclass(frozen=True, slots=True)
class Event:
    """One moment of a run.

    Attributes
    ----------
    seconds
        How long the step took, after it and when it failed; how long the rest will take, with PROGRESS.
    done, total
        Rows, with PROGRESS.
    reason
        Class and SQLSTATE of the error, when the step failed.
    sql
        The statement, before and after it.
    """

    moment: Moment
    revision: str
    step: str
    seconds: float | None = None
    done: int | None = None
    total: int | None = None
    reason: str | None = None
    sql: str | None = None


Observer = Callable[[Event], None]


def _unobserved(event: Event) -> None:
    _log.debug("%s: %s %s", event.revision, event.moment, event.step)


@dataclass(slots=True)
class Run:
    """One run of the migrator: its limits (seconds), who watches, what is recorded, and what is done so far.

    ``begun`` holds the backfills, by revision and name, that it began; it outlives a retry.
    """

    lock_timeout: float = LOCK_TIMEOUT_SECONDS
    statement_timeout: float = STATEMENT_TIMEOUT_SECONDS
    observer: Observer = _unobserved
    history: History | None = None
    applied: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    began: float = field(default_factory=time.perf_counter)
    giving_way_since: float | None = None
    begun: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def tell(self, moment: Moment, revision: str, step: str) -> None:
        """Tell the observer."""
        self.observer(Event(moment, revision, step))

    async def prepare(self, server: Server) -> None:
        """Set up the session, for this run only."""
        await server.execute(_SETTINGS)
        await self.arm(server)

    async def arm(self, server: Server) -> None:
        """Bound what a statement waits and runs."""
        lock, statement = round(self.lock_timeout * 1000), round(self.statement_timeout * 1000)
        await server.execute(f"SET lock_timeout = {lock}; SET statement_timeout = {statement}")

    async def disarm(self, server: Server) -> None:
        """Let a statement wait and run as long as it takes."""
        await server.execute("SET lock_timeout = 0; SET statement_timeout = 0")

    async def require_lock(self) -> None:
        """Come back if the migrator's lock is still held; a run without a history has none.

        Raises
        ------
        ConnectionLost
            Its session was ended.
        """
        if self.history is not None:
            await require_held(self.history.server)

    async def stamped(self, server: Server, revision: str) -> None:
        """Note a revision as done, in the transaction of its stamp.

        Raises
        ------
        ConnectionLost
            The migrator's lock was lost meanwhile.
        """
        await self.require_lock()
        if self.history is not None:
            await self.history.succeeded(server)
        now = time.perf_counter()
        self.applied.append((revision, now - self.began))
        self.began = now
        self.giving_way_since = None
        self.tell(Moment.STAMPED, revision, "")


def printed_timeouts() -> tuple[str, str]:
    """The bounds of an ordinary statement, for psql."""
    return (
        f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS:g}s'",
        f"SET statement_timeout = '{STATEMENT_TIMEOUT_SECONDS:g}s'",
    )

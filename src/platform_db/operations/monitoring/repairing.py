"""Rebuilding broken and bloated indexes beside the application's work, one at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast

from platform_db.database.translate import translate
from platform_db.errors import AlreadyExists, ConnectionLost, PlatformError, UnknownConstraint
from platform_db.migration import WAIT_SECONDS
from platform_db.migration.connection import connection
from platform_db.migration.lock import only_migrator
from platform_db.migration.privileges import require_migrator
from platform_db.migration.steps.names import name
from platform_db.operations.monitoring.activity import monitoring_role
from platform_db.operations.monitoring.bloat import estimates
from platform_db.operations.monitoring.indexes import index_use, invalid_indexes
from platform_db.operations.monitoring.overview import READERS
from platform_db.operations.monitoring.reading import Reader
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from platform_db.migration.connection import Connection
    from platform_db.operations.monitoring.answers import IndexUse, InvalidIndex

__all__ = ["BLOATED_BYTES", "BLOATED_SHARE", "Done", "Repair", "RepairedIndex", "repair_indexes"]

BLOATED_SHARE: Final = 0.5
BLOATED_BYTES: Final = 1024 * 1024
"""An index is rebuilt when at least half of it, and a megabyte, is estimated to be empty."""


class Done(StrEnum):
    """What became of an index."""

    REBUILT = "rebuilt"
    DROPPED = "dropped"
    BEING_BUILT = "being built"
    """Somebody is at work on it; it was left alone."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RepairedIndex:
    """One index: what was wrong, what became of it, and what to do where it failed."""

    table_name: str
    index_name: str
    why: str
    done: Done
    seconds: float
    detail: str = ""

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {
            "table_name": self.table_name,
            "index_name": self.index_name,
            "why": self.why,
            "done": self.done.value,
            "seconds": round(self.seconds, 3),
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Repair:
    """What a run did, index by index; empty when nothing was wrong."""

    indexes: tuple[RepairedIndex, ...]

    @property
    def failed(self) -> tuple[RepairedIndex, ...]:
        """Those that are broken still."""
        return tuple(each for each in self.indexes if each.done is Done.FAILED)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {"failed": len(self.failed), "indexes": [each.as_json() for each in self.indexes]}


async def repair_indexes(url: str, wait: float = WAIT_SECONDS) -> Repair:
    """Drop what an interrupted REINDEX left, rebuild INVALID indexes, then those that are mostly empty.

    As platform_owner, under the migrator's lock, each by a statement that runs CONCURRENTLY: readers and
    writers go on. It waits for transactions that are older than itself, however long they
    last. An interrupted run leaves at most one index more, which the next run drops.

    Parameters
    ----------
    url
        The server itself, not a pooler in transaction mode.
    wait
        Seconds to wait for a migrator that is at work.

    Raises
    ------
    ConfigurationError
        The login may not act as platform_owner, the server takes no changes, or the URL leads to a pooler.
    LockTimeout
        A migrator is still at work.
    ConnectionLost
        The connection broke; run it again.
    """
    async with only_migrator(url, wait), connection(url) as opened:
        await require_migrator(opened)
        reader = Reader(opened)
        monitor = await monitoring_role(reader)
        broken = (await invalid_indexes(reader, monitor)).rows
        done = [each async for each in _repaired(opened, broken)]
        mended = {each.index_name for each in done}
        role = await reader.first_role(READERS)
        use = (await index_use(reader, await estimates(reader, role))).rows
        done += [each async for each in _slimmed(opened, (index for index in use if index.index_name not in mended))]
        return Repair(tuple(done))


async def _repaired(opened: Connection, broken: Iterable[InvalidIndex]) -> AsyncIterator[RepairedIndex]:
    # First what is to be dropped: a name that a rebuild would want may be among it.
    for index in sorted(broken, key=lambda index: not index.leftover_of_reindex):
        if index.being_built:
            yield RepairedIndex(index.table_name, index.index_name, "invalid", Done.BEING_BUILT, 0.0)
        elif index.leftover_of_reindex:
            yield await _drop(opened, index)
        else:
            yield await _rebuild(opened, index.table_name, index.index_name, "invalid")


async def _slimmed(opened: Connection, use: Iterable[IndexUse]) -> AsyncIterator[RepairedIndex]:
    for index in use:
        if (index.bloat_share or 0.0) >= BLOATED_SHARE and (index.bloat_bytes or 0) >= BLOATED_BYTES:
            why = f"about {index.bloat_share:.0%} empty"
            yield await _rebuild(opened, index.table_name, index.index_name, why)


async def _drop(opened: Connection, index: InvalidIndex) -> RepairedIndex:
    begin = time.perf_counter()
    failure = await _refusal(opened, f"DROP INDEX CONCURRENTLY {_qualified(index.index_name)}")
    done, detail = (Done.DROPPED, "") if failure is None else (Done.FAILED, failure.message)
    seconds = time.perf_counter() - begin
    return RepairedIndex(index.table_name, index.index_name, "left by a broken REINDEX", done, seconds, detail)


async def _rebuild(opened: Connection, table: str, index: str, why: str) -> RepairedIndex:
    begin = time.perf_counter()
    failure = await _refusal(opened, f"REINDEX INDEX CONCURRENTLY {_qualified(index)}")
    if failure is None:
        return RepairedIndex(table, index, why, Done.REBUILT, time.perf_counter() - begin)
    await _sweep(opened, table)
    if isinstance(failure, AlreadyExists | UnknownConstraint):
        detail = f"rows break it: see `platform-db preflight --table {table}`, mend them, then run this again"
    else:
        detail = f"{failure.message}: run this again"
    return RepairedIndex(table, index, why, Done.FAILED, time.perf_counter() - begin, detail)


async def _sweep(opened: Connection, table: str) -> None:
    """Drop what a failed REINDEX left of a table's indexes."""
    reader = Reader(opened)
    for index in (await invalid_indexes(reader, await monitoring_role(reader))).rows:
        if index.table_name == table and index.leftover_of_reindex and not index.being_built:
            await _drop(opened, index)


async def _refusal(opened: Connection, statement: str) -> PlatformError | None:
    """Run a statement as platform_owner; give why it failed.

    Raises
    ------
    ConnectionLost
        Nothing more can be asked.
    """
    failure: BaseException | None = None
    await opened.execute(f"SET ROLE {Role.OWNER}")
    try:
        await opened.execute(statement)
    except Exception as error:
        failure = translate(error, connection_lost=opened.is_closed())
        if failure is error:
            raise
    if isinstance(failure, ConnectionLost):
        raise failure
    await opened.execute("RESET ROLE")
    return cast("PlatformError | None", failure)


def _qualified(index: str) -> str:
    return f"public.{name(index)}"

"""Migrating a filled table while the application writes to it: the longest time that a write stood still."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final, cast

from benchmarks.report import Section, Verdict
from benchmarks.scene import TEMPLATE
from benchmarks.server import administer, cloned, connected
from platform_db.errors import LockTimeout
from platform_db.migration import engine
from platform_db.migration.connection import connect
from platform_db.migration.run import Run
from platform_db.migration.steps import (
    AddCheck,
    AddForeignKey,
    AddUnique,
    Backfill,
    CreateIndex,
    CreateTrigger,
    SetNotNull,
    Validate,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from benchmarks.driver import Connection
    from benchmarks.measure import Effort
    from platform_db.migration.steps import Step
    from platform_db.migration.steps.step import Server
    from platform_db.operations.server import EmbeddedServer

__all__ = ["migrate"]

_TABLE: Final = "notifications"
_ROWS_A_ROUND: Final = 500
"""1,000,000 rows of the table in a full run."""
_WRITERS: Final = 4
_LOCK_TIMEOUT: Final = 0.5
_LONG_TRANSACTION: Final = 3.0
_REVISION: Final = "benchmark"

_BARE: Final = (
    "SET ROLE platform_owner",
    (
        "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_read_after_created, "
        "DROP CONSTRAINT ck_notifications_title_length, DROP CONSTRAINT fk_notifications_user_id_users, "
        "DROP CONSTRAINT uq_notifications_user_id_delivery_key, ALTER COLUMN title DROP NOT NULL"
    ),
    "DROP INDEX idx_notifications_user_unread",
    "DROP TRIGGER notifications_touch ON notifications",
)
_STEPS: Final[tuple[Step, ...]] = (
    AddCheck.of(_TABLE, "read_after_created"),
    Validate(_TABLE, "ck_notifications_read_after_created"),
    AddForeignKey.of(_TABLE, "fk_notifications_user_id_users"),
    Validate(_TABLE, "fk_notifications_user_id_users"),
    CreateIndex.of("idx_notifications_user_unread"),
    AddUnique.of(_TABLE, "uq_notifications_user_id_delivery_key"),
    SetNotNull(_TABLE, "title"),
    CreateTrigger.of(_TABLE, "notifications_touch"),
    Backfill(
        "keys",
        _TABLE,
        values=(("delivery_key", "'welcome-' || t.id"),),
        where="t.delivery_key IS NULL AND t.id % 5 = 0",
    ),
)


@dataclass(slots=True)
class _Load:
    """What the writers saw since the last step."""

    seconds: list[float] = field(default_factory=list[float])

    def taken(self) -> list[float]:
        """The durations of the writes, longest last; the next step begins anew."""
        seconds, self.seconds = sorted(self.seconds), []
        return seconds


async def migrate(server: EmbeddedServer, effort: Effort) -> list[Section]:
    rows = effort.rows * _ROWS_A_ROUND
    url = await cloned(server, TEMPLATE, "migrating")
    await administer(url, *_BARE, _filling(rows), "VACUUM ANALYZE notifications")
    section = Section(
        f"migrate a table of {rows:,} rows while {_WRITERS} writers change it",
        ("seconds", "longest write ms", "p99 ms", "writes/s"),
    )
    longest = 0.0
    async with _load(url, rows) as load:
        await asyncio.sleep(2.0)
        longest_at_rest = _tell(section, "(at rest)", 2.0, load)
        migrator = await connect(url)
        run = Run(lock_timeout=_LOCK_TIMEOUT)
        await run.prepare(cast("Server", migrator))
        for step in _STEPS:
            begin = time.perf_counter()
            await _patiently(run, cast("Server", migrator), step)
            longest = max(longest, _tell(section, step.title, time.perf_counter() - begin, load))
        await migrator.execute(
            "SET ROLE platform_owner; ALTER TABLE notifications DROP CONSTRAINT "
            "ck_notifications_read_after_created; RESET ROLE"
        )
        load.taken()
        begin = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            group.create_task(_long_transaction(url))
            await asyncio.sleep(0.2)
            await _patiently(run, cast("Server", migrator), _STEPS[0])
        longest = max(
            longest, _tell(section, "the first, behind a transaction of 3 s", time.perf_counter() - begin, load)
        )
        await migrator.close()
    section.verdicts = [
        Verdict("longest write while migrating", longest, _LOCK_TIMEOUT * 1000 + 100, unit="ms"),
    ]
    section.notes = (
        f"lock_timeout {_LOCK_TIMEOUT * 1000:.0f} ms; at rest the longest write took {longest_at_rest:.0f} ms",
        "a step that does not get its lock gives way and comes again",
    )
    return [section]


def _filling(rows: int) -> str:
    return (
        "INSERT INTO notifications (user_id, type, title, payload, created_at, updated_at, read_at) "  # noqa: S608
        "SELECT (SELECT min(id) FROM users), 'job_completed', 'İş ' || i, '{}', moment, moment, "
        "CASE WHEN i % 10 > 0 THEN moment + interval '1 hour' END "
        f"FROM generate_series(1, {rows}) AS i, LATERAL (SELECT now() - i * interval '1 second' AS moment) AS at"
    )


def _tell(section: Section, name: str, seconds: float, load: _Load) -> float:
    """Add the row of a step; give its longest write in milliseconds."""
    writes = load.taken() or [0.0]
    longest, usual = writes[-1] * 1000, writes[int(len(writes) * 0.99)] * 1000
    section.row(name, seconds, longest, usual, len(writes) / seconds)
    return longest


async def _patiently(run: Run, server: Server, step: Step) -> None:
    while True:
        try:
            await run.arm(server)
            if step.transactional:
                async with server.transaction():
                    await engine.run_in_transaction(run, server, _REVISION, step, "up")
            else:
                await engine.run_alone(run, server, _REVISION, step, "up")
        except LockTimeout:
            await asyncio.sleep(_LOCK_TIMEOUT)
        else:
            return


async def _long_transaction(url: str) -> None:
    connection = await connected(url)
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE platform_owner; SELECT FROM notifications LIMIT 1")
        await asyncio.sleep(_LONG_TRANSACTION)
    await connection.close()


@asynccontextmanager
async def _load(url: str, rows: int) -> AsyncGenerator[_Load]:
    """Writers that change one row after the other, until the block ends."""
    load = _Load()
    connections = [await connected(url) for _ in range(_WRITERS)]
    ends = asyncio.Event()

    async def write(connection: Connection, chance: Random) -> None:
        await connection.execute("SET ROLE platform_worker")
        while not ends.is_set():
            begin = time.perf_counter()
            await connection.execute(
                "UPDATE notifications SET read_at = greatest(now(), created_at) WHERE id = $1", chance.randint(1, rows)
            )
            load.seconds.append(time.perf_counter() - begin)
            await asyncio.sleep(0.001)

    writers = [asyncio.create_task(write(each, Random(seed))) for seed, each in enumerate(connections)]  # noqa: S311
    try:
        yield load
    finally:
        ends.set()
        await asyncio.gather(*writers)
        for connection in connections:
            await connection.close()

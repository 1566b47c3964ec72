"""Queues of jobs: this library, and the statements that somebody would write by hand on its table."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol, cast

import orjson

from benchmarks.server import connected
from platform_db.domain.jobs import Completion

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from benchmarks.driver import Connection, Pool
    from platform_db.database import Row
    from platform_db.domain.jobs import Job
    from platform_db.repositories.work import Database

__all__ = ["ASKED", "PAYLOAD", "BareSql", "LibraryQueue", "Queue"]

ASKED: Final = {"machine": "VMC-850", "stock_mm": 40}
PAYLOAD: Final = orjson.dumps(ASKED).decode()

LEASE: Final = timedelta(minutes=5)

_ENQUEUE: Final = """
INSERT INTO jobs (type, input_params) SELECT 'cam_process', $2::text::jsonb FROM generate_series(1, $1)
"""
_FINISHED: Final = "SELECT count(*) FROM jobs WHERE status = 'completed' AND progress = 100 AND attempt = 1"
_CLAIM: Final = """
UPDATE jobs SET status = 'running', attempt = attempt + 1, progress = 0, claimed_by = $1, started_at = now(),
    heartbeat_at = now(), lease_until = now() + interval '5 minutes'
WHERE id = ANY (ARRAY (
    SELECT id FROM jobs WHERE status IN ('pending', 'queued') AND available_at <= now()
    ORDER BY priority DESC, available_at, id LIMIT $2 FOR UPDATE SKIP LOCKED))
RETURNING *
"""
_FINISH: Final = """
UPDATE jobs SET status = 'completed', progress = 100, claimed_by = NULL, lease_until = NULL, heartbeat_at = NULL,
    finished_at = now()
WHERE id = ANY ($1)
"""


class Queue(Protocol):
    """A queue on tables of its own."""

    @property
    def name(self) -> str: ...

    @property
    def batches(self) -> bool:
        """Whether it claims more than one job at once."""
        ...

    async def refill(self, count: int) -> None:
        """Nothing but this many jobs that are due."""
        ...

    async def empty(self, worker: int, batch: int) -> None:
        """Claim at most this many, finish them, and so on until nothing is due."""
        ...

    async def finished(self) -> int:
        """How many jobs are done, each claimed once."""
        ...


@dataclass(frozen=True, slots=True)
class _OnJobs:
    url: str

    async def refill(self, count: int) -> None:
        connection = await connected(self.url)
        try:
            await connection.execute("SET ROLE platform_owner")
            await connection.execute("TRUNCATE jobs CASCADE")
            await connection.execute(_ENQUEUE, count, PAYLOAD)
            await connection.execute("ANALYZE jobs")
        finally:
            await connection.close()

    async def finished(self) -> int:
        connection = await connected(self.url)
        try:
            await connection.execute("SET ROLE platform_worker")
            return cast("int", await connection.fetchval(_FINISHED))
        finally:
            await connection.close()


@dataclass(frozen=True, slots=True)
class LibraryQueue(_OnJobs):
    """One unit of work a turn: what is held is finished, and the next is claimed."""

    database: Database
    name: str = "platform_db"
    batches: bool = True

    async def empty(self, worker: int, batch: int) -> None:
        jobs: tuple[Job, ...] = ()
        while True:
            async with self.database.unit_of_work() as work:
                if batch == 1 and jobs:
                    await work.jobs.complete(jobs[0])
                elif jobs:
                    await work.jobs.complete_many([Completion(job) for job in jobs])
                jobs = await work.jobs.claim(f"worker-{worker}", LEASE, limit=batch)
            if not jobs:
                return
            assert all(job.input_params == ASKED for job in jobs)


@dataclass(frozen=True, slots=True)
class BareSql(_OnJobs):
    """The same by hand: records as they come, and no fence around the finish."""

    pool: Pool
    name: str = "bare SQL on jobs"
    batches: bool = True

    async def empty(self, worker: int, batch: int) -> None:
        jobs: list[Row] = []
        while True:
            async with self._transaction() as connection:
                if jobs:
                    await connection.execute(_FINISH, [job["id"] for job in jobs])
                jobs = await connection.fetch(_CLAIM, f"worker-{worker}", batch)
            if not jobs:
                return
            assert all(orjson.loads(cast("str", job["input_params"])) == ASKED for job in jobs)

    @asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[Connection]:
        async with self.pool.acquire() as connection:
            await connection.execute("BEGIN; SET LOCAL ROLE platform_worker")
            try:
                yield connection
            except BaseException:
                await connection.execute("ROLLBACK")
                raise
            await connection.execute("COMMIT")

"""Queues of others, on tables of their own: procrastinate on psycopg, pgqueuer on asyncpg."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import uuid4

import orjson
import procrastinate
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.types import QueueEntrypoint, QueueManagerId
from procrastinate.jobs import Status

from benchmarks.contenders.queues import ASKED, PAYLOAD
from benchmarks.server import administer, connected

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["PgQueuer", "Procrastinate"]

_ENQUEUE: Final = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
SELECT 'cam', 'cam_process', $2::text::jsonb FROM generate_series(1, $1)
"""
_DONE: Final = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded' AND attempts = 1"
_LOGGED: Final = "SELECT count(DISTINCT job_id) FROM pgqueuer_log WHERE status = 'successful'"
_ENTRYPOINT: Final = QueueEntrypoint("cam_process")
_EVERY: Final = {_ENTRYPOINT: EntrypointExecutionParameter(concurrency_limit=0)}


@dataclass(frozen=True, slots=True)
class Procrastinate:
    """One job at a time, as its workers do."""

    url: str
    app: procrastinate.App
    workers: tuple[int, ...]
    name: str = "procrastinate"
    batches: bool = False

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, tasks: int) -> AsyncGenerator[Procrastinate]:
        connector = procrastinate.PsycopgConnector(conninfo=url, min_size=tasks, max_size=tasks)
        app = procrastinate.App(connector=connector)
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            workers = [await app.job_manager.register_worker() for _ in range(tasks)]
            yield cls(url, app, tuple(workers))

    async def refill(self, count: int) -> None:
        await administer(self.url, "TRUNCATE procrastinate_jobs CASCADE")
        connection = await connected(self.url)
        try:
            await connection.execute(_ENQUEUE, count, PAYLOAD)
            await connection.execute("ANALYZE procrastinate_jobs")
        finally:
            await connection.close()

    async def empty(self, worker: int, batch: int) -> None:
        assert batch == 1
        while job := await self.app.job_manager.fetch_job(None, self.workers[worker]):
            assert job.task_kwargs == ASKED
            await self.app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=False)

    async def finished(self) -> int:
        return await _counted(self.url, _DONE)


@dataclass(frozen=True, slots=True)
class PgQueuer:
    """A connection for each worker, as its own manager has."""

    url: str
    queues: tuple[Queries, ...]
    keys: tuple[QueueManagerId, ...]
    name: str = "pgqueuer"
    batches: bool = True

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, tasks: int) -> AsyncGenerator[PgQueuer]:
        connections = [await connected(url) for _ in range(tasks)]
        queues = tuple(Queries(AsyncpgDriver(cast("Any", connection))) for connection in connections)
        try:
            await queues[0].install()
            yield cls(url, queues, tuple(QueueManagerId(uuid4()) for _ in queues))
        finally:
            for connection in connections:
                await connection.close()

    async def refill(self, count: int) -> None:
        await administer(self.url, "TRUNCATE pgqueuer, pgqueuer_log")
        payload = PAYLOAD.encode()
        await self.queues[0].enqueue([_ENTRYPOINT] * count, [payload] * count, [0] * count)
        await administer(self.url, "ANALYZE pgqueuer")

    async def empty(self, worker: int, batch: int) -> None:
        queue, own = self.queues[worker], self.keys[worker]
        while jobs := await queue.dequeue(batch, _EVERY, own, None, timedelta(minutes=5)):
            assert all(orjson.loads(job.payload or b"") == ASKED for job in jobs)
            await queue.log_jobs([(job, "successful", None) for job in jobs])

    async def finished(self) -> int:
        return await _counted(self.url, _LOGGED)


async def _counted(url: str, statement: str) -> int:
    connection = await connected(url)
    try:
        return cast("int", await connection.fetchval(statement))
    finally:
        await connection.close()

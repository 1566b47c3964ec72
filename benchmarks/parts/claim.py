"""Claim and finish: four workers empty a queue, each in a transaction a turn that finishes what it holds and claims."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from benchmarks.contenders.queue_peers import PgQueuer, Procrastinate
from benchmarks.contenders.queues import BareSql, LibraryQueue, Queue
from benchmarks.driver import create_pool
from benchmarks.measure import Measured, rotated
from benchmarks.report import Section, Verdict
from benchmarks.scene import TEMPLATE
from benchmarks.server import TASKS, administer, cloned, opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.measure import Effort
    from platform_db.operations.server import EmbeddedServer

__all__ = ["claim"]

_WORKERS: Final = 4
_JOBS: Final = {1: 1, 10: 3, 100: 10}
"""Batches, and how many times as many jobs as rows a turn has."""


async def claim(server: EmbeddedServer, effort: Effort) -> list[Section]:
    ours, bare = await cloned(server, TEMPLATE, "claims"), await cloned(server, TEMPLATE, "bare_claims")
    await administer(server.url(), "CREATE DATABASE procrastinate", "CREATE DATABASE pgqueuer")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(opened(ours))
        pool = await create_pool(bare, min_size=TASKS, max_size=TASKS, reset=_no_reset)
        stack.push_async_callback(pool.close)
        peers: list[Queue] = [
            LibraryQueue(ours, database),
            BareSql(bare, pool),
            await stack.enter_async_context(Procrastinate.opened(server.url("procrastinate"), _WORKERS)),
            await stack.enter_async_context(PgQueuer.opened(server.url("pgqueuer"), _WORKERS)),
        ]
        queues = {peer.name: peer for peer in peers}
        found = {batch: await _alternated(queues, batch, effort) for batch in _JOBS}
    section = Section(
        f"claim jobs and finish them, {_WORKERS} workers; procrastinate and pgqueuer on their own tables",
        tuple(f"jobs/s, batch {batch}" for batch in _JOBS),
    )
    for name in queues:
        section.row(name, *(found[batch][name].per_second if name in found[batch] else None for batch in _JOBS))
    for batch, measured in found.items():
        own = measured["platform_db"]
        bare_sql = measured["bare SQL on jobs"].times(own)
        section.verdicts.append(Verdict(f"platform_db / bare SQL, batch {batch}", bare_sql, 0.85, lowest=True))
        for peer in ("procrastinate", "pgqueuer"):
            if peer in measured:
                text = f"platform_db / {peer}, batch {batch}"
                kind = "must" if batch == 1 else "aim"
                section.verdicts.append(Verdict(text, measured[peer].times(own), 1, kind=kind, lowest=True))
    return [section]


async def _alternated(queues: Mapping[str, Queue], batch: int, effort: Effort) -> dict[str, Measured]:
    takers = {name: queue for name, queue in queues.items() if batch == 1 or queue.batches}
    count = min(effort.rows, 2_000) * _JOBS[batch] // 2
    found: dict[str, list[float]] = {name: [] for name in takers}
    for turn in range(-1, effort.crowded_rounds):
        for name in rotated(takers, turn):
            queue = takers[name]
            await queue.refill(count)
            seconds = await _emptied(queue, batch)
            assert await queue.finished() == count
            if turn >= 0:
                found[name].append(seconds / count)
    return {name: Measured(tuple(values)) for name, values in found.items()}


async def _emptied(queue: Queue, batch: int) -> float:
    begin = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for worker in range(_WORKERS):
            group.create_task(queue.empty(worker, batch))
    return time.perf_counter() - begin


async def _no_reset(_: object) -> None:
    """Everything that is set here ends with its transaction."""

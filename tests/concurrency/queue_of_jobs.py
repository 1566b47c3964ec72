"""A queue with jobs of the system in it, and what the log says of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from platform_db.domain.jobs import Job
    from tests.concurrency.crowd import Crowd
    from tests.raw import Raw

__all__ = ["LEASE", "all_claimed", "payloads", "waiting"]

LEASE: Final = timedelta(minutes=5)


async def waiting(raw: Raw, many: int, **columns: object) -> None:
    """Jobs of the system that may be claimed."""
    names = "".join(f", {name}" for name in columns)
    values = "".join(f", ${place}" for place in range(2, 2 + len(columns)))
    await raw.execute(
        f"INSERT INTO jobs (type{names}) SELECT 'sim_run'{values} FROM generate_series(1, $1::integer)",  # noqa: S608
        many,
        *columns.values(),
    )


async def all_claimed(crowd: Crowd, worker: str = "isci-0") -> list[Job]:
    async with crowd.database.unit_of_work() as work:
        return list(await work.jobs.claim(worker, LEASE, limit=1000))


async def payloads(raw: Raw, event: str) -> list[dict[str, dict[str, int]]]:
    """What the log's entries of an event say."""
    await raw.execute("SET ROLE platform_auditor")
    found = await raw.fetch("SELECT payload::text FROM audit_logs WHERE event_type = $1", event)
    await raw.execute("SET ROLE platform_worker")
    return [orjson.loads(row[0]) for row in found]

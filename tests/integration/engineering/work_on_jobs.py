"""Jobs in the hands of a worker, and what the log says of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.domain.jobs import Job
    from platform_db.domain.json_values import JsonObject
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop

LEASE: Final = timedelta(minutes=5)
WORKER: Final = "cam-isci-1"


async def claimed(database: Database, shop: Workshop, **job: object) -> Job:
    """A job of the workshop's user, running with its first attempt."""
    made = await shop.job(**{"priority": 20} | job)  # pyright: ignore[reportArgumentType] - columns by name
    async with database.unit_of_work() as work:
        (held,) = await work.jobs.claim(WORKER, LEASE)
    assert held.id == made
    return held


def just_now(job: Job, stamp: datetime | None) -> datetime:
    """The stamp, which was made as the job last changed, by the database's clock."""
    assert stamp is not None
    assert timedelta(0) <= job.updated_at - stamp < timedelta(minutes=1)
    return stamp


async def read(database: Database, job: Job) -> Job:
    """The job as it is stored."""
    async with database.unit_of_work() as work:
        return await work.jobs.get(job.id)


async def entries(database: Database, job: int) -> list[tuple[str, str | None, JsonObject]]:
    """What the log has of a job, oldest first."""
    async with database.unit_of_work() as work:
        told = (await work.audit.history("jobs", job)).items
    return [(entry.action.value, entry.event_type, entry.payload) for entry in reversed(told)]


async def sweeps(database: Database) -> list[tuple[str, str | None, JsonObject]]:
    """What the log has of no single job, oldest first."""
    async with database.unit_of_work() as work:
        told = (await work.audit.page()).items
    found = [entry for entry in reversed(told) if entry.entity_type == "jobs" and entry.entity_id is None]
    return [(entry.action.value, entry.event_type, entry.payload) for entry in found]


async def lose(shop: Workshop, job: Job) -> None:
    """Let the lease of a running job end."""
    await shop.worker.execute("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = $1", job.id)

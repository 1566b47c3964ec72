"""Reading jobs: one, many, the queue, how they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.jobs import WAITING, Job
from platform_db.repositories.jobs import queue
from platform_db.repositories.jobs.listing import DEAD_LETTERS, NEWEST, OLDEST, JobFilter
from platform_db.repositories.jobs.tally import AVERAGE_DURATION, by_status, tally
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from platform_db.database.executor import Executor
    from platform_db.domain.jobs import JobStatus, JobType
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.jobs.tally import JobTally
    from platform_db.repositories.paging import Page

__all__ = ["ROWS", "JobReading"]

ROWS: Final = Rows(jobs, Job, "job")
_EVERY: Final = JobFilter()

_BY_TASK_ID: Final = Statement(
    sa.select(jobs)
    .where(jobs.c.task_id == sa.bindparam("task_id", type_=sa.Text()))
    .order_by(jobs.c.id.desc())
    .limit(sa.literal_column("1"))
)
_OF_KEY: Final = sa.select(jobs).where(jobs.c.idempotency_key == sa.bindparam("key", type_=jobs.c.idempotency_key.type))
_BY_KEY: Final = Statement(_OF_KEY.where(jobs.c.user_id == sa.bindparam("user_id", type_=sa.BigInteger())))
_BY_KEY_OF_THE_SYSTEM: Final = Statement(_OF_KEY.where(jobs.c.user_id.is_(None)))


class JobReading(Repository[Job, JobFilter]):
    """What reads jobs and changes nothing. Pages are newest first."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, NEWEST)

    async def due(self, limit: int = 100) -> tuple[Job, ...]:
        """The jobs that would be claimed next, in that order; none is claimed.

        Raises
        ------
        RuleViolation
            The limit is not 1 to 1000.
        """
        return await queue.DUE.batch(self._executor, limit)

    async def lost(self, limit: int = 100) -> tuple[Job, ...]:
        """Running jobs whose lease has ended, longest ago first: their worker is gone, or hangs.

        For background work; :meth:`JobRepository.reap` gives them back to the queue or ends them.

        Raises
        ------
        RuleViolation
            The limit is not 1 to 1000.
        """
        return await queue.LOST.batch(self._executor, limit)

    async def position(self, job_id: int) -> int | None:
        """The place of a job in the queue, from 1; None when it is not waiting any more, or is to be cancelled.

        Only jobs that are due are counted before it. For background work: a user would
        count the own jobs only.

        Raises
        ------
        NotFound
            There is no such job, or this identity may not see it.
        """
        row = await self._executor.fetch_row(queue.POSITION, {"id": job_id})
        if row is None:
            raise ROWS.missing()
        waits = row["status"] in WAITING and row["cancel_requested_at"] is None
        return cast("int", row["position"]) if waits else None

    async def longest_wait(self) -> timedelta | None:
        """How long the job that has been due longest has been due; None when nothing is due.

        By the database's clock. For background work: a user would learn of the own jobs only.
        """
        return cast("timedelta | None", await self._executor.fetch_value(queue.LONGEST_WAIT))

    async def average_duration(self, type: JobType) -> timedelta | None:  # noqa: A002 - the column's name
        """How long the last attempt took, on average, of the newest 100 completed jobs of a type.

        None when there are none. For background work: a user would learn of the own jobs only.
        """
        return cast("timedelta | None", await self._executor.fetch_value(AVERAGE_DURATION, {"type": type}))

    async def by_task_id(self, task_id: str) -> Job:
        """The last job that was given to the caller's task queue under this number.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return ROWS.found(await self._executor.fetch_row(_BY_TASK_ID, {"task_id": task_id}))

    async def by_idempotency_key(self, user_id: int | None, key: str) -> Job:
        """The job that a user asked for under this key; ``user_id`` is None for a job of the system.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        job = await self._by_key(user_id, key)
        if job is None:
            raise ROWS.missing()
        return job

    async def oldest(self, chosen: JobFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Job]:
        """Jobs, oldest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await OLDEST.page(self._executor, chosen, after=after, limit=limit)

    async def dead_letters(self, chosen: JobFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Job]:
        """Jobs that were given up after their last retry, the last ones first.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await DEAD_LETTERS.page(self._executor, chosen, after=after, limit=limit)

    async def by_status(self) -> Mapping[JobStatus, int]:
        """How many jobs are in each status, zero where none is; reads each of them."""
        return await by_status(self._executor)

    async def tally(self, user_id: int) -> tuple[JobTally, ...]:
        """How many jobs of each type a user has in each status, and how far they are; in the order of the enums."""
        return await tally(self._executor, user_id)

    async def _by_key(self, user_id: int | None, key: str) -> Job | None:
        if user_id is None:
            row = await self._executor.fetch_row(_BY_KEY_OF_THE_SYSTEM, {"key": key})
        else:
            row = await self._executor.fetch_row(_BY_KEY, {"key": key, "user_id": user_id})
        return None if row is None else ROWS.read(row)

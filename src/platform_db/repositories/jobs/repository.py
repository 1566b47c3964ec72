"""Jobs: claimed by workers, found and listed for whoever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.jobs import WAITING, Job
from platform_db.repositories.jobs import queue
from platform_db.repositories.jobs.listing import DEAD_LETTERS, NEWEST, OLDEST, JobFilter
from platform_db.repositories.jobs.tally import tally
from platform_db.repositories.rows import Rows
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from datetime import timedelta

    from platform_db.database.executor import Executor
    from platform_db.domain.jobs import JobType
    from platform_db.repositories.jobs.tally import JobTally
    from platform_db.repositories.paging import Page

__all__ = ["JobRepository"]

_ROWS: Final = Rows(jobs, Job, "job")
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


class JobRepository:
    """Jobs. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own jobs, background work (platform_worker) all; only
    background work claims.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def claim(
        self, worker: str, lease: timedelta, *, limit: int = 1, types: frozenset[JobType] | None = None
    ) -> tuple[Job, ...]:
        """Take up to ``limit`` due jobs for a worker: running, with one more attempt, until the lease ends.

        The highest priority comes first, then what has been available longest. However many
        claim at once, a job is given to one of them, and none waits for another; what they
        got shows when the unit of work commits. ``attempt`` is the claim's number and goes
        with each result. Stamps and lease are by the database's clock. A job whose user has
        asked to cancel it is claimed too: look at ``cancel_requested_at``.

        Parameters
        ----------
        worker
            Who claims: 1 to 255 characters.
        lease
            How long the worker holds the jobs without showing that it is alive; above zero.
        limit
            1 to 1000; fewer are claimed when fewer are due.
        types
            The kinds of work that this worker does; None for every kind.

        Raises
        ------
        RuleViolation
            ``worker``, ``lease`` or ``limit`` is out of range.
        NotAllowed
            The unit of work acts for a user: claiming is background work (``platform_worker``).
        """
        return await queue.claim(self._executor, worker, lease, limit, types)

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

        For background work, which gives them back to the queue or ends them.

        Raises
        ------
        RuleViolation
            The limit is not 1 to 1000.
        """
        return await queue.LOST.batch(self._executor, limit)

    async def position(self, job_id: int) -> int | None:
        """The place of a job in the queue, from 1; None when it is not waiting any more.

        Only jobs that are due are counted before it. For background work: a user would
        count the own jobs only.

        Raises
        ------
        NotFound
            There is no such job, or this identity may not see it.
        """
        row = await self._executor.fetch_row(queue.POSITION, {"id": job_id})
        if row is None:
            raise _ROWS.missing()
        return cast("int", row["position"]) if row["status"] in WAITING else None

    async def longest_wait(self) -> timedelta | None:
        """How long the job that has been due longest has been due; None when nothing is due.

        By the database's clock. For background work: a user would learn of the own jobs only.
        """
        return cast("timedelta | None", await self._executor.fetch_value(queue.LONGEST_WAIT))

    async def get(self, job_id: int) -> Job:
        """The job of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, job_id)

    async def by_task_id(self, task_id: str) -> Job:
        """The last job that was given to the caller's task queue under this number.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_TASK_ID, {"task_id": task_id}))

    async def by_idempotency_key(self, user_id: int | None, key: str) -> Job:
        """The job that a user asked for under this key; ``user_id`` is None for a job of the system.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        if user_id is None:
            return _ROWS.found(await self._executor.fetch_row(_BY_KEY_OF_THE_SYSTEM, {"key": key}))
        return _ROWS.found(await self._executor.fetch_row(_BY_KEY, {"key": key, "user_id": user_id}))

    async def page(self, chosen: JobFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Job]:
        """Jobs, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await NEWEST.page(self._executor, chosen, after=after, limit=limit)

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

    async def count(self, chosen: JobFilter = _EVERY) -> int:
        """How many jobs there are; reads each of them."""
        return await NEWEST.count(self._executor, chosen)

    async def tally(self, user_id: int) -> tuple[JobTally, ...]:
        """How many jobs of each type a user has in each status, and how far they are; in the order of the enums."""
        return await tally(self._executor, user_id)

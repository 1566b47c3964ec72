"""What is asked of the queue: work, that it ends, and that it is tried again."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.bulk import RowResult
from platform_db.domain.columns import columns_of
from platform_db.domain.jobs import Job, JobStatus, NewJob, operations
from platform_db.domain.jobs.inputs import REQUEST
from platform_db.errors import RuleViolation, SerializationFailure
from platform_db.repositories.bulk import Bulk, report_of
from platform_db.repositories.jobs.fence import RUNS, label
from platform_db.repositories.jobs.moves import move, note_move
from platform_db.repositories.jobs.queue import WAITS
from platform_db.repositories.jobs.reading import ROWS, JobReading
from platform_db.repositories.payloads import given
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from platform_db.domain.bulk import BulkReport, Outcome
    from platform_db.repositories.bulk import Given

__all__ = ["Enqueued", "JobRequests"]

_Task: Final = columns_of(Job, ("task_id",))

# What is null is passed over: at once. Nothing is available before it is there.
_AVAILABLE: Final = sa.func.greatest(sa.func.now(), sa.bindparam("available_at", type_=jobs.c.available_at.type))
_ENQUEUE: Final = Statement(
    postgresql.insert(jobs)
    .values({name: sa.bindparam(name, type_=jobs.c[name].type) for name in REQUEST} | {"available_at": _AVAILABLE})
    .on_conflict_do_nothing(
        index_elements=["user_id", "idempotency_key"], index_where=jobs.c.idempotency_key.is_not(None)
    )
    .returning(*jobs.c),
)
_NOW: Final = Statement(sa.select(sa.func.now()))


def _columns(new: NewJob) -> Mapping[str, object]:
    return {**new.columns, "available_at": new.available_at}


_BULK: Final[Bulk[Job, NewJob]] = Bulk(
    jobs,
    Job,
    NewJob,
    columns=(*REQUEST, "available_at"),
    key=("user_id", "idempotency_key"),
    same=("request_fingerprint",),
    values=_columns,
)

_ENQUEUED: Final = (
    *("user_id", "model_id", "type", "status", "priority", "max_retries", "timeout_seconds", "available_at"),
    "request_fingerprint",
)
"""What the log keeps of a request: nothing that its caller wrote in own words."""

_UNASKED: Final = jobs.c.cancel_requested_at.is_(None)
_REQUEST_CANCEL: Final = Statement(
    sa.update(jobs)
    .where(ROWS.key, sa.or_(WAITS, RUNS), _UNASKED)
    .values(cancel_requested_at=sa.func.now())
    .returning(*jobs.c)
)
_CANCEL: Final = Statement(
    sa.update(jobs)
    .where(ROWS.key, sa.or_(WAITS, sa.and_(RUNS, _UNASKED)))
    .values(
        cancel_requested_at=sa.func.coalesce(jobs.c.cancel_requested_at, sa.func.now()),
        status=sa.case((WAITS, label(JobStatus.CANCELLED)), else_=jobs.c.status),
        finished_at=sa.case((WAITS, sa.func.now())),
    )
    .returning(*jobs.c)
)


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The job of a request, and whether this call made it; else it was there before."""

    job: Job
    is_new: bool


class JobRequests(JobReading):
    """Requests: made once, cancelled, tried again."""

    async def enqueue(self, new: NewJob) -> Enqueued:
        """Ask for work. The same request under the same key gives the job that was made first.

        Of many that ask under one key at once, one job comes. A user (platform_app) asks
        for the own user id only, background work also for others and for the system (None).
        An ``available_at`` that has passed by the database's clock is now.

        Raises
        ------
        IdempotencyMismatch
            The user asked for something else under this key.
        StillReferenced
            The user, or the model of this user, does not exist.
        NotAllowed
            The unit of work acts for another user.
        """
        columns = _columns(new)
        row = await self._executor.fetch_row(_ENQUEUE, columns)
        if row is not None:
            job = ROWS.read(row)
            self._note_enqueued(job)
            return Enqueued(job, is_new=True)
        assert new.idempotency_key is not None  # noqa: S101 - nothing else conflicts
        found = await self._by_key(new.user_id, new.idempotency_key)
        if found is None:
            message = "the job of this idempotency key was deleted while it was asked for again"
            raise SerializationFailure(message)
        return Enqueued(operations.same_or_mismatch(found, columns["request_fingerprint"]), is_new=False)

    async def enqueue_many(self, new: Given[NewJob]) -> BulkReport[Job]:
        """Ask for much work at once; an outcome for each: created, unchanged, or refused with its error.

        Unchanged is a request that was made before under its key. A key may come once in a call.
        """
        now = cast("datetime", await self._executor.fetch_value(_NOW))
        return await report_of(_BULK.ensure(self._executor, _no_earlier(now, new), self._note_outcome))

    def _note_outcome(self, outcome: Outcome[Job]) -> None:
        if outcome.result is RowResult.CREATED and outcome.row is not None:
            self._note_enqueued(outcome.row)

    async def request_cancel(self, job_id: int) -> Job:
        """Ask that a job ends; the first request is stamped, and another changes nothing.

        This is what a user (platform_app) can do. From then on no worker claims the job, and
        background work ends it (:meth:`~JobRepository.settle_cancellations`); a worker that runs it
        sees ``cancel_requested_at`` at its next heartbeat. It may still complete before.

        Raises
        ------
        RuleViolation
            The job ended already, and not by being cancelled (``ck_jobs_transition_allowed``).
        NotFound
            There is no such job, or this identity may not see it.
        """
        row = await self._executor.fetch_row(_REQUEST_CANCEL, {"id": job_id})
        if row is None:
            job = await self.get(job_id)
            operations.demand_cancellable(job)
            return job
        return self._noted_cancel(ROWS.read(row))

    async def cancel(self, job_id: int) -> Job:
        """End a waiting job at once, and ask the worker of a running one; for background work.

        Once more changes nothing.

        Raises
        ------
        RuleViolation
            The job ended already, and not by being cancelled (``ck_jobs_transition_allowed``).
        NotFound
            There is no such job.
        NotAllowed
            The unit of work acts for a user: use :meth:`request_cancel`.
        """
        row = await self._executor.fetch_row(_CANCEL, {"id": job_id})
        if row is None:
            job = await self.get(job_id)
            operations.demand_cancellable(job)
            return job
        return self._noted_cancel(ROWS.read(row))

    async def requeue(self, job: Job) -> Job:
        """Have a job that failed or timed out tried again, with all its retries: it may be claimed at once.

        For background work, on behalf of the person who decides it.

        Raises
        ------
        RuleViolation
            The job did not fail (``ck_jobs_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        requeued = await self.requeue_many([job])
        if not requeued:
            raise await ROWS.stale(self._executor, job)
        return requeued[0]

    async def requeue_many(self, chosen: Sequence[Job]) -> tuple[Job, ...]:
        """The same for many, such as a page of dead letters, in one statement; those that were requeued.

        A job that moved on since it was read is left as it is.

        Raises
        ------
        RuleViolation
            One of them did not fail (``ck_jobs_transition_allowed``); nothing is requeued.
        """
        before = {job.id: job for job in chosen}
        requeued = await move(self._executor, [(job, operations.requeued(job)) for job in before.values()])
        for job in requeued:
            note_move(self._audit, AuditAction.JOB_RETRY, "job.requeued", before[job.id], job)
        return requeued

    async def assign_task(self, job: Job, task_id: str) -> Job:
        """Note the number of the task that the caller's task queue gave the job (Celery's, for instance).

        Raises
        ------
        RuleViolation
            The number is not 1 to 255 characters.
        StaleVersion, NotFound
            The job moved on since it was read; it is gone.
        """
        _Task.parse({"task_id": task_id})
        return await ROWS.change(self._executor, job, {"task_id": task_id})

    def _note_enqueued(self, job: Job) -> None:
        self._audit.note(AuditAction.JOB_START, "job.enqueued", job, {}, given(job, _ENQUEUED))

    def _noted_cancel(self, job: Job) -> Job:
        event = "job.cancelled" if job.status is JobStatus.CANCELLED else "job.cancel_requested"
        after = given(job, ("status", "cancel_requested_at"))
        self._audit.note(AuditAction.JOB_CANCEL, event, job, {}, after)
        return job


async def _no_earlier(now: datetime, rows: Given[NewJob]) -> AsyncIterator[NewJob | Mapping[str, object]]:
    """The requests, none of them available before now; what is no request is refused where it comes to be written."""
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield _from(now, row)
    else:
        for row in rows:
            yield _from(now, row)


def _from(now: datetime, row: NewJob | Mapping[str, object]) -> NewJob | Mapping[str, object]:
    try:
        new = row if isinstance(row, NewJob) else NewJob.parse(row)
    except RuleViolation:
        return row
    return new.model_copy(update={"available_at": max(now, new.available_at or now)})

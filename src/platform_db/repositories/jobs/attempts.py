"""What a worker says of the attempt it holds: that it is alive, how far it is, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.columns import columns_of
from platform_db.domain.jobs import Job, JobStatus, operations
from platform_db.domain.jobs.inputs import reported_result
from platform_db.errors import LeaseLost
from platform_db.repositories.jobs import queue
from platform_db.repositories.jobs.fence import held, held_of
from platform_db.repositories.jobs.moves import move, note_move
from platform_db.repositories.jobs.reading import ROWS, JobReading
from platform_db.repositories.jobs.reports import ADVANCE, COMPLETE, COMPLETE_MANY, HEARTBEAT, HEARTBEAT_MANY, LOCK
from platform_db.repositories.windows import SPAN, checked_span

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import timedelta

    from platform_db.database.executor import Row
    from platform_db.database.statement import Statement
    from platform_db.domain.jobs import Completion, Held, JobType
    from platform_db.domain.jobs.operations import Move
    from platform_db.domain.json_values import JsonObject

__all__ = ["Completed", "Heartbeats", "JobAttempts"]

_Progress: Final = columns_of(Job, ("progress", "metrics"))
_random: Final = SystemRandom().random


@dataclass(frozen=True, slots=True)
class Heartbeats:
    """Jobs by id, in the order given: which the worker holds, which of those it is asked to end, which it lost."""

    held: tuple[int, ...]
    cancel_requested: tuple[int, ...]
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Completed:
    """Jobs by id, in the order given: which are done, and which another attempt has, or had ended before."""

    done: tuple[int, ...]
    lost: tuple[int, ...]


class JobAttempts(JobReading):
    """Work: claimed, reported, ended.

    Each report names its attempt, and nothing changes when the worker does not hold that
    any more: LeaseLost. It does not name the row's version, so a request to cancel, or a
    heartbeat, comes between no report and its job.
    """

    async def claim(
        self, worker: str, lease: timedelta, *, limit: int = 1, types: frozenset[JobType] | None = None
    ) -> tuple[Job, ...]:
        """Take up to ``limit`` due jobs for a worker: running, with one more attempt, until the lease ends.

        The highest priority comes first, then what has been available longest. However many
        claim at once, a job is given to one of them, and none waits for another; what they
        got shows when the unit of work commits. ``attempt`` is the claim's number and goes
        with each report. Stamps and lease are by the database's clock; no lease is longer
        than the job's ``timeout_seconds``. A job that somebody asked to cancel is not claimed.

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

    async def heartbeat(self, attempt: Held, lease: timedelta) -> Job:
        """Show that the worker is alive: the lease is counted from now.

        Look at ``cancel_requested_at`` of what comes back. A lease never reaches past
        ``timeout_seconds`` from the start: an attempt that takes longer is reaped.

        Raises
        ------
        LeaseLost
            The worker does not hold the attempt any more: drop the work.
        NotFound
            The job is gone.
        RuleViolation
            ``lease`` is out of range.
        """
        return await self._reported(HEARTBEAT, attempt, {SPAN: checked_span(lease)})

    async def heartbeat_many(self, attempts: Sequence[Held], lease: timedelta) -> Heartbeats:
        """The same for all that a worker runs, in one statement; what it lost is told, not raised."""
        asked = {**held_of(sorted(attempts, key=_by_id)), SPAN: checked_span(lease)}
        rows = await self._executor.fetch(HEARTBEAT_MANY, asked)
        is_to_end = {_attempt(row): bool(row["is_to_end"]) for row in rows}
        kept, lost = _kept_and_lost(attempts, is_to_end)
        asked_to_end = {key for (key, _), ends in is_to_end.items() if ends}
        return Heartbeats(kept, tuple(key for key in kept if key in asked_to_end), lost)

    async def progress(self, attempt: Held, percent: int, metrics: JsonObject | None = None) -> Job:
        """Report how far the attempt is, 0 to 100, and what it measured; the worker is alive, too.

        ``metrics`` are added to those before, a name again takes its new value.

        Raises
        ------
        RuleViolation
            ``percent`` is out of range, or below what the attempt has reported
            (``ck_jobs_progress_ascends``).
        LeaseLost, NotFound
            As for :meth:`heartbeat`.
        """
        told = {"progress": percent, "metrics": metrics}
        _Progress.parse(told)
        row = await self._executor.fetch_row(ADVANCE, {**held(attempt), **told})
        if row is not None:
            return ROWS.read(row)
        operations.demand_ascending(await self._locked(attempt), percent)
        raise _lease_lost(attempt)

    async def complete(self, attempt: Held, output: JsonObject | None = None, metrics: JsonObject | None = None) -> Job:
        """End the attempt with its result: the job is completed, and stays as it is.

        Also when somebody asked to cancel it: what is done is done.

        Raises
        ------
        LeaseLost
            The worker does not hold the attempt any more; another one's result stands, or will.
        NotFound
            The job is gone.
        RuleViolation
            ``output`` or ``metrics`` is no JSON object of at most 64 KB.
        """
        return await self._reported(COMPLETE, attempt, reported_result(output, metrics))

    async def complete_many(self, results: Sequence[Completion]) -> Completed:
        """The same for many, in one statement; a job that was lost is told, not raised, and is not changed."""
        ordered = sorted(results, key=lambda it: it.held.id)
        told = [reported_result(it.output, it.metrics) for it in ordered]
        asked = held_of([it.held for it in ordered])
        asked |= {f"held_{name}": [it[name] for it in told] for name in ("output_data", "metrics")}
        done = {_attempt(row) for row in await self._executor.fetch(COMPLETE_MANY, asked)}
        return Completed(*_kept_and_lost([it.held for it in results], done))

    async def fail(self, attempt: Held, code: str, message: str | None = None) -> Job:
        """Report that the attempt failed: the job waits to be tried again, or is given up after its last retry.

        It waits a random span up to 10 seconds, which doubles with each retry up to an hour.
        Given up it is failed and a dead letter. A job that somebody asked to cancel is cancelled.

        Parameters
        ----------
        attempt
            The job as it was claimed, or its claim.
        code
            What failed, for programs: 1 to 100 characters.
        message
            The same for people, at most 1000 characters.

        Raises
        ------
        RuleViolation
            ``code`` or ``message`` is out of range.
        LeaseLost, NotFound
            As for :meth:`heartbeat`.
        """
        job = await self._locked(attempt)
        ending = operations.failed(job, code, message, _random)
        if ending.status is JobStatus.QUEUED:
            return await self._ended(job, ending, AuditAction.JOB_RETRY, "job.retry_scheduled")
        if ending.is_dead_letter:
            return await self._ended(job, ending, AuditAction.UPDATE, "job.dead_lettered")
        return await self._ended(job, ending, AuditAction.JOB_CANCEL, "job.cancelled")

    async def fail_permanently(self, attempt: Held, code: str, message: str | None = None) -> Job:
        """Report a failure that no retry would mend, such as a request that cannot be met: the job is failed.

        It is no dead letter; a person may still :meth:`~JobRepository.requeue` it.

        Raises
        ------
        RuleViolation
            ``code`` or ``message`` is out of range.
        LeaseLost, NotFound
            As for :meth:`heartbeat`.
        """
        job = await self._locked(attempt)
        ending = operations.failed_permanently(job, code, message)
        return await self._ended(job, ending, AuditAction.UPDATE, "job.failed")

    async def cancelled(self, attempt: Held) -> Job:
        """Report that the worker stopped because it was asked to: the job is cancelled.

        Raises
        ------
        RuleViolation
            Nobody asked to cancel the job (``jobs_cancellation_requested``).
        LeaseLost, NotFound
            As for :meth:`heartbeat`.
        """
        job = await self._locked(attempt)
        return await self._ended(job, operations.cancelled(job), AuditAction.JOB_CANCEL, "job.cancelled")

    async def release(self, attempt: Held) -> Job:
        """Give a job back unfinished, as a worker does that shuts down: it may be claimed at once.

        No failure, so no retry is counted. A job that somebody asked to cancel is cancelled.

        Raises
        ------
        LeaseLost, NotFound
            As for :meth:`heartbeat`.
        """
        job = await self._locked(attempt)
        ending = operations.released(job)
        if ending.status is JobStatus.CANCELLED:
            return await self._ended(job, ending, AuditAction.JOB_CANCEL, "job.cancelled")
        (released,) = await move(self._executor, [(job, ending)])
        return released

    async def _reported(self, statement: Statement, attempt: Held, told: dict[str, object]) -> Job:
        row = await self._executor.fetch_row(statement, {**held(attempt), **told})
        return ROWS.read(await self._of_attempt(row, attempt))

    async def _locked(self, attempt: Held) -> Job:
        row = await self._executor.fetch_row(LOCK, held(attempt))
        return ROWS.read(await self._of_attempt(row, attempt))

    async def _of_attempt(self, row: Row | None, attempt: Held) -> Row:
        if row is None:
            await self.get(attempt.id)
            raise _lease_lost(attempt)
        return row

    async def _ended(self, job: Job, ending: Move, action: AuditAction, event: str) -> Job:
        (ended,) = await move(self._executor, [(job, ending)])
        note_move(self._audit, action, event, job, ended)
        return ended


def _by_id(attempt: Held) -> int:
    return attempt.id


def _lease_lost(attempt: Held) -> LeaseLost:
    message = f"attempt {attempt.attempt} does not hold job {attempt.id} any more: drop its work"
    return LeaseLost(message, entity=Job.entity, fields=("attempt",))


def _attempt(row: Row) -> tuple[int, int]:
    return cast("int", row["id"]), cast("int", row["attempt"])


def _kept_and_lost(
    attempts: Sequence[Held], found: Container[tuple[int, int]]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    told = [(it.id, (it.id, it.attempt) in found) for it in attempts]
    return tuple(key for key, is_there in told if is_there), tuple(key for key, is_there in told if not is_there)

"""What may become of a stored job: decisions over frozen values, before any statement.

Each function tells the :class:`Move` that an operation makes, or refuses under the name that
the database would refuse by. Instants are the database's to set; a move tells spans.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from platform_db.domain.backoff import Random, full_jitter
from platform_db.domain.jobs.inputs import reported_failure
from platform_db.domain.jobs.job import Job
from platform_db.domain.jobs.states import FINISHED, UNFINISHED, JobStatus, may_become
from platform_db.domain.rules import Message
from platform_db.errors import IdempotencyMismatch, RuleViolation, Violation

__all__ = [
    "LEASE_EXPIRED",
    "RETENTION",
    "TIMED_OUT",
    "Move",
    "cancelled",
    "demand_ascending",
    "demand_cancellable",
    "failed",
    "failed_permanently",
    "lost",
    "moved",
    "overran",
    "released",
    "requeued",
    "same_or_mismatch",
]

RETENTION: Final = timedelta(days=180)
"""How long a finished job is kept."""

LEASE_EXPIRED: Final = "lease_expired"
"""The error code of a job whose worker fell silent."""

TIMED_OUT: Final = "timeout_exceeded"
"""The error code of an attempt that took longer than it may."""

_NOT_ASKED: Final = Violation(
    rule="jobs_cancellation_requested",
    fields=("cancel_requested_at",),
    message=Message("İşin iptali istenmemiştir", "Nobody asked to cancel the job"),
    entity=Job.entity,
)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a job goes when an attempt ends without a result, or when it is queued again.

    ``delay`` counts only in the queue: how long until the job may be claimed.
    """

    status: JobStatus
    retry_count: int
    error_code: str | None
    error_message: str | None
    delay: timedelta = timedelta(0)
    is_dead_letter: bool = False


def moved(job: Job, status: JobStatus) -> Move:
    """The job in another state, all else as it is.

    Raises
    ------
    RuleViolation
        The job cannot take this state (``ck_jobs_transition_allowed``).
    """
    if job.status is status or not may_become(job.status, status):
        raise RuleViolation(Job.refusal("transition_allowed"))
    return Move(status, job.retry_count, job.error_code, job.error_message)


def failed(job: Job, code: str, message: str | None, random: Random) -> Move:
    """An attempt failed: the job waits for the next, or is given up after its last.

    A job that somebody asked to cancel is not tried again.
    """
    reported_failure(code, message)
    if job.cancel_requested_at is not None:
        return Move(moved(job, JobStatus.CANCELLED).status, job.retry_count, code, message)
    if job.retry_count < job.max_retries:
        queued = moved(job, JobStatus.QUEUED).status
        return Move(queued, job.retry_count + 1, code, message, full_jitter(job.retry_count, random))
    return Move(moved(job, JobStatus.FAILED).status, job.retry_count, code, message, is_dead_letter=True)


def failed_permanently(job: Job, code: str, message: str | None) -> Move:
    """An attempt failed, and every other would: the request itself is at fault."""
    reported_failure(code, message)
    return Move(moved(job, JobStatus.FAILED).status, job.retry_count, code, message)


def released(job: Job) -> Move:
    """A worker gives a job back unfinished: no failure, so no retry is counted."""
    return moved(job, JobStatus.QUEUED if job.cancel_requested_at is None else JobStatus.CANCELLED)


def cancelled(job: Job) -> Move:
    """A worker stops because it was asked to.

    Raises
    ------
    RuleViolation
        Nobody asked (``jobs_cancellation_requested``).
    """
    if job.cancel_requested_at is None:
        raise RuleViolation(_NOT_ASKED)
    return moved(job, JobStatus.CANCELLED)


def overran(job: Job) -> bool:
    """Whether a lost attempt used up its time: a lease is never longer than ``timeout_seconds`` from the start."""
    if job.lease_until is None or job.started_at is None:
        return False
    return job.lease_until - job.started_at >= timedelta(seconds=job.timeout_seconds)


def lost(job: Job, random: Random) -> Move:
    """The lease of a running job has ended.

    When the attempt took too long, another would too: the job is given up. When its worker
    fell silent, the job is tried again while it has retries left.
    """
    if job.cancel_requested_at is not None:
        return moved(job, JobStatus.CANCELLED)
    code = TIMED_OUT if overran(job) else LEASE_EXPIRED
    if code == LEASE_EXPIRED and job.retry_count < job.max_retries:
        queued = moved(job, JobStatus.QUEUED).status
        return Move(queued, job.retry_count + 1, code, None, full_jitter(job.retry_count, random))
    return Move(moved(job, JobStatus.TIMEOUT).status, job.retry_count, code, None, is_dead_letter=True)


def requeued(job: Job) -> Move:
    """A person has a job that failed or timed out tried again, with all its retries.

    Raises
    ------
    RuleViolation
        The job did not fail (``ck_jobs_transition_allowed``).
    """
    if job.status not in FINISHED:
        raise RuleViolation(Job.refusal("transition_allowed"))
    return Move(moved(job, JobStatus.QUEUED).status, 0, job.error_code, job.error_message)


def demand_ascending(job: Job, progress: int) -> None:
    """Refuse a progress below what the attempt has reported.

    Raises
    ------
    RuleViolation
        ``ck_jobs_progress_ascends``
    """
    if progress < job.progress:
        raise RuleViolation(Job.refusal("progress_ascends"))


def demand_cancellable(job: Job) -> None:
    """Refuse to cancel what ended otherwise.

    Raises
    ------
    RuleViolation
        ``ck_jobs_transition_allowed``
    """
    if job.status not in {*UNFINISHED, JobStatus.CANCELLED}:
        raise RuleViolation(Job.refusal("transition_allowed"))


def same_or_mismatch(first: Job, fingerprint: object) -> Job:
    """The job that was made first under a key, when the same request comes again.

    Raises
    ------
    IdempotencyMismatch
        The first asked for something else.
    """
    if first.request_fingerprint == fingerprint:
        return first
    message = f"job {first.id} was asked for with this idempotency key, and it is another request"
    raise IdempotencyMismatch(message, entity=Job.entity, fields=("idempotency_key",))

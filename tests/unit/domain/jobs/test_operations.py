"""What may become of a job, decided before any statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.jobs import FINISHED, WAITING, Job, JobStatus, JobType, may_become, operations
from platform_db.domain.jobs.operations import Move
from platform_db.errors import IdempotencyMismatch, RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable


AT: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STARTED: Final = AT + timedelta(minutes=1)
ENDED: Final = AT + timedelta(minutes=6)


def half() -> float:
    return 0.5


def job(status: JobStatus = JobStatus.RUNNING, **other: object) -> Job:
    """A job in this state, after its first claim unless it waits for it."""
    row: dict[str, object] = {"id": 7, "type": JobType.CAM_PROCESS, "status": status}
    row |= dict.fromkeys(("available_at", "created_at", "updated_at"), AT)
    if status not in WAITING:
        row |= {"attempt": 1, "started_at": STARTED, "progress": 40}
    if status is JobStatus.RUNNING:
        row |= {"claimed_by": "cam-isci-1", "heartbeat_at": STARTED, "lease_until": AT + timedelta(minutes=5)}
    if status in FINISHED:
        row |= {"finished_at": ENDED}
    if status is JobStatus.COMPLETED:
        row |= {"progress": 100}
    if status in {JobStatus.FAILED, JobStatus.TIMEOUT}:
        row |= {"error_code": "tool_missing"}
    return Job.model_validate(row | other)


def refused(decide: Callable[[], object]) -> str:
    with pytest.raises(RuleViolation) as refusal:
        decide()
    return refusal.value.rule


@pytest.mark.parametrize(("old", "new"), list(product(JobStatus, repeat=2)))
def test_a_job_moves_where_the_table_lets_it(old: JobStatus, new: JobStatus) -> None:
    if old != new and may_become(old, new):
        assert operations.moved(job(old), new).status is new
    else:
        assert refused(lambda: operations.moved(job(old), new)) == "ck_jobs_transition_allowed"


# -- failures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("retries", "seconds"), [(0, 5.0), (1, 10.0), (2, 20.0), (8, 1280.0), (9, 1800.0), (99, 1800.0)]
)
def test_a_failed_attempt_waits_longer_each_time(retries: int, seconds: float) -> None:
    ending = operations.failed(job(retry_count=retries, max_retries=100), "tool_missing", "T7 yok", half)

    assert ending == Move(JobStatus.QUEUED, retries + 1, "tool_missing", "T7 yok", timedelta(seconds=seconds))


@pytest.mark.parametrize("allowed", [0, 3])
def test_after_the_last_retry_a_job_is_given_up(allowed: int) -> None:
    ending = operations.failed(job(retry_count=allowed, max_retries=allowed), "tool_missing", None, half)

    assert ending == Move(JobStatus.FAILED, allowed, "tool_missing", None, is_dead_letter=True)


def test_a_job_that_is_to_be_cancelled_is_not_tried_again() -> None:
    asked = job(cancel_requested_at=AT)

    assert operations.failed(asked, "tool_missing", None, half) == Move(JobStatus.CANCELLED, 0, "tool_missing", None)
    assert operations.lost(asked, half) == Move(JobStatus.CANCELLED, 0, None, None)
    assert operations.released(asked) == Move(JobStatus.CANCELLED, 0, None, None)


def test_what_no_retry_mends_is_failed_and_no_dead_letter() -> None:
    ending = operations.failed_permanently(job(), "model_is_open", "Katı model kapalı değil")

    assert ending == Move(JobStatus.FAILED, 0, "model_is_open", "Katı model kapalı değil")


@pytest.mark.parametrize(
    ("code", "message", "rule"),
    [
        ("", None, "ck_jobs_error_code_length"),
        ("x" * 101, None, "ck_jobs_error_code_length"),
        ("x", "m" * 1001, "ck_jobs_error_message_length"),
        (None, None, "ck_jobs_failed_has_error"),
    ],
)
def test_a_failure_is_told_within_bounds(code: str, message: str | None, rule: str) -> None:
    assert refused(lambda: operations.failed(job(), code, message, half)) == rule
    assert refused(lambda: operations.failed_permanently(job(), code, message)) == rule


# -- lost leases -------------------------------------------------------------------------


def test_a_job_whose_worker_fell_silent_is_tried_again() -> None:
    assert operations.lost(job(retry_count=1), half) == Move(
        JobStatus.QUEUED, 2, "lease_expired", None, timedelta(seconds=10)
    )


def test_after_its_last_retry_it_times_out() -> None:
    assert operations.lost(job(retry_count=3), half) == Move(
        JobStatus.TIMEOUT, 3, "lease_expired", None, is_dead_letter=True
    )


@pytest.mark.parametrize(("seconds", "code"), [(240, "timeout_exceeded"), (239, "timeout_exceeded")])
def test_an_attempt_that_took_too_long_is_not_tried_again(seconds: int, code: str) -> None:
    # given a lease of four minutes from the start, all that the attempt has
    ending = operations.lost(job(timeout_seconds=seconds), half)

    assert ending == Move(JobStatus.TIMEOUT, 0, code, None, is_dead_letter=True)


def test_an_attempt_with_time_left_did_not_take_too_long() -> None:
    assert not operations.overran(job(timeout_seconds=241))
    assert not operations.overran(job(JobStatus.PENDING))


# -- cancelled, released, requeued ---------------------------------------------------------


def test_a_worker_cancels_what_it_was_asked_to() -> None:
    assert operations.cancelled(job(cancel_requested_at=AT)) == Move(JobStatus.CANCELLED, 0, None, None)
    assert refused(lambda: operations.cancelled(job())) == "jobs_cancellation_requested"


def test_a_released_job_counts_no_retry() -> None:
    released = operations.released(job(retry_count=2, error_code="tool_missing"))

    assert released == Move(JobStatus.QUEUED, 2, "tool_missing", None)


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.TIMEOUT])
def test_a_requeued_job_has_all_its_retries(status: JobStatus) -> None:
    requeued = operations.requeued(job(status, retry_count=3, dead_lettered_at=ENDED))

    assert requeued == Move(JobStatus.QUEUED, 0, "tool_missing", None)


@pytest.mark.parametrize("status", [each for each in JobStatus if each not in {JobStatus.FAILED, JobStatus.TIMEOUT}])
def test_what_did_not_fail_is_not_requeued(status: JobStatus) -> None:
    assert refused(lambda: operations.requeued(job(status))) == "ck_jobs_transition_allowed"


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.TIMEOUT])
def test_what_ended_otherwise_is_not_cancelled(status: JobStatus) -> None:
    assert refused(lambda: operations.demand_cancellable(job(status))) == "ck_jobs_transition_allowed"


@pytest.mark.parametrize("status", [*WAITING, JobStatus.RUNNING, JobStatus.CANCELLED])
def test_what_goes_on_or_is_cancelled_may_be_cancelled(status: JobStatus) -> None:
    operations.demand_cancellable(job(status))


def test_progress_never_falls() -> None:
    operations.demand_ascending(job(), 40)
    assert refused(lambda: operations.demand_ascending(job(), 39)) == "ck_jobs_progress_ascends"


def test_another_request_under_a_key_is_a_conflict() -> None:
    first = job(idempotency_key="siparis-12", request_fingerprint="1" * 64)

    assert operations.same_or_mismatch(first, "1" * 64) is first
    with pytest.raises(IdempotencyMismatch) as refusal:
        operations.same_or_mismatch(first, "2" * 64)
    assert (refusal.value.entity, refusal.value.fields) == ("jobs", ("idempotency_key",))

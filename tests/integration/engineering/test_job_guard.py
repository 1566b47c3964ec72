"""Jobs go their way by the domain's table, whoever writes: raw SQL as platform_worker."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, cast

import orjson
import pytest

from platform_db.domain.jobs import FINISHED, WAITING, JobStatus, may_become
from platform_db.domain.jobs.rules import JOB_REQUEST, JOB_RESULT
from tests.integration.engineering.conftest import ENDED, STATES

if TYPE_CHECKING:
    from tests.integration.engineering.conftest import Workshop

PAIRS: Final = tuple(product(JobStatus, repeat=2))
ALLOWED: Final = [(old, new) for old, new in PAIRS if may_become(old, new)]
REFUSED: Final = [(old, new) for old, new in PAIRS if not may_become(old, new)]

CLAIMED: Final = {"progress": 0, **STATES[JobStatus.RUNNING]}
HEARTBEAT: Final = "UPDATE jobs SET heartbeat_at = now(), lease_until = now() + interval '5 minutes' WHERE id = $1"
PROGRESS: Final = "UPDATE jobs SET progress = 41, heartbeat_at = now() WHERE id = $1"
CLAIM: Final = """
    UPDATE jobs SET status = 'running', attempt = attempt + 1, claimed_by = 'cam-isci-1', started_at = now(),
        heartbeat_at = now(), lease_until = now() + interval '5 minutes'
    WHERE id = $1
"""
CANCEL: Final = "UPDATE jobs SET cancel_requested_at = now() WHERE id = $1"


# -- transitions -------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), ALLOWED)
async def test_a_job_goes_on_as_the_domain_allows(workshop: Workshop, old: JobStatus, new: JobStatus) -> None:
    job = await workshop.job(old)
    claims = old in WAITING and new == JobStatus.RUNNING
    attempt = cast("int", (await workshop.read(job))["attempt"]) + claims
    await workshop.move(job, new, attempt=attempt)
    row = await workshop.read(job)
    assert (row["status"], row["attempt"]) == (new, attempt)


@pytest.mark.parametrize(("old", "new"), REFUSED)
async def test_a_job_goes_no_other_way(workshop: Workshop, old: JobStatus, new: JobStatus) -> None:
    job = await workshop.job(old)
    change = {"status": new, **STATES[new]}
    assert await workshop.refuses("transition_allowed", job, **change) == "status"


async def test_a_failed_job_goes_back_into_the_queue_with_its_error_and_starts_again(workshop: Workshop) -> None:
    # given a job that was given up after its first attempt
    job = await workshop.job(JobStatus.FAILED, dead_lettered_at=ENDED)
    # when an operator queues it again and a worker claims it
    await workshop.move(job, JobStatus.QUEUED, retry_count=1, dead_lettered_at=None, progress=0)
    await workshop.move(job, JobStatus.RUNNING, attempt=2)
    # then it runs its second attempt from the beginning
    row = await workshop.read(job)
    assert (row["status"], row["attempt"], row["retry_count"], row["progress"]) == ("running", 2, 1, 0)
    assert row["error_code"] == "tool_missing"


# -- attempts ----------------------------------------------------------------------------


@pytest.mark.parametrize("attempt", [0, 2, -1, 2**31 - 1])
@pytest.mark.parametrize("status", WAITING)
async def test_a_claim_counts_one_attempt(workshop: Workshop, status: JobStatus, attempt: int) -> None:
    job = await workshop.job(status)
    change = {"status": JobStatus.RUNNING, **CLAIMED, "attempt": attempt}
    assert await workshop.refuses("attempt_counts_claims", job, **change) == "attempt"


async def test_the_last_number_that_an_attempt_can_have_counts_no_further(workshop: Workshop) -> None:
    last = 2**31 - 1
    job = await workshop.job(JobStatus.QUEUED, attempt=last)
    change = {"status": JobStatus.RUNNING, **CLAIMED, "attempt": last}
    assert await workshop.refuses("attempt_counts_claims", job, **change) == "attempt"


@pytest.mark.parametrize("status", JobStatus)
@pytest.mark.parametrize("step", [-1, 1])
async def test_what_is_no_claim_counts_no_attempt(workshop: Workshop, status: JobStatus, step: int) -> None:
    job = await workshop.job(status, attempt=3)
    assert await workshop.refuses("attempt_counts_claims", job, attempt=3 + step) == "attempt"


@pytest.mark.parametrize("new", [new for old, new in ALLOWED if old == JobStatus.RUNNING != new])
async def test_the_end_of_an_attempt_counts_none(workshop: Workshop, new: JobStatus) -> None:
    job = await workshop.job(JobStatus.RUNNING)
    change = {"status": new, **STATES[new], "attempt": 2}
    assert await workshop.refuses("attempt_counts_claims", job, **change) == "attempt"


@pytest.mark.parametrize("attempt", [1, 2])
async def test_no_other_worker_takes_over_a_running_job(workshop: Workshop, attempt: int) -> None:
    job = await workshop.job(JobStatus.RUNNING)
    await workshop.refuses("attempt_counts_claims", job, claimed_by="cam-isci-2", attempt=attempt)


async def test_each_claim_has_its_own_number(workshop: Workshop) -> None:
    job = await workshop.job(JobStatus.PENDING)
    for attempt in (1, 2, 3):
        await workshop.move(job, JobStatus.RUNNING, attempt=attempt)
        await workshop.move(job, JobStatus.QUEUED)
    assert (await workshop.read(job))["attempt"] == 3


# -- progress ----------------------------------------------------------------------------


@pytest.mark.parametrize("new", [JobStatus.RUNNING, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.TIMEOUT])
async def test_progress_never_falls_within_an_attempt(workshop: Workshop, new: JobStatus) -> None:
    job = await workshop.job(JobStatus.RUNNING)
    change = {"status": new, **STATES[new], "progress": 39}
    assert await workshop.refuses("progress_ascends", job, **change) == "progress"


@pytest.mark.parametrize("progress", [40, 41, 100])
async def test_progress_stays_or_rises(workshop: Workshop, progress: int) -> None:
    job = await workshop.job(JobStatus.RUNNING)
    await workshop.change(job, progress=progress)
    assert (await workshop.read(job))["progress"] == progress


async def test_the_next_attempt_begins_at_the_start(workshop: Workshop) -> None:
    # given a job that went back into the queue at 40 percent
    job = await workshop.job(JobStatus.RUNNING)
    await workshop.move(job, JobStatus.QUEUED)
    assert (await workshop.read(job))["progress"] == 40
    # when it is claimed again
    await workshop.move(job, JobStatus.RUNNING, attempt=2, progress=0)
    # then nothing of the first attempt counts
    assert (await workshop.read(job))["progress"] == 0


async def test_there_is_no_attempt_in_the_queue(workshop: Workshop) -> None:
    job = await workshop.job(JobStatus.RUNNING)
    await workshop.move(job, JobStatus.QUEUED, progress=10)
    await workshop.change(job, progress=0)
    assert (await workshop.read(job))["progress"] == 0


# -- what is finished --------------------------------------------------------------------

OTHER_RESULT: Final = {
    "progress": 7,
    "started_at": "2026-03-02T09:00:30+00:00",
    "finished_at": "2026-03-02T09:07:00+00:00",
    "error_code": "changed_later",
    "error_message": "sonradan yazıldı",
    "metrics": {"seconds": 1},
    "output_data": {"gcode_lines": 1},
}


@pytest.mark.parametrize("column", JOB_RESULT)
@pytest.mark.parametrize("status", FINISHED)
async def test_the_result_of_a_finished_job_stays(workshop: Workshop, status: JobStatus, column: str) -> None:
    job = await workshop.job(status)
    await workshop.refuses("finished_is_final", job, **{column: OTHER_RESULT[column]})


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.TIMEOUT])
async def test_a_job_that_failed_may_be_given_up_later(workshop: Workshop, status: JobStatus) -> None:
    job = await workshop.job(status)
    await workshop.change(job, dead_lettered_at=ENDED, retry_count=3)
    row = await workshop.read(job)
    assert (row["dead_lettered_at"] is not None, row["retry_count"], row["status"]) == (True, 3, status)


async def test_a_running_job_reports_what_it_found(workshop: Workshop) -> None:
    job = await workshop.job(JobStatus.RUNNING)
    await workshop.move(job, JobStatus.COMPLETED, output_data={"gcode_lines": 18_240}, metrics={"seconds": 300})
    row = await workshop.read(job)
    assert [orjson.loads(str(row[name])) for name in ("output_data", "metrics")] == [
        {"gcode_lines": 18_240},
        {"seconds": 300},
    ]


# -- what was asked ----------------------------------------------------------------------


@pytest.mark.parametrize("column", JOB_REQUEST)
@pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.RUNNING, JobStatus.COMPLETED])
async def test_what_a_job_was_asked_to_do_is_fixed(workshop: Workshop, status: JobStatus, column: str) -> None:
    model = await workshop.model()
    request = {"model_id": model, "idempotency_key": "teklif-12", "request_fingerprint": "1" * 64}
    job = await workshop.job(status, **request, input_params={"stock_mm": 40})
    other = {
        "user_id": await workshop.another_user(),
        "model_id": None,
        "type": "cam_optimize",
        "idempotency_key": "teklif-13",
        "request_fingerprint": "2" * 64,
        "input_params": {"stock_mm": 41},
    }
    await workshop.refuses("request_is_fixed", job, **{column: other[column]})


# -- the trigger -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "statement", "fired"),
    [
        (JobStatus.RUNNING, HEARTBEAT, ["jobs_touch"]),
        (JobStatus.RUNNING, CANCEL, ["jobs_touch"]),
        (JobStatus.RUNNING, PROGRESS, ["jobs_guard", "jobs_touch"]),
        (JobStatus.QUEUED, CLAIM, ["jobs_guard", "jobs_touch"]),
    ],
    ids=["heartbeat", "cancel", "progress", "claim"],
)
async def test_a_statement_meets_one_guard_at_most(
    workshop: Workshop, status: JobStatus, statement: str, fired: list[str]
) -> None:
    job = await workshop.job(status)
    plan = await workshop.worker.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", job)
    names = [trigger["Trigger Name"] for trigger in orjson.loads(plan)[0]["Triggers"]]
    assert [name for name in names if name.startswith("jobs_")] == fired

"""A worker's reports: heard while it holds the attempt, and never after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.jobs import Completion, Held, JobStatus
from platform_db.errors import RuleViolation
from platform_db.repositories.jobs import Completed, Heartbeats
from tests.integration.engineering.work_on_jobs import LEASE, claimed, entries, just_now, read

if TYPE_CHECKING:
    from platform_db.repositories.jobs import JobRepository
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop

Report = Callable[["JobRepository", Held], Awaitable[object]]

LONGER: Final = timedelta(minutes=20)


# -- alive -------------------------------------------------------------------------------


async def test_a_heartbeat_moves_the_lease_on(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop)

    async with database.unit_of_work() as work:
        alive = await work.jobs.heartbeat(held, LONGER)

    beat = just_now(alive, alive.heartbeat_at)
    assert (alive.lease_until, alive.status, alive.attempt) == (beat + LONGER, JobStatus.RUNNING, 1)
    assert await read(database, held) == alive
    assert await entries(database, held.id) == []


async def test_no_lease_is_longer_than_the_attempt_may_take(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop, timeout_seconds=90)
    async with database.unit_of_work() as work:
        alive = await work.jobs.heartbeat(held, LONGER)

    assert held.started_at is not None
    assert held.lease_until == alive.lease_until == held.started_at + timedelta(seconds=90)


async def test_heartbeats_of_many_tell_what_is_held_lost_and_to_end(shop: Workshop, database: Database) -> None:
    # given four running jobs, of which one is to be cancelled and one was lost to another attempt
    held = [await claimed(database, shop) for _ in range(4)]
    async with database.unit_of_work() as work:
        await work.jobs.cancel(held[1].id)
        await work.jobs.release(held[2])
        (again,) = await work.jobs.claim("cam-isci-2", LEASE)

    async with database.unit_of_work() as work:
        beats = await work.jobs.heartbeat_many(list(reversed(held)), LONGER)
        none = await work.jobs.heartbeat_many([], LONGER)

    ids = [job.id for job in held]
    assert again.id == ids[2]
    assert beats == Heartbeats((ids[3], ids[1], ids[0]), cancel_requested=(ids[1],), lost=(ids[2],))
    assert none == Heartbeats((), (), ())
    leases = [(await read(database, job)).lease_until for job in held]
    assert leases[2] == again.lease_until
    assert leases[0] == leases[1] == leases[3] != held[0].lease_until


# -- progress ----------------------------------------------------------------------------


async def test_progress_rises_and_what_is_measured_adds_up(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop)

    async with database.unit_of_work() as work:
        await work.jobs.progress(held, 10, {"seconds": 5, "memory_mb": 300})
        await work.jobs.progress(held, 10)
        half = await work.jobs.progress(held, 50, {"seconds": 25})

    assert (half.progress, half.metrics, half.lease_until) == (50, {"seconds": 25, "memory_mb": 300}, held.lease_until)
    assert just_now(half, half.heartbeat_at)
    assert await read(database, held) == half
    assert await entries(database, held.id) == []


@pytest.mark.parametrize(
    ("percent", "metrics", "rule"),
    [
        (39, {"seconds": 1}, "ck_jobs_progress_ascends"),
        (-1, None, "ck_jobs_progress_valid"),
        (101, None, "ck_jobs_progress_valid"),
        (50, {"log": "x" * 70_000}, "ck_jobs_metrics_size"),
    ],
)
async def test_progress_that_falls_or_is_none_is_refused(
    shop: Workshop, database: Database, percent: int, metrics: dict[str, object], rule: str
) -> None:
    held = await claimed(database, shop)
    async with database.unit_of_work() as work:
        at = await work.jobs.progress(held, 40)

    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.jobs.progress(held, percent, metrics)  # pyright: ignore[reportArgumentType]
        # the refusal is the library's: the unit of work goes on
        assert await work.jobs.get(held.id) == at

    assert refused.value.rule == rule


# -- done --------------------------------------------------------------------------------


async def test_a_job_is_done_with_its_result(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop, error_code="tool_missing", error_message="T7 yok", retry_count=1)
    async with database.unit_of_work() as work:
        await work.jobs.progress(held, 40, {"seconds": 5, "memory_mb": 300})

    async with database.unit_of_work() as work:
        done = await work.jobs.complete(held, {"gcode_lines": 18_240}, {"seconds": 25})

    assert (done.status, done.progress, done.output_data) == (JobStatus.COMPLETED, 100, {"gcode_lines": 18_240})
    assert done.metrics == {"seconds": 25, "memory_mb": 300}
    assert (done.error_code, done.error_message, done.retry_count, done.attempt) == (None, None, 1, 1)
    assert (done.claimed_by, done.lease_until, done.heartbeat_at) == (None, None, None)
    assert (done.started_at, just_now(done, done.finished_at)) == (held.started_at, done.finished_at)
    assert await read(database, held) == done
    assert await entries(database, held.id) == []


async def test_a_request_to_cancel_comes_too_late_for_what_is_done(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop)
    async with database.unit_of_work(as_user=shop.user) as work:
        asked = await work.jobs.request_cancel(held.id)

    async with database.unit_of_work() as work:
        done = await work.jobs.complete(held)

    assert (done.status, done.cancel_requested_at) == (JobStatus.COMPLETED, asked.cancel_requested_at)


async def test_an_attempt_that_ends_in_an_older_transaction_ends_when_it_began(
    shop: Workshop, database: Database
) -> None:
    # given a unit of work that began before the claim
    async with database.unit_of_work() as early:
        await early.jobs.due()
        held = await claimed(database, shop)
        done = await early.jobs.complete(held)

    assert done.finished_at == held.started_at


async def test_many_are_done_at_once_and_what_was_lost_is_told(shop: Workshop, database: Database) -> None:
    held = [await claimed(database, shop) for _ in range(3)]
    async with database.unit_of_work() as work:
        await work.jobs.release(held[1])

    async with database.unit_of_work() as work:
        results = [Completion(job, {"place": place}, {"seconds": place}) for place, job in enumerate(held)]
        outcome = await work.jobs.complete_many([*reversed(results)])
        none = await work.jobs.complete_many([])
        bare = await work.jobs.complete_many([Completion(held[0])])

    ids = [job.id for job in held]
    assert (outcome, none) == (Completed((ids[2], ids[0]), lost=(ids[1],)), Completed((), ()))
    assert bare == Completed((), lost=(ids[0],))
    stored = [await read(database, job) for job in held]
    assert [job.status for job in stored] == [JobStatus.COMPLETED, JobStatus.QUEUED, JobStatus.COMPLETED]
    assert [job.output_data for job in stored] == [{"place": 0}, None, {"place": 2}]
    assert [job.metrics for job in stored] == [{"seconds": 0}, None, {"seconds": 2}]
    assert {job.progress for job in stored} == {0, 100}


# -- failed ------------------------------------------------------------------------------


async def test_a_failed_attempt_waits_for_the_next(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop, max_retries=1)
    async with database.unit_of_work() as work:
        await work.jobs.progress(held, 40, {"seconds": 5})

    async with database.unit_of_work() as work:
        waits = await work.jobs.fail(held, "tool_missing", "T7 takımı magazinde yok")

    assert (waits.status, waits.retry_count, waits.attempt, waits.progress) == (JobStatus.QUEUED, 1, 1, 0)
    assert (waits.error_code, waits.error_message) == ("tool_missing", "T7 takımı magazinde yok")
    assert (waits.started_at, waits.finished_at, waits.dead_lettered_at, waits.claimed_by) == (None,) * 4
    assert timedelta(seconds=-1) < waits.available_at - waits.updated_at < timedelta(seconds=10)
    before = {"status": "running", "retry_count": 0, "error_code": None, "available_at": held.available_at.isoformat()}
    after = {"status": "queued", "retry_count": 1, "error_code": "tool_missing"}
    after |= {"available_at": waits.available_at.isoformat()}
    assert await entries(database, held.id) == [
        ("job_retry", "job.retry_scheduled", {"before": before, "after": after})
    ]


async def test_after_the_last_retry_a_job_is_a_dead_letter(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop, max_retries=2, retry_count=2)

    async with database.unit_of_work() as work:
        dead = await work.jobs.fail(held, "tool_missing")
        assert (await work.jobs.dead_letters()).items == (dead,)

    assert (dead.status, dead.retry_count, dead.started_at) == (JobStatus.FAILED, 2, held.started_at)
    stamp = just_now(dead, dead.dead_lettered_at)
    assert dead.finished_at == stamp
    before = {"status": "running", "error_code": None, "dead_lettered_at": None}
    after = {"status": "failed", "error_code": "tool_missing", "dead_lettered_at": stamp.isoformat()}
    assert await entries(database, held.id) == [("update", "job.dead_lettered", {"before": before, "after": after})]


async def test_what_no_retry_mends_fails_at_once(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop)

    async with database.unit_of_work() as work:
        failed = await work.jobs.fail_permanently(held, "model_is_open", "Katı model kapalı değil")

    assert (failed.status, failed.retry_count, failed.dead_lettered_at) == (JobStatus.FAILED, 0, None)
    assert just_now(failed, failed.finished_at)
    before, after = {"status": "running", "error_code": None}, {"status": "failed", "error_code": "model_is_open"}
    assert await entries(database, held.id) == [("update", "job.failed", {"before": before, "after": after})]


@pytest.mark.parametrize("code", ["", "x" * 101])
async def test_a_failure_out_of_bounds_changes_nothing(shop: Workshop, database: Database, code: str) -> None:
    held = await claimed(database, shop)

    async with database.unit_of_work() as work:
        for fail in (work.jobs.fail, work.jobs.fail_permanently):
            with pytest.raises(RuleViolation) as refused:
                await fail(held, code)
            assert refused.value.rule == "ck_jobs_error_code_length"

    assert await read(database, held) == held


# -- cancelled, released -----------------------------------------------------------------


STOPS: Final[dict[str, Report]] = {
    "cancelled": lambda jobs, held: jobs.cancelled(held),
    "fail": lambda jobs, held: jobs.fail(held, "tool_missing"),
    "release": lambda jobs, held: jobs.release(held),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
async def test_a_worker_that_stops_cancels_what_is_to_end(shop: Workshop, database: Database, stop: Report) -> None:
    held = await claimed(database, shop)
    async with database.unit_of_work(as_user=shop.user) as work:
        await work.jobs.request_cancel(held.id)

    async with database.unit_of_work() as work:
        await stop(work.jobs, held)

    ended = await read(database, held)
    assert (ended.status, ended.retry_count, ended.claimed_by) == (JobStatus.CANCELLED, 0, None)
    assert just_now(ended, ended.finished_at)
    asked, told = await entries(database, held.id)
    assert (asked[1], told[:2]) == ("job.cancel_requested", ("job_cancel", "job.cancelled"))


async def test_what_nobody_asked_to_end_is_not_cancelled(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop)

    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.jobs.cancelled(held)

    assert refused.value.rule == "jobs_cancellation_requested"
    assert await read(database, held) == held


async def test_a_released_job_is_claimed_again_at_once(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop, retry_count=1)
    async with database.unit_of_work() as work:
        await work.jobs.progress(held, 40, {"seconds": 5})
        released = await work.jobs.release(held)
    async with database.unit_of_work() as work:
        (again,) = await work.jobs.claim("cam-isci-2", LEASE)

    assert (released.status, released.retry_count) == (JobStatus.QUEUED, 1)
    assert just_now(released, released.available_at)
    assert (again.id, again.attempt, again.progress, again.metrics) == (held.id, 2, 0, None)
    assert await entries(database, held.id) == []

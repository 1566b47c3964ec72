"""Sweeps of the queue, how it stands, and its state machine on both sides."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.jobs import FINISHED, WAITING, Completion, JobStatus, JobType, operations
from platform_db.errors import LeaseLost, NotAllowed, RuleViolation
from platform_db.repositories.jobs import Completed
from tests.integration.engineering.conftest import STARTED, STATES
from tests.integration.engineering.work_on_jobs import LEASE, claimed, entries, just_now, lose, read, sweeps

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Values, Workshop

OLD: Final = "2026-01-01T00:00:00+00:00"

# -- lost leases -------------------------------------------------------------------------


async def test_a_lost_job_is_tried_again(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop)
    await lose(shop, held)

    async with database.unit_of_work() as work:
        (reaped,) = await work.jobs.reap()

    assert (reaped.id, reaped.status, reaped.retry_count, reaped.attempt) == (held.id, JobStatus.QUEUED, 1, 1)
    assert (reaped.error_code, reaped.claimed_by, reaped.started_at) == ("lease_expired", None, None)
    assert timedelta(seconds=-1) < reaped.available_at - reaped.updated_at < timedelta(seconds=10)
    assert await read(database, held) == reaped
    assert await entries(database, held.id) == []
    assert await sweeps(database) == [("update", "job.reaped", {"after": {"count": 1, "by_status": {"queued": 1}}})]


async def test_a_lost_job_ends_as_its_row_says(shop: Workshop, database: Database) -> None:
    # given lost jobs: out of retries, out of time, and asked to be cancelled
    no_retry = await claimed(database, shop, max_retries=0)
    no_time = await claimed(database, shop, timeout_seconds=1)
    asked = await claimed(database, shop)
    for job in (no_retry, asked):
        await lose(shop, job)
    await shop.worker.execute(
        "UPDATE jobs SET started_at = started_at - interval '1 minute', "
        "lease_until = lease_until - interval '1 minute' WHERE id = $1",
        no_time.id,
    )
    async with database.unit_of_work() as work:
        await work.jobs.cancel(asked.id)

    async with database.unit_of_work() as work:
        reaped = {job.id: job for job in await work.jobs.reap()}
        assert await work.jobs.reap() == ()

    ended = [reaped[job.id] for job in (no_retry, no_time, asked)]
    assert [job.status for job in ended] == [JobStatus.TIMEOUT, JobStatus.TIMEOUT, JobStatus.CANCELLED]
    assert [job.error_code for job in ended] == ["lease_expired", "timeout_exceeded", None]
    assert [job.dead_lettered_at is not None for job in ended] == [True, True, False]
    assert [job.retry_count for job in ended] == [0, 0, 0]
    assert all(just_now(job, job.finished_at) for job in ended)
    after = {"count": 3, "by_status": {"timeout": 2, "cancelled": 1}}
    assert await sweeps(database) == [("update", "job.reaped", {"after": after})]


async def test_reaping_takes_what_is_lost_longest_first(shop: Workshop, database: Database) -> None:
    held = [await claimed(database, shop) for _ in range(3)]
    for job, seconds in zip(held[:2], (5, 9), strict=True):
        await shop.worker.execute(
            "UPDATE jobs SET lease_until = now() - make_interval(secs => $2) WHERE id = $1", job.id, seconds
        )

    async with database.unit_of_work() as work:
        one = await work.jobs.reap(limit=1)
        rest = await work.jobs.reap()
        with pytest.raises(RuleViolation):
            await work.jobs.reap(limit=0)

    assert [job.id for job in (*one, *rest)] == [held[1].id, held[0].id]
    assert (await read(database, held[2])) == held[2]


async def test_what_another_reaper_has_is_passed_over(shop: Workshop, database: Database) -> None:
    held = [await claimed(database, shop) for _ in range(2)]
    for job in held:
        await lose(shop, job)

    async with database.unit_of_work() as one:
        first = await one.jobs.reap(limit=1)
        async with database.unit_of_work() as other:
            passed = await other.jobs.reap()

    assert [job.id for job in (*first, *passed)] == [job.id for job in held]


async def test_the_result_of_a_zombie_is_refused_and_the_next_attempts_stands(
    shop: Workshop, database: Database
) -> None:
    # given a worker that fell silent, and another that has its job
    zombie = await claimed(database, shop)
    await lose(shop, zombie)
    async with database.unit_of_work() as work:
        (reaped,) = await work.jobs.reap()
    await shop.worker.execute("UPDATE jobs SET available_at = now() - interval '1 second' WHERE id = $1", reaped.id)
    async with database.unit_of_work() as work:
        (second,) = await work.jobs.claim("cam-isci-2", LEASE)

    # when the first one wakes
    async with database.unit_of_work() as work:
        with pytest.raises(LeaseLost):
            await work.jobs.complete(zombie, {"by": 1})
        assert await work.jobs.complete_many([Completion(zombie, {"by": 1})]) == Completed((), (zombie.id,))
        done = await work.jobs.complete(second, {"by": 2})
        with pytest.raises(LeaseLost):
            await work.jobs.fail(zombie, "late")

    # then the second one's result is the job's
    assert await read(database, zombie) == done
    assert (done.output_data, done.attempt, done.status) == ({"by": 2}, 2, JobStatus.COMPLETED)


# -- cancellations -----------------------------------------------------------------------


async def test_waiting_jobs_that_users_asked_to_cancel_are_ended(shop: Workshop, database: Database) -> None:
    asked = [await shop.job(JobStatus.QUEUED, cancel_requested_at=STARTED) for _ in range(3)]
    others = [await shop.job(), await shop.job(JobStatus.RUNNING, cancel_requested_at=STARTED)]
    before = [await shop.read(job) for job in others]

    async with database.unit_of_work() as work:
        first = await work.jobs.settle_cancellations(limit=2)
    async with database.unit_of_work() as work:
        rest = await work.jobs.settle_cancellations()
    async with database.unit_of_work() as work:
        none = await work.jobs.settle_cancellations()

    assert (first, rest, none) == (2, 1, 0)
    assert [(await shop.read(job))["status"] for job in asked] == ["cancelled"] * 3
    assert [await shop.read(job) for job in others] == before
    assert await sweeps(database) == [
        ("job_cancel", "job.cancelled", {"after": {"count": 2}}),
        ("job_cancel", "job.cancelled", {"after": {"count": 1}}),
    ]


# -- retention ---------------------------------------------------------------------------


async def old(shop: Workshop, status: JobStatus = JobStatus.COMPLETED, **other: object) -> int:
    """A job that ended 181 days ago."""
    stamps = await shop.worker.fetchrow(
        "SELECT (now() - interval '182 days')::text AS asked, (now() - interval '181 days')::text AS ended"
    )
    ended: Values = {"started_at": stamps["asked"], "finished_at": stamps["ended"]} if status in FINISHED else {}
    return await shop.job(status, **{"created_at": stamps["asked"], "updated_at": stamps["asked"], **ended} | other)


async def test_jobs_that_ended_long_ago_are_deleted_with_their_runs(shop: Workshop, database: Database) -> None:
    # given old jobs in every state, with runs, and one that ended within the 180 days
    gone = [await old(shop, status) for status in FINISHED]
    machine = await shop.machine()
    run = await shop.cam_run(gone[0], machine)
    await shop.sim_run(gone[0], run)
    stays = [await old(shop, status) for status in (*WAITING, JobStatus.RUNNING)]
    recent = await shop.worker.fetchval("SELECT (now() - interval '179 days')::text")
    stays.append(await old(shop, finished_at=recent))

    async with database.unit_of_work() as work:
        first = await work.jobs.delete_finished(limit=1)
        rest = await work.jobs.delete_finished()
        none = await work.jobs.delete_finished()

    assert (first, rest, none) == (1, len(gone) - 1, 0)
    assert [row[0] for row in await shop.worker.fetch("SELECT id FROM jobs ORDER BY id")] == stays
    assert await shop.worker.fetchval("SELECT (SELECT count(*) FROM cam_runs) + (SELECT count(*) FROM sim_runs)") == 0
    assert await sweeps(database) == [
        ("delete", "job.deleted", {"after": {"count": 1}}),
        ("delete", "job.deleted", {"after": {"count": len(gone) - 1}}),
    ]


async def test_a_job_whose_files_are_there_is_left(shop: Workshop, database: Database) -> None:
    left, gone = await old(shop), await old(shop)
    artefact = await shop.artefact(left)
    run = await shop.cam_run(left, await shop.machine())

    async with database.unit_of_work() as work:
        assert await work.jobs.delete_finished() == 1

    assert [row[0] for row in await shop.worker.fetch("SELECT id FROM jobs")] == [left]
    assert await shop.worker.fetchval("SELECT id FROM cam_runs") == run
    await shop.worker.execute("DELETE FROM artefacts WHERE id = $1", artefact)
    async with database.unit_of_work() as work:
        assert await work.jobs.delete_finished() == 1
    assert gone != left


async def test_a_job_whose_file_is_being_recorded_is_left_without_waiting(shop: Workshop, database: Database) -> None:
    # given an old job, and a transaction that is recording a file of it
    job = await old(shop)
    await shop.worker.execute("BEGIN")
    await shop.artefact(job)
    # when old jobs are swept meanwhile, then the sweep passes it over
    async with database.unit_of_work() as work:
        assert await work.jobs.delete_finished() == 0
    await shop.worker.execute("COMMIT")
    assert await shop.worker.fetchval("SELECT count(*) FROM artefacts WHERE job_id = $1", job) == 1


async def test_a_job_whose_run_is_simulated_by_another_goes_after_it(shop: Workshop, database: Database) -> None:
    machined, simulated = await old(shop), await old(shop, type=JobType.SIM_RUN)
    await shop.sim_run(simulated, await shop.cam_run(machined, await shop.machine()))

    async with database.unit_of_work() as work:
        counts = [await work.jobs.delete_finished() for _ in range(3)]

    assert counts == [1, 1, 0]
    assert await shop.worker.fetchval("SELECT count(*) FROM jobs") == 0


async def test_a_user_sweeps_nothing(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop)
    await lose(shop, held)
    await shop.job(cancel_requested_at=STARTED)
    await old(shop)

    async def refused(sweep: str) -> None:
        async with database.unit_of_work(as_user=shop.user) as work:
            await getattr(work.jobs, sweep)()

    for sweep in ("reap", "settle_cancellations", "delete_finished"):
        with pytest.raises(NotAllowed):
            await refused(sweep)

    assert (
        await shop.worker.fetchval("SELECT count(*) FROM jobs WHERE status IN ('running', 'pending', 'completed')") == 3
    )


# -- how it stands -----------------------------------------------------------------------


async def test_the_average_duration_is_of_the_newest_hundred(shop: Workshop, database: Database) -> None:
    # given an old slow job, a hundred of ten and twenty seconds, and others that do not count
    await shop.job(JobStatus.COMPLETED, created_at=OLD, finished_at="2026-03-03T09:01:00+00:00")
    for place in range(100):
        await shop.job(JobStatus.COMPLETED, finished_at=f"2026-03-02T09:01:{10 + place % 2 * 10}+00:00")
    await shop.job(JobStatus.FAILED)
    await shop.job(JobStatus.COMPLETED, type=JobType.SIM_RUN)

    async with database.unit_of_work() as work:
        average = await work.jobs.average_duration(JobType.CAM_PROCESS)
        one = await work.jobs.average_duration(JobType.SIM_RUN)
        none = await work.jobs.average_duration(JobType.MODEL_REPAIR)

    assert (average, one, none) == (timedelta(seconds=15), timedelta(minutes=5), None)


async def test_jobs_are_counted_by_status(shop: Workshop, database: Database) -> None:
    for status, many in zip(JobStatus, (3, 0, 2, 1, 0, 0, 1), strict=True):
        for _ in range(many):
            await shop.job(status)

    async with database.unit_of_work() as work:
        counted = await work.jobs.by_status()
    async with database.unit_of_work(as_user=await shop.another_user()) as work:
        none = await work.jobs.by_status()

    assert counted == dict(zip(JobStatus, (3, 0, 2, 1, 0, 0, 1), strict=True))
    assert none == dict.fromkeys(JobStatus, 0)


# -- the states, on both sides -----------------------------------------------------------


@pytest.mark.parametrize(("status", "new"), [pair for pair in product(JobStatus, repeat=2) if pair[0] != pair[1]])
async def test_library_and_database_let_a_job_go_the_same_ways(
    shop: Workshop, database: Database, status: JobStatus, new: JobStatus
) -> None:
    made = await shop.job(status)
    async with database.unit_of_work() as work:
        job = await work.jobs.get(made)
    refusal: str | None = None
    try:
        operations.moved(job, new)
    except RuleViolation as refused:
        refusal = refused.rule

    if refusal is None:
        claims = status in WAITING and new is JobStatus.RUNNING
        await shop.move(made, new, attempt=job.attempt + claims)
    else:
        assert await shop.refuses(refusal.removeprefix("ck_jobs_"), made, status=new, **STATES[new]) == "status"
    assert (await shop.read(made))["status"] == (new if refusal is None else status)

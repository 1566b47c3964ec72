"""The fence around an attempt: who does not hold it any more changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.jobs import Claim, Completion, Held, JobStatus
from platform_db.errors import LeaseLost, NotAllowed, NotFound
from platform_db.repositories.jobs import Completed, Heartbeats
from tests.integration.engineering.work_on_jobs import LEASE, WORKER, claimed, entries, read

if TYPE_CHECKING:
    from platform_db.domain.jobs import Job
    from platform_db.repositories.jobs import JobRepository
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop

Report = Callable[["JobRepository", Held], Awaitable[object]]

REPORTS: Final[dict[str, Report]] = {
    "heartbeat": lambda jobs, held: jobs.heartbeat(held, LEASE),
    "progress": lambda jobs, held: jobs.progress(held, 50, {"seconds": 1}),
    "complete": lambda jobs, held: jobs.complete(held, {"gcode_lines": 1}),
    "fail": lambda jobs, held: jobs.fail(held, "tool_missing"),
    "fail_permanently": lambda jobs, held: jobs.fail_permanently(held, "model_is_open"),
    "cancelled": lambda jobs, held: jobs.cancelled(held),
    "release": lambda jobs, held: jobs.release(held),
}
each_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


@each_report
async def test_a_claim_reports_as_its_job_does(shop: Workshop, database: Database, report: Report) -> None:
    held = await claimed(database, shop)
    async with database.unit_of_work() as work:
        await work.jobs.cancel(held.id)

    async with database.unit_of_work() as work:
        await report(work.jobs, Claim.of(held))

    assert (await read(database, held)).version > held.version + 1


@each_report
async def test_a_worker_that_lost_its_lease_changes_nothing(shop: Workshop, database: Database, report: Report) -> None:
    # given a job that another attempt has
    held = await claimed(database, shop)
    async with database.unit_of_work() as work:
        await work.jobs.release(held)
        (again,) = await work.jobs.claim("cam-isci-2", LEASE)

    # when the first one reports, in whatever name, then it is told that it comes too late
    zombies: list[Held] = [
        held,
        Claim(id=held.id, attempt=1, claimed_by="cam-isci-2"),
        Claim(id=held.id, attempt=2, claimed_by=WORKER),
        Claim(id=held.id, attempt=3, claimed_by="cam-isci-2"),
    ]
    async with database.unit_of_work() as work:
        for zombie in zombies:
            with pytest.raises(LeaseLost) as refused:
                await report(work.jobs, zombie)
            assert (refused.value.entity, refused.value.fields) == ("jobs", ("attempt",))

    # and nothing changed
    assert await read(database, held) == again
    assert await entries(database, held.id) == []


async def test_of_two_attempts_in_one_batch_the_one_that_holds_the_job_is_heard(
    shop: Workshop, database: Database
) -> None:
    zombie = await claimed(database, shop)
    async with database.unit_of_work() as work:
        await work.jobs.release(zombie)
        (second,) = await work.jobs.claim("cam-isci-2", LEASE)

    async with database.unit_of_work() as work:
        beats = await work.jobs.heartbeat_many([zombie, second], LEASE)
        outcome = await work.jobs.complete_many([Completion(zombie, {"by": 1}), Completion(second, {"by": 2})])

    assert beats == Heartbeats((second.id,), (), lost=(zombie.id,))
    assert outcome == Completed((second.id,), lost=(zombie.id,))
    assert (await read(database, second)).output_data == {"by": 2}


@pytest.mark.parametrize("status", sorted(set(JobStatus) - {JobStatus.RUNNING}))
@each_report
async def test_what_does_not_run_takes_no_report(
    shop: Workshop, database: Database, report: Report, status: JobStatus
) -> None:
    made = await shop.job(status, attempt=1)
    before = await shop.read(made)

    async with database.unit_of_work() as work:
        job: Job = await work.jobs.get(made)
        for held in (job, Claim(id=made, attempt=1, claimed_by=WORKER)):
            with pytest.raises(LeaseLost):
                await report(work.jobs, held)

    assert await shop.read(made) == before


@each_report
async def test_a_report_of_no_job_finds_none(database: Database, report: Report) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(NotFound):
            await report(work.jobs, Claim(id=10**9, attempt=1, claimed_by=WORKER))


@each_report
async def test_a_user_reports_nothing(shop: Workshop, database: Database, report: Report) -> None:
    held = await claimed(database, shop)
    async with database.unit_of_work() as work:
        asked = await work.jobs.cancel(held.id)

    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=shop.user) as work:
            await report(work.jobs, held)

    assert await read(database, held) == asked

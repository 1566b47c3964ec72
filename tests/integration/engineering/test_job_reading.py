"""Jobs as services read them: found, listed, counted; each user the own ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.jobs import JobStatus, JobType
from platform_db.errors import NotFound, RuleViolation
from platform_db.repositories.jobs import JobFilter, JobTally
from tests.integration.engineering.conftest import ENDED, STARTED
from tests.integration.engineering.pages import ids, page_by_page

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop

EARLY: Final = "2026-03-02T09:00:00+00:00"
LATE: Final = "2026-03-02T09:30:00+00:00"
NOT_YET: Final = "2099-01-01T00:00:00+00:00"
FINGERPRINT: Final = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"


async def test_the_place_in_the_queue_counts_what_is_due_before(shop: Workshop, database: Database) -> None:
    await shop.job(priority=10, available_at=EARLY)
    await shop.job(priority=20, available_at=NOT_YET)
    await shop.job(JobStatus.RUNNING, priority=20, available_at=EARLY)
    second = await shop.job(available_at=EARLY)
    third = await shop.job(JobStatus.QUEUED, available_at=EARLY)
    postponed = await shop.job(available_at=NOT_YET)
    done = await shop.job(JobStatus.COMPLETED)

    async with database.unit_of_work() as work:
        places = [await work.jobs.position(job) for job in (second, third, postponed, done)]
        with pytest.raises(NotFound):
            await work.jobs.position(done + 1)

    assert places == [2, 3, 4, None]


async def test_the_longest_wait_is_that_of_the_job_due_longest(shop: Workshop, database: Database) -> None:
    async with database.unit_of_work() as work:
        assert await work.jobs.longest_wait() is None
    await shop.job(available_at=NOT_YET)
    await shop.job(JobStatus.RUNNING, available_at=EARLY)
    await shop.worker.execute(
        "INSERT INTO jobs (type, available_at) VALUES ('sim_run', now() - interval '3 hours'), "
        "('sim_run', now() - interval '2 hours')"
    )

    async with database.unit_of_work() as work:
        waited = await work.jobs.longest_wait()

    assert waited is not None
    assert timedelta(hours=3) < waited < timedelta(hours=3, minutes=1)


async def test_the_last_job_of_a_task_is_found(shop: Workshop, database: Database) -> None:
    await shop.job(task_id="a3f1c7de")
    last = await shop.job(task_id="a3f1c7de")

    async with database.unit_of_work(as_user=shop.user) as work:
        assert (await work.jobs.by_task_id("a3f1c7de")).id == last
        with pytest.raises(NotFound):
            await work.jobs.by_task_id("A3F1C7DE")
    async with database.unit_of_work(as_user=await shop.another_user()) as work:
        with pytest.raises(NotFound):
            await work.jobs.by_task_id("a3f1c7de")


async def test_a_key_is_its_users_and_the_systems_apart(shop: Workshop, database: Database) -> None:
    other = await shop.another_user()
    mine, theirs, systems = [
        await shop.job(user_id=user, idempotency_key="gece-raporu", request_fingerprint=FINGERPRINT)
        for user in (shop.user, other, None)
    ]

    async with database.unit_of_work() as work:
        found = [(await work.jobs.by_idempotency_key(user, "gece-raporu")).id for user in (shop.user, other, None)]
        with pytest.raises(NotFound):
            await work.jobs.by_idempotency_key(shop.user, "gunduz-raporu")
    async with database.unit_of_work(as_user=shop.user) as work:
        with pytest.raises(NotFound):
            await work.jobs.by_idempotency_key(other, "gece-raporu")

    assert found == [mine, theirs, systems]


async def test_a_list_holds_what_its_filter_says(shop: Workshop, database: Database) -> None:
    model = await shop.model()
    asked = await shop.job(input_params={"machine": "VMC-850", "stock_mm": 40})
    done = await shop.job(JobStatus.COMPLETED, output_data={"lines": 18_240}, metrics={"seconds": 300}, type="sim_run")
    worked = await shop.job(model_id=model, input_params={"machine": "VMC-500"})
    theirs = await shop.job(user_id=await shop.another_user())

    async with database.unit_of_work() as work:
        found = {
            name: sorted(ids((await work.jobs.page(chosen)).items))
            for name, chosen in {
                "every": JobFilter(),
                "user": JobFilter(user_id=shop.user),
                "model": JobFilter(model_id=model),
                "type": JobFilter(type=JobType.SIM_RUN),
                "status": JobFilter(status=JobStatus.PENDING),
                "input": JobFilter(input_params={"machine": "VMC-850"}),
                "metrics": JobFilter(metrics={"seconds": 300}),
                "output": JobFilter(output_data={"lines": 18_240}),
                "none": JobFilter(metrics={"seconds": 300}, status=JobStatus.PENDING),
            }.items()
        }
        pending = await work.jobs.count(JobFilter(status=JobStatus.PENDING))
    async with database.unit_of_work(as_user=shop.user) as work:
        own = ids((await work.jobs.page()).items)

    assert found == {
        "every": [asked, done, worked, theirs],
        "user": [asked, done, worked],
        "model": [worked],
        "type": [done],
        "status": [asked, worked, theirs],
        "input": [asked],
        "metrics": [done],
        "output": [done],
        "none": [],
    }
    assert pending == 3
    assert own == [worked, done, asked]


async def test_pages_give_every_job_once_in_either_order(shop: Workshop, database: Database) -> None:
    # given three made at one instant, and one before and after
    first = await shop.job(created_at=EARLY)
    ties = [await shop.job(created_at=STARTED) for _ in range(3)]
    last = await shop.job(created_at=LATE)

    async with database.unit_of_work() as work:
        newest = await page_by_page(lambda after: work.jobs.page(after=after, limit=2))
        oldest = await page_by_page(lambda after: work.jobs.oldest(after=after, limit=2))
        cursor = (await work.jobs.page(limit=2)).next_cursor
        with pytest.raises(RuleViolation):
            await work.jobs.oldest(after=cursor)

    assert oldest == [first, *ties, last]
    assert newest == oldest[::-1]


async def test_dead_letters_are_those_given_up_the_last_first(shop: Workshop, database: Database) -> None:
    given_up = [await shop.job(JobStatus.FAILED, dead_lettered_at=ENDED) for _ in range(3)]
    last = await shop.job(JobStatus.TIMEOUT, dead_lettered_at=LATE, type="sim_run")
    await shop.job(JobStatus.FAILED)

    async with database.unit_of_work() as work:
        found = await page_by_page(lambda after: work.jobs.dead_letters(after=after, limit=2))
        simulations = ids((await work.jobs.dead_letters(JobFilter(type=JobType.SIM_RUN))).items)
    async with database.unit_of_work(as_user=await shop.another_user()) as work:
        theirs = (await work.jobs.dead_letters()).items

    assert found == [last, *given_up[::-1]]
    assert (simulations, theirs) == ([last], ())


async def test_a_tally_counts_a_users_jobs_and_their_progress(shop: Workshop, database: Database) -> None:
    other = await shop.another_user()
    await shop.job()
    for progress in (40, 61, 80):
        await shop.job(JobStatus.RUNNING, progress=progress)
    await shop.job(JobStatus.RUNNING, type="cad_import", progress=5)
    await shop.job(user_id=other)

    async with database.unit_of_work(as_user=shop.user) as work:
        mine = await work.jobs.tally(shop.user)
        theirs = await work.jobs.tally(other)

    assert mine == (
        JobTally(JobType.CAD_IMPORT, JobStatus.RUNNING, 1, 5),
        JobTally(JobType.CAM_PROCESS, JobStatus.PENDING, 1, 0),
        JobTally(JobType.CAM_PROCESS, JobStatus.RUNNING, 3, 60),
    )
    assert theirs == ()

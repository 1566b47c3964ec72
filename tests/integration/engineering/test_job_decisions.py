"""Jobs are cancelled when somebody asks, and tried again when somebody decides so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.jobs import JobStatus
from platform_db.errors import NotAllowed, NotFound, RuleViolation, StaleVersion
from tests.integration.engineering.conftest import ENDED
from tests.integration.engineering.work_on_jobs import LEASE, claimed, entries, just_now

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop


# -- cancel ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.QUEUED, JobStatus.RUNNING])
async def test_a_users_request_is_stamped_once(shop: Workshop, database: Database, status: JobStatus) -> None:
    made = await shop.job(status)

    async with database.unit_of_work(as_user=shop.user) as work:
        asked = await work.jobs.request_cancel(made)
    async with database.unit_of_work(as_user=shop.user) as work:
        again = await work.jobs.request_cancel(made)

    assert (asked.status, again) == (status, asked)
    stamp = just_now(asked, asked.cancel_requested_at)
    after = {"status": status.value, "cancel_requested_at": stamp.isoformat()}
    assert await entries(database, made) == [("job_cancel", "job.cancel_requested", {"after": after})]


async def test_what_is_to_be_cancelled_is_in_the_queue_no_more(shop: Workshop, database: Database) -> None:
    stays, goes = await shop.job(), await shop.job(priority=20)
    async with database.unit_of_work(as_user=shop.user) as work:
        await work.jobs.request_cancel(goes)

    async with database.unit_of_work() as work:
        assert [job.id for job in await work.jobs.due()] == [stays]
        assert (await work.jobs.position(goes), await work.jobs.position(stays)) == (None, 1)
        assert [job.id for job in await work.jobs.claim("cam-isci-1", LEASE, limit=9)] == [stays]
        assert await work.jobs.longest_wait() is None


async def test_background_work_ends_a_waiting_job_at_once(shop: Workshop, database: Database) -> None:
    made = await shop.job()

    async with database.unit_of_work() as work:
        ended = await work.jobs.cancel(made)
    async with database.unit_of_work() as work:
        again = await work.jobs.cancel(made)

    assert (ended.status, again) == (JobStatus.CANCELLED, ended)
    assert ended.finished_at == ended.cancel_requested_at
    after = {"status": "cancelled", "cancel_requested_at": just_now(ended, ended.finished_at).isoformat()}
    assert await entries(database, made) == [("job_cancel", "job.cancelled", {"after": after})]


async def test_background_work_ends_what_a_user_asked_to_cancel(shop: Workshop, database: Database) -> None:
    made = await shop.job()
    async with database.unit_of_work(as_user=shop.user) as work:
        asked = await work.jobs.request_cancel(made)

    async with database.unit_of_work() as work:
        ended = await work.jobs.cancel(made)

    assert (ended.status, ended.cancel_requested_at) == (JobStatus.CANCELLED, asked.cancel_requested_at)


async def test_a_running_job_is_asked(shop: Workshop, database: Database) -> None:
    held = await claimed(database, shop)

    async with database.unit_of_work() as work:
        asked = await work.jobs.cancel(held.id)
        again = await work.jobs.cancel(held.id)

    assert (asked.status, asked.attempt, asked.lease_until) == (JobStatus.RUNNING, 1, held.lease_until)
    assert just_now(asked, asked.cancel_requested_at)
    assert again == asked
    assert [event for _, event, _ in await entries(database, held.id)] == ["job.cancel_requested"]


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.TIMEOUT])
async def test_what_ended_is_not_cancelled(shop: Workshop, database: Database, status: JobStatus) -> None:
    made = await shop.job(status)
    before = await shop.read(made)

    async with database.unit_of_work() as work:
        for act in (work.jobs.request_cancel, work.jobs.cancel):
            with pytest.raises(RuleViolation) as refused:
                await act(made)
            assert refused.value.rule == "ck_jobs_transition_allowed"

    assert (await shop.read(made), await entries(database, made)) == (before, [])


async def test_a_user_cancels_own_jobs_and_only_asks(shop: Workshop, database: Database) -> None:
    other = await shop.another_user()
    made = await shop.job()

    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=other) as work:
            await work.jobs.request_cancel(made)
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=shop.user) as work:
            await work.jobs.cancel(made)

    row = await shop.read(made)
    assert (row["status"], row["cancel_requested_at"]) == ("pending", None)


# -- requeue -----------------------------------------------------------------------------

DEAD: Final = {"retry_count": 3, "dead_lettered_at": ENDED, "cancel_requested_at": ENDED}


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.TIMEOUT])
async def test_a_person_has_a_job_tried_again(shop: Workshop, database: Database, status: JobStatus) -> None:
    # given a dead letter
    made = await shop.job(status, **DEAD)
    async with database.unit_of_work() as work:
        (dead,) = (await work.jobs.dead_letters()).items

    # when it is requeued
    async with database.unit_of_work() as work:
        job = await work.jobs.requeue(dead)

    # then it is in the queue with all its retries, and is claimed again as its next attempt
    assert (job.id, job.status, job.retry_count, job.progress) == (made, JobStatus.QUEUED, 0, 0)
    assert (job.dead_lettered_at, job.cancel_requested_at, job.started_at, job.finished_at) == (None,) * 4
    assert just_now(job, job.available_at)
    assert (job.error_code, job.attempt) == (dead.error_code, 1)
    before = {"status": status.value, "retry_count": 3, "available_at": dead.available_at.isoformat()}
    before |= dict.fromkeys(("cancel_requested_at", "dead_lettered_at"), ENDED)
    after = {"status": "queued", "retry_count": 0, "available_at": job.available_at.isoformat()}
    after |= dict.fromkeys(("cancel_requested_at", "dead_lettered_at"))
    assert await entries(database, made) == [("job_retry", "job.requeued", {"before": before, "after": after})]
    async with database.unit_of_work() as work:
        (held,) = await work.jobs.claim("cam-isci-1", LEASE)
        assert (await work.jobs.dead_letters()).items == ()
    assert (held.id, held.attempt) == (made, 2)


@pytest.mark.parametrize("status", sorted(set(JobStatus) - {JobStatus.FAILED, JobStatus.TIMEOUT}))
async def test_what_did_not_fail_is_not_requeued(shop: Workshop, database: Database, status: JobStatus) -> None:
    made = await shop.job(status)
    dead = await shop.job(JobStatus.FAILED, **DEAD)
    before = await shop.read(dead)

    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.jobs.requeue_many([await work.jobs.get(it) for it in (dead, made)])

    assert refused.value.rule == "ck_jobs_transition_allowed"
    assert (await shop.read(dead), (await shop.read(made))["status"]) == (before, status.value)


async def test_a_page_of_dead_letters_is_requeued_but_what_moved_on(shop: Workshop, database: Database) -> None:
    made = [await shop.job(JobStatus.FAILED, **DEAD) for _ in range(3)]
    async with database.unit_of_work() as work:
        page = await work.jobs.dead_letters()
    async with database.unit_of_work() as work:
        await work.jobs.requeue(page.items[1])

    async with database.unit_of_work() as work:
        requeued = await work.jobs.requeue_many([*page.items, page.items[0]])

    assert [job.id for job in requeued] == [made[2], made[0]]
    assert [len(await entries(database, job)) for job in made] == [1, 1, 1]
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.jobs.requeue(page.items[0])


async def test_a_user_requeues_nothing(shop: Workshop, database: Database) -> None:
    made = await shop.job(JobStatus.FAILED, **DEAD)

    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=shop.user) as work:
            await work.jobs.requeue(await work.jobs.get(made))

    assert (await shop.read(made))["status"] == "failed"


async def test_a_job_has_the_number_of_its_task(shop: Workshop, database: Database) -> None:
    made = await shop.job()

    async with database.unit_of_work() as work:
        noted = await work.jobs.assign_task(await work.jobs.get(made), "a3f1c7de")
        assert await work.jobs.by_task_id("a3f1c7de") == noted
        with pytest.raises(RuleViolation) as refused:
            await work.jobs.assign_task(noted, "x" * 256)

    assert refused.value.rule == "ck_jobs_task_id_length"

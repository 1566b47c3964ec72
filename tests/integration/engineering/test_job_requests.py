"""Work is asked for once, cancelled, and tried again when somebody decides so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.bulk import RowResult
from platform_db.domain.jobs import JobStatus, JobType, NewJob
from platform_db.errors import (
    AlreadyExists,
    IdempotencyMismatch,
    NotAllowed,
    RuleViolation,
    StillReferenced,
)
from tests.integration.engineering.work_on_jobs import LEASE, entries, read

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop

LATER: Final = datetime(2099, 1, 1, tzinfo=UTC)
LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)


def new(user: int | None, **other: object) -> NewJob:
    request: dict[str, object] = {"user_id": user, "type": JobType.CAM_PROCESS, "input_params": {"stock_mm": 40}}
    return NewJob.model_validate(request | other)


async def count(shop: Workshop) -> int:
    return await shop.worker.fetchval("SELECT count(*) FROM jobs")


# -- enqueue -----------------------------------------------------------------------------


async def test_a_user_asks_for_work_and_the_log_says_so(shop: Workshop, database: Database) -> None:
    model = await shop.model()
    request = new(shop.user, model_id=model, idempotency_key="siparis-12", priority=10, max_retries=1)

    async with database.unit_of_work(as_user=shop.user) as work:
        asked = await work.jobs.enqueue(request)

    job = await read(database, asked.job)
    assert (asked.job, asked.is_new) == (job, True)
    assert (job.user_id, job.model_id, job.type, job.status) == (
        shop.user,
        model,
        JobType.CAM_PROCESS,
        JobStatus.PENDING,
    )
    assert (job.priority, job.max_retries, job.timeout_seconds, job.attempt) == (10, 1, 3600, 0)
    assert (job.input_params, job.idempotency_key) == ({"stock_mm": 40}, "siparis-12")
    assert (job.request_fingerprint, job.available_at) == (request.fingerprint, job.created_at)
    after = {"user_id": shop.user, "model_id": model, "type": "cam_process", "status": "pending", "priority": 10}
    after |= {"max_retries": 1, "timeout_seconds": 3600, "request_fingerprint": request.fingerprint}
    after |= {"available_at": job.available_at.isoformat()}
    assert await entries(database, job.id) == [("job_start", "job.enqueued", {"after": after})]


async def test_the_same_request_again_is_the_same_job(shop: Workshop, database: Database) -> None:
    request = new(shop.user, idempotency_key="siparis-12")
    async with database.unit_of_work(as_user=shop.user) as work:
        first = await work.jobs.enqueue(request)
    async with database.unit_of_work() as work:
        (held,) = await work.jobs.claim("cam-isci-1", LEASE)

    async with database.unit_of_work(as_user=shop.user) as work:
        again = await work.jobs.enqueue(new(shop.user, idempotency_key="siparis-12", priority=20, available_at=LATER))

    assert (again.job, again.is_new, held.id) == (held, False, first.job.id)
    assert await count(shop) == 1
    assert len(await entries(database, held.id)) == 1


async def test_another_request_under_the_key_is_refused(shop: Workshop, database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.jobs.enqueue(new(shop.user, idempotency_key="siparis-12"))

    with pytest.raises(IdempotencyMismatch) as refused:
        async with database.unit_of_work(as_user=shop.user) as work:
            await work.jobs.enqueue(new(shop.user, idempotency_key="siparis-12", input_params={"stock_mm": 41}))

    assert (refused.value.entity, refused.value.fields) == ("jobs", ("idempotency_key",))
    assert await count(shop) == 1


async def test_a_key_is_of_its_user_and_the_system_is_one(shop: Workshop, database: Database) -> None:
    other = await shop.another_user()

    async with database.unit_of_work() as work:
        keyed = [await work.jobs.enqueue(new(user, idempotency_key="gece")) for user in (shop.user, other, None, None)]
        keyless = [await work.jobs.enqueue(new(None)) for _ in range(2)]

    assert [it.is_new for it in (*keyed, *keyless)] == [True, True, True, False, True, True]
    assert keyed[2].job == keyed[3].job
    assert await count(shop) == 5


async def test_a_job_is_available_when_it_was_asked_for_but_never_before(shop: Workshop, database: Database) -> None:
    async with database.unit_of_work(as_user=shop.user) as work:
        later = await work.jobs.enqueue(new(shop.user, available_at=LATER))
        past = await work.jobs.enqueue(new(shop.user, available_at=LONG_AGO))

    assert later.job.available_at == LATER
    assert past.job.available_at == past.job.created_at
    async with database.unit_of_work() as work:
        assert [job.id for job in await work.jobs.due()] == [past.job.id]


async def test_a_user_asks_for_nobody_else(shop: Workshop, database: Database) -> None:
    other = await shop.another_user()

    for user in (other, None):
        with pytest.raises(NotAllowed):
            async with database.unit_of_work(as_user=shop.user) as work:
                await work.jobs.enqueue(new(user, idempotency_key="siparis-12"))

    assert await count(shop) == 0


async def test_a_job_is_of_its_users_model(shop: Workshop, database: Database) -> None:
    model = await shop.model()
    other = await shop.another_user()

    for user, wanted in ((other, model), (shop.user, 10**9)):
        with pytest.raises(StillReferenced):
            async with database.unit_of_work() as work:
                await work.jobs.enqueue(new(user, model_id=wanted))

    assert await count(shop) == 0


async def test_many_are_asked_for_at_once_with_an_outcome_each(shop: Workshop, database: Database) -> None:
    # given a request that was made before
    async with database.unit_of_work() as work:
        first = await work.jobs.enqueue(new(shop.user, idempotency_key="siparis-1"))

    # when it comes again among new ones, one that says something else, and some that are refused
    rows = [
        new(shop.user, idempotency_key="siparis-1"),
        new(shop.user, idempotency_key="siparis-2", available_at=LATER),
        new(shop.user, idempotency_key="siparis-1", priority=5),
        new(None),
        new(shop.user, model_id=10**9),
        {"user_id": shop.user, "type": JobType.SIM_RUN, "priority": 21},
        {"user_id": shop.user, "type": JobType.SIM_RUN, "available_at": LONG_AGO},
    ]
    async with database.unit_of_work() as work:
        report = await work.jobs.enqueue_many(rows)
    async with database.unit_of_work() as work:
        other = await work.jobs.enqueue_many([new(shop.user, idempotency_key="siparis-2", max_retries=9)])

    # then each has its own outcome, in order
    created, unchanged, refused = RowResult.CREATED, RowResult.UNCHANGED, RowResult.REFUSED
    assert [it.result for it in report] == [unchanged, created, refused, created, refused, refused, created]
    errors = [type(it.error) for it in (*report, *other) if it.error is not None]
    assert errors == [AlreadyExists, StillReferenced, RuleViolation, IdempotencyMismatch]
    assert report.outcomes[0].row == first.job
    second, past = report.outcomes[1].stored(), report.outcomes[6].stored()
    assert (second.available_at, past.available_at) == (LATER, past.created_at)
    # and what was made is in the log
    assert await count(shop) == 4
    made = [await entries(database, it.row.id) for it in report if it.row and it.result is created]
    assert [[event for _, event, _ in told] for told in made] == [["job.enqueued"]] * 3


async def test_a_user_asks_for_many(shop: Workshop, database: Database) -> None:
    async with database.unit_of_work(as_user=shop.user) as work:
        report = await work.jobs.enqueue_many([new(shop.user, idempotency_key=f"siparis-{it}") for it in range(3)])
        other = await work.jobs.enqueue_many([new(None)])

    assert [it.result for it in report] == [RowResult.CREATED] * 3
    assert [type(it.error) for it in other] == [NotAllowed]
    assert await count(shop) == 3

"""Workers claim: which jobs, in which order, and what a claim writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.jobs import JobStatus, JobType
from platform_db.errors import NotAllowed, RuleViolation
from tests.integration.engineering.pages import ids

if TYPE_CHECKING:
    from platform_db.repositories.jobs import JobRepository
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop

Claim = Callable[["JobRepository"], Awaitable[object]]

LEASE: Final = timedelta(minutes=5)
EARLY: Final = "2026-03-02T09:00:00+00:00"
LATE: Final = "2026-03-02T09:30:00+00:00"
NOT_YET: Final = "2099-01-01T00:00:00+00:00"


async def test_the_highest_priority_comes_first_then_what_is_available_longest(
    shop: Workshop, database: Database
) -> None:
    # given jobs of several priorities and ages, two of them alike, one not available yet, one done
    low = await shop.job(priority=-10, available_at=EARLY)
    late = await shop.job(available_at=LATE)
    early = await shop.job(JobStatus.QUEUED, available_at=EARLY)
    alike = await shop.job(available_at=EARLY)
    high = await shop.job(JobStatus.QUEUED, priority=10, available_at=LATE)
    await shop.job(priority=20, available_at=NOT_YET)
    await shop.job(JobStatus.COMPLETED, priority=20, available_at=EARLY)

    async with database.unit_of_work() as work:
        due = await work.jobs.due()
        claimed = await work.jobs.claim("cam-isci-1", LEASE, limit=4)
    async with database.unit_of_work() as work:
        rest = await work.jobs.claim("cam-isci-2", LEASE, limit=4)
        none = await work.jobs.claim("cam-isci-2", LEASE)

    assert ids(due) == [high, early, alike, late, low]
    assert ids(claimed) == [high, early, alike, late]
    assert ids(rest) == [low]
    assert none == ()


async def test_a_claim_holds_the_job_for_its_worker_by_the_databases_clock(shop: Workshop, database: Database) -> None:
    made = await shop.job(progress=40, attempt=3)

    async with database.unit_of_work() as work:
        (claimed,) = await work.jobs.claim("cam-isci-1", LEASE)
    async with database.unit_of_work() as work:
        stored = await work.jobs.get(made)

    assert stored == claimed
    assert (claimed.status, claimed.claimed_by) == (JobStatus.RUNNING, "cam-isci-1")
    assert (claimed.attempt, claimed.progress, claimed.version) == (4, 0, 2)
    assert claimed.started_at is not None
    assert claimed.lease_until is not None
    assert (claimed.heartbeat_at, claimed.lease_until - claimed.started_at) == (claimed.started_at, LEASE)
    assert await shop.worker.fetchval("SELECT now() - started_at < interval '1 minute' FROM jobs") is True


async def test_a_worker_claims_the_work_that_it_does(shop: Workshop, database: Database) -> None:
    await shop.job(priority=20)
    simulation = await shop.job(type=JobType.SIM_RUN)
    report = await shop.job(type=JobType.REPORT_GENERATE, priority=10)

    async with database.unit_of_work() as work:
        claimed = await work.jobs.claim(
            "rapor-isci", LEASE, limit=9, types=frozenset({JobType.SIM_RUN, JobType.REPORT_GENERATE})
        )
        none = await work.jobs.claim("rapor-isci", LEASE, limit=9, types=frozenset())

    assert (ids(claimed), none) == ([report, simulation], ())


async def test_what_another_claim_has_locked_is_passed_over(shop: Workshop, database: Database) -> None:
    first = await shop.job(available_at=EARLY)
    second = await shop.job(available_at=LATE)

    async with database.unit_of_work() as one:
        held = await one.jobs.claim("cam-isci-1", LEASE)
        async with database.unit_of_work() as other:
            passed = await other.jobs.claim("cam-isci-2", LEASE, limit=2)

    assert (ids(held), ids(passed)) == ([first], [second])


async def test_a_claim_that_is_rolled_back_was_none(shop: Workshop, database: Database) -> None:
    made = await shop.job()

    async def crash() -> None:
        async with database.unit_of_work() as work:
            await work.jobs.claim("cam-isci-1", LEASE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await crash()

    async with database.unit_of_work() as work:
        (claimed,) = await work.jobs.claim("cam-isci-2", LEASE)
    assert (claimed.id, claimed.attempt, claimed.claimed_by) == (made, 1, "cam-isci-2")


OUT_OF_RANGE: Final[list[tuple[Claim, str]]] = [
    (lambda jobs: jobs.claim("", LEASE), "ck_jobs_claimed_by_length"),
    (lambda jobs: jobs.claim("ş" * 256, LEASE), "ck_jobs_claimed_by_length"),
    (lambda jobs: jobs.claim("cam-isci-1", timedelta(0)), "span_range"),
    (lambda jobs: jobs.claim("cam-isci-1", LEASE, limit=0), "page_limit"),
    (lambda jobs: jobs.claim("cam-isci-1", LEASE, limit=1001), "page_limit"),
]


@pytest.mark.parametrize(("claim", "rule"), OUT_OF_RANGE)
async def test_a_claim_out_of_range_is_refused(shop: Workshop, database: Database, claim: Claim, rule: str) -> None:
    made = await shop.job()

    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await claim(work.jobs)

    assert [broken.rule for broken in refused.value.violations] == [rule]
    assert (await shop.read(made))["status"] == "pending"


async def test_a_user_claims_nothing(shop: Workshop, database: Database) -> None:
    made = await shop.job()

    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=shop.user) as work:
            await work.jobs.claim("kullanici", LEASE)

    assert (await shop.read(made))["status"] == "pending"


async def test_a_lost_job_is_one_whose_lease_has_ended(shop: Workshop, database: Database) -> None:
    await shop.job(JobStatus.RUNNING, lease_until=NOT_YET)
    second = await shop.job(JobStatus.RUNNING, lease_until=LATE)
    first = await shop.job(JobStatus.RUNNING, lease_until=EARLY)
    await shop.job()

    async with database.unit_of_work() as work:
        assert ids(await work.jobs.lost()) == [first, second]
        assert ids(await work.jobs.lost(limit=1)) == [first]
    async with database.unit_of_work(as_user=await shop.another_user()) as work:
        assert await work.jobs.lost() == ()

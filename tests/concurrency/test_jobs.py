"""Jobs at once: a request is one job, a job has one worker, and an attempt has one end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, get_args

import pytest
import pytest_asyncio

from platform_db.database import Isolation, TransactionOptions
from platform_db.domain.jobs import Completion, Job, JobType, NewJob
from platform_db.errors import IdempotencyMismatch, LeaseLost, RuleViolation
from platform_db.repositories.jobs import Enqueued
from tests.concurrency.crowd import SIZE
from tests.concurrency.queue_of_jobs import LEASE, all_claimed, payloads, waiting
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.repositories.work import Work
    from tests.concurrency.crowd import Crowd

PATIENCE: Final = 100


@pytest_asyncio.fixture(loop_scope="session")
async def raw(crowd: Crowd) -> AsyncGenerator[Raw]:
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()


def request(user: int, stock: int = 40) -> NewJob:
    return NewJob(
        user_id=user, type=JobType.CAM_PROCESS, idempotency_key="siparis-12", input_params={"stock_mm": stock}
    )


# -- asked for ---------------------------------------------------------------------------


@pytest.mark.parametrize("isolation", get_args(Isolation))
async def test_of_sixteen_with_one_key_the_first_is_the_job(crowd: Crowd, raw: Raw, isolation: Isolation) -> None:
    # given sixteen who ask under one key, half of them for something else
    owner = crowd.users[0]

    async def ask(member: int) -> Enqueued:
        async def act(work: Work) -> Enqueued:
            return await work.jobs.enqueue(request(owner, stock=40 + member % 2))

        options = TransactionOptions(isolation=isolation)
        return await crowd.database.run(act, as_user=owner, options=options, attempts=PATIENCE)

    # when they do it at once
    outcomes = await crowd.at_once(ask)

    # then there is one job, one of them made it, and who asked for something else was refused
    (row,) = await raw.fetch("SELECT id, input_params::jsonb ->> 'stock_mm' AS stock FROM jobs")
    wins = int(row["stock"]) - 40
    same = [it for member, it in enumerate(outcomes) if member % 2 == wins]
    other = [it for member, it in enumerate(outcomes) if member % 2 != wins]
    assert [it.job.id for it in same if isinstance(it, Enqueued)] == [row["id"]] * 8
    assert sum(it.is_new for it in same if isinstance(it, Enqueued)) == 1
    assert [type(it) for it in other] == [IdempotencyMismatch] * 8
    assert len(await payloads(raw, "job.enqueued")) == 1


# -- claimed -----------------------------------------------------------------------------


async def test_jobs_are_claimed_by_priority_whoever_claims(crowd: Crowd, raw: Raw) -> None:
    # given as many urgent jobs as there are workers, and as many that are not
    await waiting(raw, SIZE, priority=0)
    await waiting(raw, SIZE, priority=20)

    async def claim(member: int) -> list[Job]:
        async with crowd.database.unit_of_work() as work:
            return list(await work.jobs.claim(f"isci-{member}", LEASE))

    first = await crowd.at_once(claim)
    second = await crowd.at_once(claim)

    claimed = [[job for it in outcomes if isinstance(it, list) for job in it] for outcomes in (first, second)]
    assert [[job.priority for job in jobs] for jobs in claimed] == [[20] * SIZE, [0] * SIZE]
    assert len({job.id for jobs in claimed for job in jobs}) == 2 * SIZE


async def test_a_request_to_cancel_meets_a_claim_and_one_of_them_has_the_job(crowd: Crowd, raw: Raw) -> None:
    # given jobs that are claimed and cancelled at once
    await waiting(raw, 200)
    keys = [row[0] for row in await raw.fetch("SELECT id FROM jobs ORDER BY id")]

    async def act(member: int) -> None:
        if member % 2:
            for _ in range(10):
                async with crowd.database.unit_of_work() as work:
                    await work.jobs.claim(f"isci-{member}", LEASE, limit=5)
        else:
            for key in keys[member // 2 :: SIZE // 2]:
                async with crowd.database.unit_of_work() as work:
                    await work.jobs.cancel(key)

    outcomes = await crowd.at_once(act)

    # then each is cancelled and was never claimed, or runs and is asked to end
    assert outcomes == [None] * SIZE
    rows = await raw.fetch("SELECT status::text, attempt, cancel_requested_at FROM jobs")
    assert {(row["status"], row["attempt"]) for row in rows} <= {("cancelled", 0), ("running", 1)}
    assert all(row["cancel_requested_at"] is not None for row in rows)
    cancelled, asked = [len(await payloads(raw, event)) for event in ("job.cancelled", "job.cancel_requested")]
    assert Counter(row["status"] for row in rows) == Counter(
        {status: many for status, many in (("cancelled", cancelled), ("running", asked)) if many}
    )
    assert cancelled + asked == 200


# -- ended -------------------------------------------------------------------------------


async def test_an_attempt_has_one_end(crowd: Crowd, raw: Raw) -> None:
    # given sixteen reports of one attempt's end
    await waiting(raw, 1)
    (held,) = await all_claimed(crowd)
    async with crowd.database.unit_of_work() as work:
        await work.jobs.cancel(held.id)

    async def end(member: int) -> Job:
        async with crowd.database.unit_of_work() as work:
            match member % 4:
                case 0:
                    return await work.jobs.complete(held, {"by": member})
                case 1:
                    return await work.jobs.cancelled(held)
                case 2:
                    return await work.jobs.fail_permanently(held, f"fault-{member}")
                case _:
                    return await work.jobs.release(held)

    # when they come at once
    outcomes = await crowd.at_once(end)

    # then one is heard, the others learn that the attempt is over, and the row is what the one said
    async with crowd.database.unit_of_work() as work:
        stored = await work.jobs.get(held.id)
    assert [it for it in outcomes if isinstance(it, Job)] == [stored]
    assert [type(it) for it in outcomes if not isinstance(it, Job)] == [LeaseLost] * (SIZE - 1)
    assert (stored.claimed_by, stored.attempt) == (None, 1)


async def test_complete_meets_cancel_and_the_job_is_consistent(crowd: Crowd, raw: Raw) -> None:
    # given sixteen running jobs, each completed and cancelled at once
    await waiting(raw, SIZE // 2)
    held = await all_claimed(crowd)

    async def act(member: int) -> Job:
        job = held[member // 2]
        async with crowd.database.unit_of_work() as work:
            return await (work.jobs.complete(job, {"ok": True}) if member % 2 else work.jobs.cancel(job.id))

    outcomes = await crowd.at_once(act)

    # then every job is completed; who came too late to cancel it was told so
    rows = await raw.fetch("SELECT id, status::text, cancel_requested_at FROM jobs ORDER BY id")
    assert [row["status"] for row in rows] == ["completed"] * (SIZE // 2)
    for place, job in enumerate(sorted(held, key=lambda it: it.id)):
        asked = outcomes[2 * held.index(job)]
        stamped = rows[place]["cancel_requested_at"] is not None
        assert stamped == isinstance(asked, Job)
        assert stamped or (isinstance(asked, RuleViolation) and asked.rule == "ck_jobs_transition_allowed")


async def test_progress_of_sixteen_never_falls(crowd: Crowd, raw: Raw) -> None:
    await waiting(raw, 1)
    (held,) = await all_claimed(crowd)

    async def report(member: int) -> Job:
        async with crowd.database.unit_of_work() as work:
            return await work.jobs.progress(held, member * 6, {f"m{member}": member})

    outcomes = await crowd.at_once(report)

    # then the highest stands, and what was measured is of those that were heard
    heard = {member for member, it in enumerate(outcomes) if isinstance(it, Job)}
    refused = [it.rule for it in outcomes if isinstance(it, RuleViolation)]
    async with crowd.database.unit_of_work() as work:
        stored = await work.jobs.get(held.id)
    assert stored.progress == 90
    assert stored.metrics == {f"m{member}": member for member in heard}
    assert refused == ["ck_jobs_progress_ascends"] * (SIZE - len(heard))


async def test_batches_that_overlap_complete_each_job_once(crowd: Crowd, raw: Raw) -> None:
    # given sixteen who complete, and keep alive, the same jobs in different orders
    await waiting(raw, 200)
    held = await all_claimed(crowd)

    async def act(member: int) -> tuple[int, ...]:
        mine = held[member * 10 :] + held[: member * 10]
        mine = mine[::-1] if member % 2 else mine
        async with crowd.database.unit_of_work() as work:
            if member % 4 == 3:
                await work.jobs.heartbeat_many(mine, LEASE)
                return ()
            return (await work.jobs.complete_many([Completion(job, {"by": member}) for job in mine])).done

    outcomes = await crowd.at_once(act)

    done = [key for it in outcomes if isinstance(it, tuple) for key in it]
    assert all(isinstance(it, tuple) for it in outcomes)
    assert sorted(done) == sorted(job.id for job in held)
    assert await raw.fetchval("SELECT count(*) FROM jobs WHERE status = 'completed'") == 200

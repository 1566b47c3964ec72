"""Lost leases at once: a lost job is reaped once, and its old worker is heard no more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.domain.jobs import Job, JobStatus
from platform_db.errors import LeaseLost
from tests.concurrency.crowd import SIZE, somebody_waits
from tests.concurrency.queue_of_jobs import LEASE, all_claimed, payloads, waiting
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.concurrency.crowd import Crowd


@pytest_asyncio.fixture(loop_scope="session")
async def raw(crowd: Crowd) -> AsyncGenerator[Raw]:
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()


async def lose_all(raw: Raw) -> None:
    await raw.execute("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE status = 'running'")


async def test_sixteen_reapers_take_each_lost_job_once(crowd: Crowd, raw: Raw) -> None:
    # given lost jobs, half of them without a retry left
    await waiting(raw, 200)
    await waiting(raw, 200, max_retries=0)
    held = await all_claimed(crowd)
    await lose_all(raw)

    async def reap(_: int) -> list[Job]:
        mine: list[Job] = []
        while True:
            async with crowd.database.unit_of_work() as work:
                reaped = await work.jobs.reap(limit=10)
            if not reaped:
                return mine
            mine += reaped

    outcomes = await crowd.at_once(reap)

    reaped = [job for it in outcomes if isinstance(it, list) for job in it]
    assert sorted(job.id for job in reaped) == sorted(job.id for job in held)
    rows = await raw.fetch(
        "SELECT status::text, attempt, retry_count, count(*) FROM jobs GROUP BY 1, 2, 3 ORDER BY status"
    )
    assert [tuple(row) for row in rows] == [("queued", 1, 1, 200), ("timeout", 1, 0, 200)]  # pyright: ignore[reportArgumentType]
    counts = [int(it["after"]["count"]) for it in await payloads(raw, "job.reaped")]
    assert (sum(counts), max(counts)) == (400, 10)


async def test_a_heartbeat_meets_a_reaper_and_one_of_them_has_the_job(crowd: Crowd, raw: Raw) -> None:
    # given jobs whose lease ended while their worker is alive
    await waiting(raw, 80)
    held = await all_claimed(crowd)
    await lose_all(raw)

    async def act(member: int) -> list[int]:
        kept: list[int] = []
        if member % 2:
            for _ in range(10):
                async with crowd.database.unit_of_work() as work:
                    await work.jobs.reap(limit=1)
            return kept
        for job in held[member // 2 :: SIZE // 2]:
            try:
                async with crowd.database.unit_of_work() as work:
                    kept.append((await work.jobs.heartbeat(job, LEASE)).id)
            except LeaseLost:
                continue
        return kept

    outcomes = await crowd.at_once(act)

    # then a job is its worker's, or back in the queue, as the worker was told
    kept = sorted(key for it in outcomes if isinstance(it, list) for key in it)
    rows = await raw.fetch("SELECT id, status::text, lease_until > now() AS alive FROM jobs ORDER BY id")
    assert [row["id"] for row in rows if row["status"] == "running"] == kept
    assert all(row["alive"] for row in rows if row["status"] == "running")
    assert {row["status"] for row in rows} <= {"running", "queued"}


async def test_a_zombie_that_waits_for_the_reaper_is_refused(crowd: Crowd, raw: Raw) -> None:
    # given a reaper that has taken the job and has not committed, and the old worker's result
    await waiting(raw, 1)
    (zombie,) = await all_claimed(crowd)
    await lose_all(raw)

    async def report() -> Job:
        async with crowd.database.unit_of_work() as work:
            return await work.jobs.complete(zombie, {"by": 1})

    async with crowd.database.unit_of_work() as work:
        await work.jobs.reap()
        late = asyncio.create_task(report())
        await somebody_waits(crowd.url)

    # when the reaper commits, then the result comes too late, and the next attempt's stands
    with pytest.raises(LeaseLost):
        await late
    await raw.execute("UPDATE jobs SET available_at = now() - interval '1 second'")
    (second,) = await all_claimed(crowd, "isci-1")
    async with crowd.database.unit_of_work() as work:
        done = await work.jobs.complete(second, {"by": 2})
    assert (done.id, done.attempt, done.status, done.output_data) == (zombie.id, 2, JobStatus.COMPLETED, {"by": 2})


async def test_jobs_go_through_failures_to_their_end(crowd: Crowd, raw: Raw) -> None:
    # given workers of which some fail, fall silent or give back, and reapers beside them
    await waiting(raw, 120, max_retries=1)

    async def act(member: int) -> list[int]:
        done: list[int] = []
        for turn in range(60):
            async with crowd.database.unit_of_work() as work:
                claimed = await work.jobs.claim(f"isci-{member}", LEASE, limit=3)
            for job in claimed:
                async with crowd.database.unit_of_work() as work:
                    match (job.id + job.attempt) % 4 if job.attempt < 3 else 0:
                        case 0:
                            done.append((await work.jobs.complete(job, {"attempt": job.attempt})).id)
                        case 1:
                            await work.jobs.fail(job, "tool_missing")
                        case 2:
                            await work.jobs.release(job)
                        case _:
                            continue
            if member % 4 == 0:
                async with crowd.database.unit_of_work() as work:
                    await work.jobs.reap(limit=5)
            if turn % 20 == 19:
                await lose_of(f"isci-{member}")
        return done

    async def lose_of(worker: str) -> None:
        connection = await connect(crowd.url)
        await connection.execute("SET ROLE platform_worker")
        await connection.execute(
            "UPDATE jobs SET lease_until = now() - interval '1 second' WHERE status = 'running' AND claimed_by = $1",
            worker,
        )
        # skips what another member moves: two that wait for each other's rows would be a deadlock of this test's making
        await connection.execute(
            "UPDATE jobs SET available_at = now() WHERE id IN "
            "(SELECT id FROM jobs WHERE status = 'queued' FOR UPDATE SKIP LOCKED)"
        )
        await connection.close()

    outcomes = await crowd.at_once(act)

    # then every job is in one place, and each that is completed was completed once by who says so
    assert [it for it in outcomes if not isinstance(it, list)] == []
    done = [key for it in outcomes if isinstance(it, list) for key in it]
    rows = await raw.fetch("SELECT id, status::text, attempt, output_data ->> 'attempt' AS by FROM jobs ORDER BY id")
    assert len(rows) == 120
    assert sorted(done) == [row["id"] for row in rows if row["status"] == "completed"]
    assert all(int(row["by"]) == row["attempt"] for row in rows if row["status"] == "completed")

"""Sixteen workers claim at once: each job goes to one of them, and none waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tests.concurrency.crowd import SIZE
from tests.raw import connect

if TYPE_CHECKING:
    from tests.concurrency.crowd import Crowd

JOBS: Final = 400
BATCH: Final = 5
LEASE: Final = timedelta(minutes=5)


async def test_each_job_is_claimed_once(crowd: Crowd) -> None:
    # given many jobs of equal rank
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    await connection.execute("INSERT INTO jobs (type) SELECT 'sim_run' FROM generate_series(1, $1::integer)", JOBS)

    async def work_until_nothing_is_due(member: int) -> list[int]:
        mine: list[int] = []
        while True:
            async with crowd.database.unit_of_work() as work:
                claimed = await work.jobs.claim(f"isci-{member}", LEASE, limit=BATCH)
            assert len(claimed) <= BATCH
            if not claimed:
                return mine
            mine += [job.id for job in claimed]

    # when all claim until nothing is left
    outcomes = await crowd.at_once(work_until_nothing_is_due)

    # then each has jobs of its own, and the rows say the same
    stored = await connection.fetch("SELECT id, claimed_by, status::text, attempt FROM jobs")
    await connection.close()
    claims = [(job, f"isci-{member}") for member, mine in enumerate(outcomes) if isinstance(mine, list) for job in mine]
    assert len(outcomes) == SIZE
    assert sorted(claims) == sorted((row["id"], row["claimed_by"]) for row in stored)
    assert [(row["status"], row["attempt"]) for row in stored] == [("running", 1)] * JOBS

"""Runs and files of a job: planned, run, ended; files stored once and deleted after their objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.artefacts import ArtefactChanges, ArtefactTotals, NewArtefact
from platform_db.domain.cam_runs import CamStrategy, NewCamRun
from platform_db.domain.jobs import JobStatus
from platform_db.domain.runs import RUN_STATES
from platform_db.domain.sim_runs import NewSimRun, SimulationStatus, SimulationType, Verdict
from platform_db.errors import IdempotencyMismatch, NotAllowed, NotFound, RuleViolation, StaleVersion, StillReferenced
from platform_db.repositories.artefacts import ArtefactFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, store
from tests.raw import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.domain.cam_runs import CamRun
    from platform_db.repositories.cam_runs import CamRunRepository
    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def job_of(worker: Raw, user: int) -> int:
    return await worker.fetchval("INSERT INTO jobs (type, user_id) VALUES ('cam_process', $1) RETURNING id", user)


async def machine(worker: Raw) -> int:
    return await store(worker, "machines", name="DMU 50")


async def test_a_tool_path_is_planned_run_and_measured(database: Database, worker: Raw) -> None:
    # given a job and a machine
    user = await new_user(worker, "imalat")
    job, mill = await job_of(worker, user), await machine(worker)
    async with database.unit_of_work() as work:
        run = await work.cam_runs.plan(NewCamRun(job_id=job, machine_id=mill, strategy=CamStrategy.POCKET_2D))
        assert (run.status, run.metrics) == (JobStatus.PENDING, {})
        # when it fails once, is queued again and completes
        run = await work.cam_runs.start(await work.cam_runs.queue(run))
        run = await work.cam_runs.fail(run, {"seconds": 12})
        run = await work.cam_runs.start(await work.cam_runs.queue(run))
        run = await work.cam_runs.measure(run, {"chips_cc": 4})
        done = await work.cam_runs.complete(run, {"seconds": 80})
    # then its metrics are those of all reports, the last one's first
    assert (done.status, done.metrics) == (JobStatus.COMPLETED, {"seconds": 80, "chips_cc": 4})
    # and its owner sees it and reports nothing
    async with database.unit_of_work(as_user=user) as work:
        assert await work.cam_runs.get(run.id) == done
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.cam_runs.plan(NewCamRun(job_id=job, machine_id=mill))
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.cam_runs.cancel(run)
    with pytest.raises(StillReferenced):
        async with database.unit_of_work() as work:
            await work.cam_runs.plan(NewCamRun(job_id=job + 1, machine_id=mill))


REPORTS: dict[JobStatus, Callable[[CamRunRepository, CamRun], Awaitable[CamRun]]] = {
    JobStatus.QUEUED: lambda runs, run: runs.queue(run),
    JobStatus.RUNNING: lambda runs, run: runs.start(run),
    JobStatus.COMPLETED: lambda runs, run: runs.complete(run),
    JobStatus.FAILED: lambda runs, run: runs.fail(run),
    JobStatus.CANCELLED: lambda runs, run: runs.cancel(run),
    JobStatus.TIMEOUT: lambda runs, run: runs.time_out(run),
}
FORBIDDEN = [(old, new) for old in JobStatus for new in REPORTS if not RUN_STATES.may_become(old, new)]


@pytest.mark.parametrize(("old", "new"), FORBIDDEN)
async def test_a_state_that_cannot_follow_is_refused_by_both_sides(
    database: Database, worker: Raw, old: JobStatus, new: JobStatus
) -> None:
    # given a run in one state
    job = await job_of(worker, await new_user(worker, "imalat"))
    run = await store(worker, "cam_runs", job_id=job, machine_id=await machine(worker), status=old.value)
    # when it is to take another, then library and database refuse by one name
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await REPORTS[new](work.cam_runs, await work.cam_runs.get(run))
    assert [item.rule for item in refused.value.violations] == ["ck_cam_runs_transition_allowed"]
    with pytest.raises(Exception, match="state") as raw:
        await worker.execute("UPDATE cam_runs SET status = $1::text::job_status", new.value)
    assert refusal(raw.value)[0] == "ck_cam_runs_transition_allowed"
    assert await worker.fetchval("SELECT status::text FROM cam_runs") == old.value


async def test_a_run_stays_with_its_job_and_machine(database: Database, worker: Raw) -> None:
    # given a planned run of a job, and another job of the same user
    user = await new_user(worker, "imalat")
    job, other = await job_of(worker, user), await job_of(worker, user)
    async with database.unit_of_work() as work:
        await work.cam_runs.plan(NewCamRun(job_id=job, machine_id=await machine(worker)))
    # when it is moved past the library
    with pytest.raises(Exception, match="fixed") as raw:
        await worker.execute("UPDATE cam_runs SET job_id = $1", other)
    # then the database keeps it where it was
    assert refusal(raw.value)[0] == "ck_cam_runs_place_is_fixed"
    assert await worker.fetchval("SELECT job_id FROM cam_runs") == job


async def test_a_simulation_ends_with_a_verdict(database: Database, worker: Raw) -> None:
    # given a running simulation
    job = await job_of(worker, await new_user(worker, "imalat"))
    async with database.unit_of_work() as work:
        run = await work.sim_runs.start(await work.sim_runs.plan(NewSimRun(job_id=job, type=SimulationType.COLLISION)))
        # when it found collisions, then it did not pass
        with pytest.raises(RuleViolation) as refused:
            await work.sim_runs.complete(run, Verdict(result=SimulationStatus.PASSED, collision_count=2))
        assert [item.rule for item in refused.value.violations] == ["ck_sim_runs_passed_without_collision"]
        done = await work.sim_runs.complete(
            run, Verdict(result=SimulationStatus.FAILED, collision_count=2, metrics={"steps": 900})
        )
        assert (done.status, done.result, done.collision_count) == (JobStatus.COMPLETED, SimulationStatus.FAILED, 2)
        assert done.metrics == {"steps": 900}
        with pytest.raises(RuleViolation) as refused:
            await work.sim_runs.queue(done)
    assert [item.rule for item in refused.value.violations] == ["ck_sim_runs_transition_allowed"] or [
        item.rule for item in refused.value.violations
    ] == ["ck_sim_runs_transition_allowed"]
    with pytest.raises(Exception, match="state") as raw:
        await worker.execute("UPDATE sim_runs SET status = 'queued'")
    assert refusal(raw.value)[0] == "ck_sim_runs_transition_allowed"
    with pytest.raises(Exception, match="fixed") as raw:
        await worker.execute("UPDATE sim_runs SET type = 'thermal'")
    assert refusal(raw.value)[0] == "ck_sim_runs_place_is_fixed"


def file(job: int, name: str = "op10.nc", **more: Any) -> NewArtefact:  # noqa: ANN401 - columns
    row = {"job_id": job, "type": "gcode", "s3_key": f"jobs/{name}", "size_bytes": 4096}
    return NewArtefact.parse(row | more)


async def test_a_file_is_stored_once(database: Database, worker: Raw) -> None:
    # given a file of a job
    user = await new_user(worker, "imalat")
    job = await job_of(worker, user)
    async with database.unit_of_work() as work:
        first = await work.artefacts.add(file(job))
        # when it comes again, then it is the same; another one under its key is refused
        assert await work.artefacts.add(file(job)) == first
        for other in (file(job, size_bytes=1), file(await job_of(worker, user))):
            with pytest.raises(IdempotencyMismatch):
                await work.artefacts.add(other)
        # and its hash is learned once
        known = await work.artefacts.change(first, ArtefactChanges(sha256="0a" * 32, meta={"tool": 4}))
        with pytest.raises(RuleViolation) as refused:
            await work.artefacts.change(known, ArtefactChanges(sha256="0b" * 32))
    assert [item.rule for item in refused.value.violations] == ["ck_artefacts_hash_is_final"]
    with pytest.raises(Exception, match="fixed") as raw:
        await worker.execute("UPDATE artefacts SET sha256 = repeat('0b', 32)")
    assert refusal(raw.value)[0] == "ck_artefacts_hash_is_final"
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.artefacts.add(file(job, "op20.nc"))
    assert await worker.fetchval("SELECT count(*) FROM artefacts") == 1


@pytest.mark.parametrize("change", ["s3_key = 'jobs/op20.nc'", "size_bytes = 1"])
async def test_a_produced_file_is_fixed(database: Database, worker: Raw, change: str) -> None:
    # given a file of a job
    job = await job_of(worker, await new_user(worker, "imalat"))
    async with database.unit_of_work() as work:
        await work.artefacts.add(file(job))
    # when its row is to name another object, past the library
    with pytest.raises(Exception, match="fixed") as raw:
        await worker.execute(f"UPDATE artefacts SET {change}")  # noqa: S608
    # then it is kept as it was
    assert refusal(raw.value)[0] == "ck_artefacts_file_is_fixed"
    stored = await worker.fetchrow("SELECT s3_key, size_bytes FROM artefacts")
    assert (stored["s3_key"], stored["size_bytes"]) == ("jobs/op10.nc", 4096)


async def test_a_row_goes_after_its_object(database: Database, worker: Raw) -> None:
    # given three files of a job, two to be deleted
    job = await job_of(worker, await new_user(worker, "imalat"))
    async with database.unit_of_work() as work:
        files = [await work.artefacts.add(file(job, f"op{place}.nc")) for place in range(3)]
        first = await work.artefacts.request_deletion(files[0])
        assert await work.artefacts.request_deletion(first) == first
        second = await work.artefacts.request_deletion(files[1])
        # when one object cannot be deleted, then its row waits with the reason
        failed = await work.artefacts.deletion_failed(await work.artefacts.deletion_failed(second, "503"), "504")
        assert (failed.deletion_attempts, failed.deletion_error) == (2, "504")
        with pytest.raises(NotFound):
            await work.artefacts.deletion_failed(files[2], "not requested")
        # and the row of one that was, and no other, goes
        assert await work.artefacts.remove([first, files[2]]) == 1
        assert [each.id for each in (await work.artefacts.pending_deletion()).items] == [second.id]
        assert await work.artefacts.request_deletion_of_job(job) == 1
        assert await work.artefacts.request_deletion_of_job(job) == 0
    with pytest.raises(Exception, match="taken back") as raw:
        await worker.execute("UPDATE artefacts SET deletion_requested_at = NULL, deletion_attempts = 0")
    assert refusal(raw.value)[0] == "ck_artefacts_deletion_is_final"


async def test_files_are_found_by_size_and_time_and_counted(database: Database, worker: Raw) -> None:
    # given files of two users
    user, other = [await new_user(worker, name) for name in ("imalat", "baska.imalat")]
    mine, theirs = await job_of(worker, user), await job_of(worker, other)
    async with database.unit_of_work() as work:
        small = await work.artefacts.add(file(mine, "a.nc", size_bytes=10))
        large = await work.artefacts.add(file(mine, "b.nc", size_bytes=90))
        await work.artefacts.add(file(mine, "c.pdf", type="setup_sheet", size_bytes=50))
        await work.artefacts.add(file(theirs, "d.nc", size_bytes=70))
    await worker.execute("UPDATE artefacts SET type = type")
    async with database.unit_of_work(as_user=user) as work:
        found = await work.artefacts.page(ArtefactFilter(user_id=user, size_from=51, size_to=90))
        assert [each.id for each in found.items] == [large.id]
        assert await work.artefacts.count(ArtefactFilter(user_id=user, since=ago(minutes=5))) == 3
        assert await work.artefacts.count(ArtefactFilter(user_id=user, until=ago(minutes=5))) == 0
        assert await work.artefacts.exists(ArtefactFilter(job_id=mine, size_to=small.size_bytes))
        totals = await work.artefacts.totals_of_user(user)
        assert await work.artefacts.totals_of_user(other) == ()
    assert totals == (
        ArtefactTotals(type="gcode", count=2, bytes=100, largest_bytes=90),
        ArtefactTotals(type="setup_sheet", count=1, bytes=50, largest_bytes=50),
    )

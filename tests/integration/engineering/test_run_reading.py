"""What belongs to a user through a job, as services read it: CAM runs, simulations, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.jobs import JobStatus
from platform_db.errors import NotFound
from platform_db.repositories.artefacts import ArtefactFilter
from platform_db.repositories.cam_runs import CamRunFilter
from platform_db.repositories.sim_runs import SimRunFilter
from tests.integration.engineering.pages import ids, page_by_page

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop

EARLY: Final = "2026-03-02T09:00:00+00:00"
LATE: Final = "2026-03-02T09:30:00+00:00"
FILE: Final = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"


async def test_cam_runs_are_listed_by_owner_job_machine_and_status(shop: Workshop, database: Database) -> None:
    other = await shop.another_user()
    machine, lathe = await shop.machine(), await shop.machine()
    job, theirs = await shop.job(), await shop.job(user_id=other)
    mine = await shop.cam_run(job, machine)
    done = await shop.insert("cam_runs", job_id=job, machine_id=lathe, status="completed")
    foreign = await shop.cam_run(theirs, machine)

    async with database.unit_of_work() as work:
        found = {
            name: ids((await work.cam_runs.page(chosen)).items)
            for name, chosen in {
                "every": CamRunFilter(),
                "user": CamRunFilter(user_id=shop.user),
                "job": CamRunFilter(job_id=theirs),
                "machine": CamRunFilter(machine_id=machine),
                "status": CamRunFilter(status=JobStatus.COMPLETED),
            }.items()
        }
        on_machine = await work.cam_runs.count(CamRunFilter(machine_id=machine))
    async with database.unit_of_work(as_user=shop.user) as work:
        own = ids((await work.cam_runs.page()).items)
        beyond = (await work.cam_runs.page(CamRunFilter(user_id=other))).items
        with pytest.raises(NotFound):
            await work.cam_runs.get(foreign)
        assert (await work.cam_runs.get(mine)).id == mine

    assert found == {
        "every": [foreign, done, mine],
        "user": [done, mine],
        "job": [foreign],
        "machine": [foreign, mine],
        "status": [done],
    }
    assert (on_machine, own, beyond) == (2, [done, mine], ())


async def test_what_a_machine_has_before_it_begins_with_what_runs(shop: Workshop, database: Database) -> None:
    job, machine = await shop.job(), await shop.machine()

    async def run(status: str, created_at: str) -> int:
        return await shop.insert(
            "cam_runs", job_id=job, machine_id=machine, status=status, created_at=created_at, updated_at=LATE
        )

    pending = [await run("pending", EARLY) for _ in range(2)]
    late = await run("queued", LATE)
    early = await run("queued", EARLY)
    running = await run("running", LATE)
    await run("completed", EARLY)
    await shop.cam_run(job, await shop.machine())

    async with database.unit_of_work() as work:
        found = await page_by_page(
            lambda after: work.cam_runs.unfinished(CamRunFilter(machine_id=machine), after=after, limit=2)
        )

    assert found == [running, early, late, *pending]


async def test_simulations_are_listed_by_owner_job_run_and_status(shop: Workshop, database: Database) -> None:
    other = await shop.another_user()
    job, theirs = await shop.job(), await shop.job(user_id=other)
    cam_run = await shop.cam_run(job, await shop.machine())
    free = await shop.sim_run(job)
    of_run = await shop.sim_run(job, cam_run)
    running = await shop.insert("sim_runs", job_id=theirs, type="thermal", status="running")
    failed = await shop.insert("sim_runs", job_id=theirs, type="thermal", status="failed")

    async with database.unit_of_work() as work:
        found = {
            name: ids((await work.sim_runs.page(chosen)).items)
            for name, chosen in {
                "user": SimRunFilter(user_id=shop.user),
                "job": SimRunFilter(job_id=theirs),
                "run": SimRunFilter(cam_run_id=cam_run),
                "status": SimRunFilter(status=JobStatus.FAILED),
            }.items()
        }
        unfinished = await page_by_page(lambda after: work.sim_runs.unfinished(after=after, limit=2))
        pending = ids((await work.sim_runs.unfinished(SimRunFilter(status=JobStatus.PENDING))).items)
    async with database.unit_of_work(as_user=shop.user) as work:
        own = await page_by_page(lambda after: work.sim_runs.page(after=after, limit=1))
        with pytest.raises(NotFound):
            await work.sim_runs.get(failed)
        assert (await work.sim_runs.get(free)).id == free

    assert found == {"user": [of_run, free], "job": [failed, running], "run": [of_run], "status": [failed]}
    assert (unfinished, pending, own) == ([running, free, of_run], [free, of_run], [of_run, free])


async def test_files_are_listed_by_owner_job_type_hash_and_what_is_said(shop: Workshop, database: Database) -> None:
    other = await shop.another_user()
    job, theirs = await shop.job(), await shop.job(user_id=other)
    plain = await shop.artefact(job)
    report = await shop.insert(
        "artefacts", job_id=job, size_bytes=900, type="collision_report", s3_key="r.pdf", meta={"pages": 4}
    )
    foreign = await shop.insert(
        "artefacts", job_id=theirs, size_bytes=1, type="gcode", s3_key="f.nc", sha256=FILE, meta={"pages": 4}
    )

    async with database.unit_of_work() as work:
        found = {
            name: ids((await work.artefacts.page(chosen)).items)
            for name, chosen in {
                "user": ArtefactFilter(user_id=shop.user),
                "job": ArtefactFilter(job_id=theirs),
                "type": ArtefactFilter(job_id=job, type="gcode"),
                "hash": ArtefactFilter(sha256=FILE),
                "meta": ArtefactFilter(user_id=shop.user, meta={"pages": 4}),
            }.items()
        }
        described = await page_by_page(lambda after: work.artefacts.described({"pages": 4}, after=after, limit=1))
    async with database.unit_of_work(as_user=shop.user) as work:
        own = await page_by_page(lambda after: work.artefacts.page(after=after, limit=1))
        own_described = ids((await work.artefacts.described({"pages": 4})).items)
        with pytest.raises(NotFound):
            await work.artefacts.get(foreign)
        assert (await work.artefacts.get(plain)).id == plain

    assert found == {
        "user": [report, plain],
        "job": [foreign],
        "type": [plain],
        "hash": [foreign],
        "meta": [report],
    }
    assert (described, own, own_described) == ([foreign, report], [report, plain], [report])


async def test_files_to_delete_come_longest_waiting_first(shop: Workshop, database: Database) -> None:
    job = await shop.job()

    async def file(name: str, requested_at: str | None) -> int:
        return await shop.insert(
            "artefacts", job_id=job, size_bytes=1, type="gcode", s3_key=name, deletion_requested_at=requested_at
        )

    late = await file("gec.nc", LATE)
    early = [await file(f"erken-{number}.nc", EARLY) for number in range(3)]
    await file("kalan.nc", None)

    async with database.unit_of_work() as work:
        found = await page_by_page(lambda after: work.artefacts.pending_deletion(after=after, limit=2))

    assert found == [*early, late]

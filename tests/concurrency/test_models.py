"""Sixteen at once: a model has one next revision, and a key of the object store one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_db.domain.artefacts import Artefact, NewArtefact
from platform_db.domain.cad_models import CadModel, FileFormat, ModelType, NewModel, NewRevision
from platform_db.errors import AlreadyExists
from tests.concurrency.crowd import SIZE
from tests.raw import connect

if TYPE_CHECKING:
    from tests.concurrency.crowd import Crowd

FILE = {
    "name": "Kapak",
    "type": ModelType.PART,
    "file_format": FileFormat.STEP,
    "file_size": 1,
    "sha256_hash": "0a" * 32,
}


async def test_a_model_has_one_next_revision(crowd: Crowd) -> None:
    # given a model
    user = crowd.users[0]
    async with crowd.database.unit_of_work(as_user=user) as work:
        first = await work.cad_models.add(NewModel.parse({**FILE, "user_id": user, "s3_key": "models/kapak.step"}))

    async def revise(member: int) -> CadModel:
        new = NewRevision.parse({**FILE, "s3_key": f"models/kapak-{member}.step"})
        async with crowd.database.unit_of_work(as_user=user) as work:
            return await work.cad_models.add_revision(first, new)

    # when sixteen revise it, each with a file of its own, then one of them becomes revision 2
    outcomes = await crowd.at_once(revise)
    [winner] = [outcome for outcome in outcomes if isinstance(outcome, CadModel)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, AlreadyExists)]
    assert [each.constraint for each in refused] == ["uq_models_parent_model_id_revision"] * (SIZE - 1)
    async with crowd.database.unit_of_work(as_user=user) as work:
        assert await work.cad_models.line(first.id) == (first, winner)


async def test_a_key_has_one_file(crowd: Crowd) -> None:
    # given a job
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    job = await connection.fetchval("INSERT INTO jobs (type) VALUES ('cam_process') RETURNING id")

    async def add(_: int) -> Artefact:
        async with crowd.database.unit_of_work() as work:
            return await work.artefacts.add(
                NewArtefact(job_id=job, type="gcode", s3_key="jobs/op10.nc", size_bytes=4096)
            )

    # when sixteen store one file, then all get the one row
    outcomes = await crowd.at_once(add)
    assert len({outcome.id for outcome in outcomes if isinstance(outcome, Artefact)}) == 1
    assert [type(outcome) for outcome in outcomes] == [Artefact] * SIZE
    assert await connection.fetchval("SELECT count(*) FROM artefacts") == 1
    await connection.close()

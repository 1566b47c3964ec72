"""CAD models: stored once, revised in a line, deleted and restored, removed after their files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.cad_models import CadModel, FileFormat, ModelChanges, ModelType, NewModel, NewRevision
from platform_db.errors import (
    AlreadyExists,
    IdempotencyMismatch,
    NotFound,
    RuleViolation,
    StaleVersion,
)
from platform_db.repositories.cad_models import CadModelFilter
from tests.integration.stored import new_user
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

FILE: dict[str, Any] = {
    "name": "Flanş",
    "type": ModelType.PART,
    "file_format": FileFormat.STEP,
    "file_size": 4096,
    "sha256_hash": "0a" * 32,
    "s3_key": "models/flans-1.step",
    "params": {"holes": 8},
}


def model(user: int, **more: Any) -> NewModel:  # noqa: ANN401 - columns
    return NewModel.parse({**FILE, "user_id": user, **more})


def revision(number: int, **more: Any) -> NewRevision:  # noqa: ANN401 - columns
    return NewRevision.parse({**FILE, "s3_key": f"models/flans-{number}.step", **more})


async def stored(database: Database, user: int) -> CadModel:
    async with database.unit_of_work(as_user=user) as work:
        return await work.cad_models.add(model(user))


async def told(worker: Raw) -> list[tuple[str, str]]:
    rows = await worker.fetch(
        "SELECT action::text, event_type FROM audit_logs WHERE entity_type = 'models' ORDER BY id"
    )
    return [(row["action"], row["event_type"]) for row in rows]


async def test_a_model_read_for_a_change_is_held(database: Database, worker: Raw) -> None:
    # given a model that somebody has read in order to change it
    made = await stored(database, await new_user(worker, "imalat"))
    async with database.unit_of_work() as work:
        assert await work.cad_models.get_for_update(made.id) == made
        # when another wants it, then it is not free
        with pytest.raises(Exception, match="could not obtain lock"):
            await worker.execute("SELECT FROM models WHERE id = $1 FOR NO KEY UPDATE NOWAIT", made.id)
    # and it is when the unit of work has ended
    await worker.execute("SELECT FROM models WHERE id = $1 FOR NO KEY UPDATE NOWAIT", made.id)


async def test_a_file_is_stored_once(database: Database, worker: Raw) -> None:
    # given a model
    user, other = [await new_user(worker, name) for name in ("tasarim", "baska.tasarim")]
    first = await stored(database, user)
    # when the same file comes again, then it is the same row; another file under the key is refused
    assert await stored(database, user) == first
    with pytest.raises(IdempotencyMismatch) as refused:
        async with database.unit_of_work(as_user=user) as work:
            await work.cad_models.add(model(user, sha256_hash="0b" * 32))
    assert refused.value.fields == ("sha256_hash",)
    # and the key is nobody else's
    with pytest.raises(AlreadyExists):
        async with database.unit_of_work(as_user=other) as work:
            await work.cad_models.add(model(other))
    assert await worker.fetchval("SELECT count(*) FROM models") == 1
    assert await told(worker) == [("create", "model.added")]
    payload = await worker.fetchval("SELECT payload::text FROM audit_logs WHERE entity_type = 'models'")
    assert "Flan" not in payload


async def test_a_line_of_revisions(database: Database, worker: Raw) -> None:
    # given a design in three states, the last one of which was deleted
    user = await new_user(worker, "tasarim")
    first = await stored(database, user)
    async with database.unit_of_work(as_user=user) as work:
        second = await work.cad_models.add_revision(first, revision(2))
        third = await work.cad_models.add_revision(second, revision(3))
        # then whichever one begins with, the line is the same
        for each in (first, second, third):
            assert await work.cad_models.line(each.id) == (first, second, third)
            assert await work.cad_models.latest(each.id) == third
        assert [each.revision for each in (first, second, third)] == [1, 2, 3]
        # and a state that has a next one is not revised again
        await work.cad_models.delete(third)
        assert await work.cad_models.latest(first.id) == second
        assert await work.cad_models.line(third.id) == (first, second)
    with pytest.raises(AlreadyExists) as refused:
        async with database.unit_of_work(as_user=user) as work:
            await work.cad_models.add_revision(first, revision(9))
    assert refused.value.constraint == "uq_models_parent_model_id_revision"
    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=user) as work:
            await work.cad_models.latest(10**6)


async def test_what_is_said_of_a_model_changes_and_its_file_does_not(database: Database, worker: Raw) -> None:
    # given a model
    user = await new_user(worker, "tasarim")
    first = await stored(database, user)
    # when its owner says something else of it, twice the same
    async with database.unit_of_work(as_user=user) as work:
        changed = await work.cad_models.change(first, ModelChanges(name="Flanş DN80", params={"holes": 4}))
        same = await work.cad_models.change(changed, ModelChanges(name="Flanş DN80"))
    assert (changed.name, changed.params, changed.version, same.version) == ("Flanş DN80", {"holes": 4}, 2, 2)
    assert (await told(worker))[1:] == [("update", "model.changed")]
    # and the log says which columns, not what they hold
    payload = await worker.fetchval("SELECT payload::text FROM audit_logs WHERE event_type = 'model.changed'")
    assert json.loads(payload) == {
        "before": {"name": "[personal]", "params": "[personal]"},
        "after": {"name": "[personal]", "params": "[personal]"},
    }
    with pytest.raises(StaleVersion):
        async with database.unit_of_work(as_user=user) as work:
            await work.cad_models.change(first, ModelChanges(description="eski"))
    # and one is not true
    async with database.unit_of_work(as_user=user) as work:
        solid = await work.cad_models.change(changed, ModelChanges(params={"holes": 4, "solid": 1}))
        changed = await work.cad_models.change(solid, ModelChanges(params={"holes": 4, "solid": True}))
    assert (changed.version, str(changed.params)) == (4, "{'holes': 4, 'solid': True}")
    # then its file is fixed on both sides
    with pytest.raises(RuleViolation) as refused:
        changed.checked({"sha256_hash": "0b" * 32})
    assert [item.rule for item in refused.value.violations] == ["ck_models_file_is_fixed"]
    with pytest.raises(Exception, match="fixed") as raw:
        await worker.execute("UPDATE models SET s3_key = 'models/other.step'")
    assert refusal(raw.value)[0] == "ck_models_file_is_fixed"
    with pytest.raises(Exception, match="fixed") as raw:
        await worker.execute("UPDATE models SET parent_model_id = id + 1, revision = 1")
    assert refusal(raw.value)[0] == "ck_models_parent_is_fixed"


async def test_a_deleted_model_is_left_out_and_restored_for_thirty_days(database: Database, worker: Raw) -> None:
    # given a deleted model
    user = await new_user(worker, "tasarim")
    first = await stored(database, user)
    async with database.unit_of_work(as_user=user) as work:
        deleted = await work.cad_models.delete(first)
        assert await work.cad_models.delete(deleted) == deleted
        # then reads leave it out
        with pytest.raises(NotFound):
            await work.cad_models.get(first.id)
        assert (await work.cad_models.page()).items == ()
        assert not await work.cad_models.exists(CadModelFilter(user_id=user))
        assert await work.cad_models.get_with_deleted(first.id) == deleted
        assert await work.cad_models.by_key(first.s3_key) == deleted
        # until it is restored
        restored = await work.cad_models.restore(deleted)
        assert await work.cad_models.restore(restored) == restored
        assert await work.cad_models.get(first.id) == restored
        again = await work.cad_models.delete(restored)
    assert [event for _, event in await told(worker)] == [
        "model.added",
        "model.deleted",
        "model.restored",
        "model.deleted",
    ]
    # and after thirty days nobody restores it
    await worker.execute("UPDATE models SET deleted_at = now() - interval '30 days 1 second'")
    async with database.unit_of_work() as work:
        again = await work.cad_models.get_with_deleted(again.id)
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work(as_user=user) as work:
            await work.cad_models.restore(again)
    assert [item.rule for item in refused.value.violations] == ["ck_models_restored_within_grace"]
    assert await worker.fetchval("SELECT deleted_at IS NOT NULL FROM models")


async def test_rows_go_after_their_files_and_after_their_jobs(database: Database, worker: Raw) -> None:
    # given models deleted 31 and 29 days ago, and one deleted long ago that a job names
    user = await new_user(worker, "tasarim")
    first = await stored(database, user)
    async with database.unit_of_work(as_user=user) as work:
        second = await work.cad_models.add_revision(first, revision(2))
        third = await work.cad_models.add_revision(second, revision(3))
    for each, days in ((first, 31), (second, 29), (third, 31)):
        await worker.execute(
            "UPDATE models SET deleted_at = now() - $1 * interval '1 day' WHERE id = $2", days, each.id
        )
    await worker.execute("INSERT INTO jobs (type, user_id, model_id) VALUES ('cam_process', $1, $2)", user, third.id)
    # when background work removes what is due, then what a job names stays
    async with database.unit_of_work() as work:
        due = await work.cad_models.due_for_removal()
        assert [each.id for each in due] == [first.id]
        rest = [await work.cad_models.get_with_deleted(each.id) for each in (second, third)]
        assert await work.cad_models.remove([*due, *rest]) == 1
        with pytest.raises(NotFound):
            await work.cad_models.add_revision(rest[0], revision(9))
    # and what was a revision of it is one of nothing
    rows = await worker.fetch("SELECT id, parent_model_id FROM models ORDER BY id")
    assert [(row["id"], row["parent_model_id"]) for row in rows] == [(second.id, None), (third.id, second.id)]
    assert (await told(worker))[-1] == ("delete", "model.removed")
    payload = await worker.fetchval("SELECT payload::text FROM audit_logs WHERE event_type = 'model.removed'")
    assert payload == '{"after": {"count": 1}}'

"""Whose the rows are, what goes with them, and what stays: raw SQL against keys, row security and grants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.jobs import JobStatus
from tests.raw import refusal

if TYPE_CHECKING:
    from tests.integration.engineering.conftest import Workshop

TABLES: Final = ("models", "jobs", "cam_runs", "sim_runs", "artefacts")


async def refused(workshop: Workshop, statement: str, *arguments: object) -> tuple[str | None, str | None]:
    """Constraint and table under which a statement fails; nothing of it stays."""
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as error:
        async with workshop.worker.transaction():
            await workshop.worker.execute(statement, *arguments)
    return refusal(error.value)[:2]


async def counts(workshop: Workshop) -> dict[str, int]:
    """The rows that the current role sees."""
    return {table: await workshop.worker.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608


async def whole_job(workshop: Workshop) -> int:
    """A job with a model, a file, a CAM run and its simulation."""
    job = await workshop.job(model_id=await workshop.model())
    cam_run = await workshop.cam_run(job, await workshop.machine())
    await workshop.sim_run(job, cam_run)
    await workshop.artefact(job)
    return job


# -- what goes and what stays ------------------------------------------------------------


async def test_deleting_a_job_removes_its_files_and_nothing_else(workshop: Workshop) -> None:
    # given a job of a model with two files, and another job with one
    model = await workshop.model()
    job, other = await workshop.job(JobStatus.COMPLETED, model_id=model), await whole_job(workshop)
    files = [await workshop.artefact(job), await workshop.artefact(job)]
    kept = await workshop.artefact(other)
    before = await counts(workshop)
    # when it is deleted
    await workshop.worker.execute("DELETE FROM jobs WHERE id = $1", job)
    # then its files went with it
    assert await counts(workshop) == {**before, "jobs": before["jobs"] - 1, "artefacts": before["artefacts"] - 2}
    left = await workshop.worker.fetch("SELECT id FROM artefacts WHERE id = ANY ($1::bigint[])", [*files, kept])
    assert [row["id"] for row in left] == [kept]
    assert await workshop.worker.fetchval("SELECT count(*) FROM users WHERE id = $1", workshop.user) == 1


async def test_a_job_with_runs_stays(workshop: Workshop) -> None:
    delete = "DELETE FROM jobs WHERE id = $1"
    machined, simulated = await workshop.job(), await workshop.job()
    await workshop.cam_run(machined, await workshop.machine())
    await workshop.sim_run(simulated)
    assert await refused(workshop, delete, machined) == ("fk_cam_runs_job_id_jobs", "cam_runs")
    assert await refused(workshop, delete, simulated) == ("fk_sim_runs_job_id_jobs", "sim_runs")


async def test_a_simulated_run_and_its_machine_stay(workshop: Workshop) -> None:
    job, machine = await workshop.job(), await workshop.machine()
    cam_run = await workshop.cam_run(job, machine)
    await workshop.sim_run(job, cam_run)
    found = await refused(workshop, "DELETE FROM cam_runs WHERE id = $1", cam_run)
    assert found == ("fk_sim_runs_cam_run_id_cam_runs", "sim_runs")
    await workshop.take_role("platform_owner")
    found = await refused(workshop, "DELETE FROM machines WHERE id = $1", machine)
    assert found == ("fk_cam_runs_machine_id_machines", "cam_runs")


async def test_a_user_or_model_with_jobs_stays(workshop: Workshop) -> None:
    model = await workshop.model()
    await workshop.job(model_id=model)
    found = await refused(workshop, "DELETE FROM models WHERE id = $1", model)
    assert found == ("fk_jobs_model_id_models", "jobs")
    await workshop.take_role("platform_owner")
    constraint, _ = await refused(workshop, "DELETE FROM users WHERE id = $1", workshop.user)
    assert constraint in {"fk_jobs_user_id_users", "fk_models_user_id_users"}


async def test_a_revision_outlives_its_parent(workshop: Workshop) -> None:
    parent = await workshop.model()
    child = await workshop.model(parent_model_id=parent, revision=2)
    await workshop.worker.execute("DELETE FROM models WHERE id = $1", parent)
    row = await workshop.worker.fetchrow("SELECT user_id, parent_model_id, revision FROM models WHERE id = $1", child)
    assert tuple(row[:]) == (workshop.user, None, 2)


# -- what belongs together ---------------------------------------------------------------


async def test_a_model_revises_a_model_of_the_same_user_only(workshop: Workshop) -> None:
    foreign = await workshop.model(user_id=await workshop.another_user())
    with pytest.raises(asyncpg.ForeignKeyViolationError) as error:
        await workshop.model(parent_model_id=foreign, revision=2)
    assert refusal(error.value)[:2] == ("fk_models_parent_model_id_models", "models")


async def test_a_job_works_on_a_model_of_the_same_user_only(workshop: Workshop) -> None:
    foreign = await workshop.model(user_id=await workshop.another_user())
    with pytest.raises(asyncpg.ForeignKeyViolationError) as error:
        await workshop.job(model_id=foreign)
    assert refusal(error.value)[:2] == ("fk_jobs_model_id_models", "jobs")


async def test_a_parent_has_one_child_of_each_revision(workshop: Workshop) -> None:
    parent = await workshop.model()
    await workshop.model(parent_model_id=parent, revision=2)
    await workshop.model(parent_model_id=parent, revision=3)
    with pytest.raises(asyncpg.UniqueViolationError) as error:
        await workshop.model(parent_model_id=parent, revision=3)
    assert refusal(error.value)[0] == "uq_models_parent_model_id_revision"


@pytest.mark.parametrize("system", [True, False], ids=["system", "user"])
async def test_an_idempotency_key_is_used_once(workshop: Workshop, *, system: bool) -> None:
    async def ask(user: int | None, fingerprint: str) -> int:
        return await workshop.job(user_id=user, idempotency_key="siparis-9001", request_fingerprint=fingerprint * 64)

    # given a job with a key
    user = None if system else workshop.user
    await ask(user, "1")
    # when another user gives that key, or the same user none at all, then there are more jobs
    await ask(await workshop.another_user(), "1")
    await workshop.job(user_id=user)
    await workshop.job(user_id=user)
    # when the same user gives it again, even for something else, then it is refused
    with pytest.raises(asyncpg.UniqueViolationError) as error:
        await ask(user, "2")
    assert refusal(error.value)[0] == "uq_jobs_idempotency_key"


# -- who sees and does what --------------------------------------------------------------


async def test_a_user_sees_what_belongs_to_the_user(workshop: Workshop) -> None:
    other = await workshop.another_user()
    await whole_job(workshop)
    await workshop.job(user_id=None)
    await workshop.take_role("platform_app", workshop.user)
    assert await counts(workshop) == dict.fromkeys(TABLES, 1)
    await workshop.take_role("platform_app", other)
    assert await counts(workshop) == dict.fromkeys(TABLES, 0)


async def test_a_user_asks_for_work_and_for_its_cancellation_and_changes_nothing_else(workshop: Workshop) -> None:
    await workshop.take_role("platform_app", workshop.user)
    model = await workshop.model()
    job = await workshop.insert("jobs", user_id=workshop.user, type="cam_process", model_id=model)
    await workshop.worker.execute("UPDATE jobs SET cancel_requested_at = now() WHERE id = $1", job)
    for statement in (
        "UPDATE jobs SET status = 'cancelled', finished_at = now()",
        "UPDATE jobs SET priority = 20",
        "DELETE FROM jobs",
        "DELETE FROM models",
        "UPDATE artefacts SET deletion_requested_at = now()",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with workshop.worker.transaction():
                await workshop.worker.execute(statement)


@pytest.mark.parametrize(
    ("table", "hidden"),
    [
        ("models", ["description", "metadata", "name", "params", "s3_key", "thumbnail_s3_key"]),
        ("jobs", ["error_message", "idempotency_key", "input_params", "output_data"]),
        ("cam_runs", []),
        ("sim_runs", []),
        ("artefacts", ["deletion_error", "meta", "s3_key"]),
    ],
)
async def test_analysts_do_not_see_what_may_name_a_person(workshop: Workshop, table: str, hidden: list[str]) -> None:
    rows = await workshop.worker.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped "
        "AND NOT has_column_privilege('platform_readonly', attrelid, attnum, 'SELECT') ORDER BY attname",
        table,
    )
    assert [row["attname"] for row in rows] == hidden


@pytest.mark.parametrize(
    "beyond",
    ["status = 'running'", "attempt = 1", "progress = 100", "finished_at = now()", "retry_count = 1", "metrics = '{}'"],
)
async def test_a_user_asks_for_work_and_says_nothing_of_its_state(workshop: Workshop, beyond: str) -> None:
    column, value = beyond.split(" = ")
    async with workshop.worker.transaction():
        await workshop.worker.execute(
            "SELECT set_config('role', 'platform_app', true), set_config('app.user_id', $1, true)", str(workshop.user)
        )
        asked = "INSERT INTO jobs (user_id, type) VALUES ($1, 'cad_import')"
        await workshop.worker.execute(asked, workshop.user)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with workshop.worker.transaction():
                await workshop.worker.execute(
                    f"INSERT INTO jobs (user_id, type, {column}) VALUES ($1, 'cad_import', {value})",  # noqa: S608
                    workshop.user,
                )

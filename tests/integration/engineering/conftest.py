"""A worker's transaction that is rolled back, with a user, and jobs in any state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db.domain.jobs import WAITING, JobStatus
from tests.raw import Raw, connect, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

Values = dict[str, object]

STARTED: Final = "2026-03-02T09:01:00+00:00"
ENDED: Final = "2026-03-02T09:06:00+00:00"

_FREE: Final[Values] = {"claimed_by": None, "lease_until": None, "heartbeat_at": None}
_HELD: Final[Values] = {"claimed_by": "cam-isci-1", "lease_until": "2026-03-02T09:05:00+00:00", "heartbeat_at": STARTED}
_WAITING: Final[Values] = {**_FREE, "started_at": None, "finished_at": None}
_ENDED: Final[Values] = {**_FREE, "started_at": STARTED, "finished_at": ENDED}

STATES: Final[Mapping[JobStatus, Values]] = {
    JobStatus.PENDING: _WAITING,
    JobStatus.QUEUED: _WAITING,
    JobStatus.RUNNING: {**_HELD, "started_at": STARTED, "finished_at": None},
    JobStatus.COMPLETED: {**_ENDED, "progress": 100},
    JobStatus.FAILED: {**_ENDED, "error_code": "tool_missing"},
    JobStatus.CANCELLED: _ENDED,
    JobStatus.TIMEOUT: {**_ENDED, "error_code": "lease_expired"},
}
"""The columns that go with a status."""

_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Workshop:
    """A transaction of platform_worker's, and the user whose rows it writes."""

    worker: Raw
    user: int

    async def take_role(self, role: str, user: int | None = None) -> None:
        """Go on as this role, for this user."""
        await self.worker.execute(
            "SELECT set_config('role', $1, true), set_config('app.user_id', $2, true)",
            role,
            "" if user is None else str(user),
        )

    async def insert(self, table: str, **row: object) -> int:
        """Store a row, its other columns by their defaults; its id."""
        names = ", ".join(row)
        return await self.worker.fetchval(
            f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - the names stand in the tests
            f"FROM jsonb_populate_record(NULL::{table}, $1::jsonb) RETURNING id",
            json.dumps(row),
        )

    async def another_user(self) -> int:
        return await self.insert("users", email=f"planlama-{next(_NUMBERS)}@ornek-imalat.com.tr")

    async def model(self, **other: object) -> int:
        row: Values = {"user_id": self.user, "type": "part", "file_format": "step", "name": "Flanş DN80"}
        row |= {"file_size": 1_482_112, "sha256_hash": "0" * 64, "s3_key": f"modeller/{next(_NUMBERS)}.step"}
        return await self.insert("models", **row | other)

    async def job(self, status: JobStatus = JobStatus.PENDING, **other: object) -> int:
        """A job in this state: at 40 percent of its first attempt once it was claimed."""
        row: Values = {"user_id": self.user, "type": "cam_process", "status": status}
        if status not in WAITING:
            row |= {"attempt": 1, "progress": 40}
        return await self.insert("jobs", **row | STATES[status] | other)

    async def artefact(self, job: int) -> int:
        key = f"isler/{next(_NUMBERS)}.nc"
        return await self.insert("artefacts", job_id=job, size_bytes=482_113, type="gcode", s3_key=key)

    async def machine(self) -> int:
        row: Values = {"name": f"Dik işleme merkezi {next(_NUMBERS)}", "type": "mill_3axis", "axes": 3}
        row |= {f"work_envelope_{axis}_mm": 500 for axis in "xyz"}
        return await self.insert("machines", **row, spindle_max_rpm=8000, post_processor="fanuc")

    async def cam_run(self, job: int, machine: int) -> int:
        return await self.insert("cam_runs", job_id=job, machine_id=machine)

    async def sim_run(self, job: int, cam_run: int | None = None) -> int:
        return await self.insert("sim_runs", job_id=job, type="collision", cam_run_id=cam_run)

    async def change(self, job: int, **values: object) -> None:
        """One UPDATE that sets these columns."""
        names = ", ".join(values)
        await self.worker.execute(
            f"UPDATE jobs SET ({names}) = ROW({', '.join(f'given.{name}' for name in values)}) "  # noqa: S608
            "FROM jsonb_populate_record(NULL::jobs, $2::jsonb) AS given WHERE jobs.id = $1",
            job,
            json.dumps(values),
        )

    async def move(self, job: int, status: JobStatus, **other: object) -> None:
        """Bring a job into a state, with the columns that go with it."""
        await self.change(job, **{"status": status, **STATES[status], **other})

    async def read(self, job: int) -> Values:
        row = await self.worker.fetchrow("SELECT * FROM jobs WHERE id = $1", job)
        return dict(row.items())

    async def refuses(self, guard: str, job: int, **values: object) -> str | None:
        """The change fails under the guard's name and the job stays as it was; the column that is named."""
        before = await self.read(job)
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            async with self.worker.transaction():
                await self.change(job, **values)
        constraint, table, column = refusal(refused.value)
        assert (constraint, table) == (f"ck_jobs_{guard}", "jobs")
        assert await self.read(job) == before
        return column


@pytest_asyncio.fixture(loop_scope="session")
async def workshop(shared_database_url: str) -> AsyncIterator[Workshop]:
    connection = await connect(shared_database_url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        entered = Workshop(connection, 0)
        await entered.take_role("platform_worker")
        yield Workshop(connection, await entered.another_user())
    finally:
        await transaction.rollback()
        await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def shop(worker: Raw) -> Workshop:
    """The same where rows stay, for what the library reads in its own transactions."""
    return Workshop(worker, await Workshop(worker, 0).another_user())

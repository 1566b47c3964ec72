"""How a user's jobs stand, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.jobs import JobStatus, JobType
from platform_db.repositories.filters import labelled
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.database.executor import Executor

__all__ = ["AVERAGE_DURATION", "JobTally", "by_status", "tally"]

_TALLY: Final = Statement(
    sa.select(
        jobs.c.type, jobs.c.status, sa.func.count(), sa.cast(sa.func.trunc(sa.func.avg(jobs.c.progress)), sa.Integer)
    )
    .where(jobs.c.user_id == sa.bindparam("user_id", type_=sa.BigInteger()))
    .group_by(jobs.c.type, jobs.c.status)
    .order_by(jobs.c.type, jobs.c.status)
)
_BY_STATUS: Final = Statement(sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status))


def _average_duration() -> Statement:
    last = (
        sa.select((jobs.c.finished_at - jobs.c.started_at).label("duration"))
        .where(
            labelled("status", JobStatus.COMPLETED)(jobs),
            jobs.c.type == sa.bindparam("type", type_=jobs.c.type.type),
        )
        .order_by(jobs.c.status.desc(), jobs.c.created_at.desc())
        .limit(sa.literal_column("100"))
        .subquery("last")
    )
    return Statement(sa.select(sa.func.avg(last.c.duration)))


AVERAGE_DURATION: Final = _average_duration()


@dataclass(frozen=True, slots=True)
class JobTally:
    """The jobs of one type in one status: how many, and how far they are on average, in whole percent."""

    type: JobType
    status: JobStatus
    jobs: int
    progress: int


async def tally(executor: Executor, user_id: int) -> tuple[JobTally, ...]:
    """One for each type and status that the user has jobs of, in the order of the enums."""
    rows = await executor.fetch(_TALLY, {"user_id": user_id})
    return tuple(JobTally(JobType(row[0]), JobStatus(row[1]), int(str(row[2])), int(str(row[3]))) for row in rows)


async def by_status(executor: Executor) -> Mapping[JobStatus, int]:
    """How many there are in each status."""
    found = {JobStatus(row[0]): int(str(row[1])) for row in await executor.fetch(_BY_STATUS)}
    return {status: found.get(status, 0) for status in JobStatus}

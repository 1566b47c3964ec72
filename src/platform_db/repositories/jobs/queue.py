"""The queue: what is due, in which order; claims, lost leases, and how long one waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.jobs import WAITING, Job, JobStatus
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import labelled
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.rows import reader
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.repositories.windows import SPAN, checked_span, from_now
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from datetime import timedelta

    from platform_db.database.executor import Executor
    from platform_db.domain.jobs import JobType

__all__ = ["DUE", "LONGEST_WAIT", "LOST", "POSITION", "claim"]

_read = reader(Job)
_Claimed: Final = columns_of(Job, ("claimed_by",))

_IS_DUE: Final = (labelled("status", *WAITING)(jobs), passed(jobs.c.available_at))
_ORDER: Final[tuple[sa.ColumnElement[Any], ...]] = (jobs.c.priority.desc(), jobs.c.available_at, jobs.c.id)

DUE: Final = Sweep(jobs, Job, *_IS_DUE, order=_ORDER)
LOST: Final = Sweep(
    jobs,
    Job,
    labelled("status", JobStatus.RUNNING)(jobs),
    passed(jobs.c.lease_until),
    order=(jobs.c.lease_until, jobs.c.id),
)


def _claim(*narrower: sa.ColumnElement[bool]) -> Statement:
    return Statement(
        sa.update(jobs)
        .where(first_free(jobs, *_IS_DUE, *narrower, order=_ORDER))
        .values(
            status=JobStatus.RUNNING,
            attempt=jobs.c.attempt + 1,
            progress=0,
            claimed_by=sa.bindparam("worker", type_=sa.Text()),
            started_at=sa.func.now(),
            heartbeat_at=sa.func.now(),
            lease_until=from_now(),
        )
        .returning(*jobs.c)
    )


_CLAIM: Final = _claim()
_CLAIM_OF_TYPES: Final = _claim(jobs.c.type == sa.any_(sa.bindparam("types", type_=sa.ARRAY(jobs.c.type.type))))


async def claim(
    executor: Executor, worker: str, lease: timedelta, limit: int, types: frozenset[JobType] | None
) -> tuple[Job, ...]:
    """Claim the first jobs that are due and that no other claim has locked, in the order of the queue."""
    asked: dict[str, object] = {"limit": checked_limit(limit), SPAN: checked_span(lease)}
    asked["worker"] = dict(_Claimed.parse({"claimed_by": worker}))["claimed_by"]
    if types is None:
        rows = await executor.fetch(_CLAIM, asked)
    else:
        rows = await executor.fetch(_CLAIM_OF_TYPES, {**asked, "types": sorted(types)})
    claimed = (_read(row) for row in rows)
    return tuple(sorted(claimed, key=lambda job: (-job.priority, job.available_at, job.id)))


def _position() -> Statement:
    own = jobs.alias("own")
    ahead = (
        sa.select(sa.func.count())
        .select_from(jobs)
        .where(
            *_IS_DUE,
            sa.or_(
                jobs.c.priority > own.c.priority,
                sa.and_(
                    jobs.c.priority == own.c.priority,
                    sa.tuple_(jobs.c.available_at, jobs.c.id) < sa.tuple_(own.c.available_at, own.c.id),
                ),
            ),
        )
        .scalar_subquery()
    )
    return Statement(
        sa.select(own.c.status, (ahead + 1).label("position")).where(
            own.c.id == sa.bindparam("id", type_=sa.BigInteger())
        )
    )


POSITION: Final = _position()
LONGEST_WAIT: Final = Statement(sa.select(sa.func.now() - sa.func.min(jobs.c.available_at)).where(*_IS_DUE))

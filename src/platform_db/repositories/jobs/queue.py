"""The queue: what is due, in which order; claims, lost leases, and how long one waits."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.jobs import WAITING, Job, JobStatus
from platform_db.repositories.filters import labelled
from platform_db.repositories.jobs.fence import RUNS, lease_end
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.rows import reader
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.repositories.windows import SPAN, checked_span, from_now
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from datetime import timedelta

    from platform_db.database.executor import Executor
    from platform_db.domain.jobs import JobType

__all__ = ["DUE", "IN_ORDER", "LONGEST_WAIT", "LOST", "POSITION", "WAITS", "claim"]

_read = reader(Job)
_Claimed: Final = columns_of(Job, ("claimed_by",))

WAITS: Final = labelled("status", *WAITING)(jobs)
_IS_DUE: Final = (WAITS, passed(jobs.c.available_at), jobs.c.cancel_requested_at.is_(None))
IN_ORDER: Final[tuple[sa.ColumnElement[Any], ...]] = (jobs.c.priority.desc(), jobs.c.available_at, jobs.c.id)

DUE: Final = Sweep(jobs, Job, *_IS_DUE, order=IN_ORDER)
LOST: Final = Sweep(
    jobs,
    Job,
    RUNS,
    passed(jobs.c.lease_until),
    order=(jobs.c.lease_until, jobs.c.id),
)


_OF_TYPES: Final = jobs.c.type == sa.any_(sa.bindparam("types", type_=sa.ARRAY(jobs.c.type.type)))


@lru_cache(maxsize=64)
def _claim(limit: int, *narrower: sa.ColumnElement[bool]) -> Statement:
    """The claim of this many: a worker asks for the same number each time.

    With the number as a parameter the planner would take it for a tenth of the queue, and so
    plan every claim anew, which costs as much as claiming a job.
    """
    due = sa.select(jobs.c.id).where(*_IS_DUE, *narrower).order_by(*IN_ORDER)
    taken = due.limit(sa.literal_column(str(limit), sa.Integer())).with_for_update(skip_locked=True)
    return Statement(
        sa.update(jobs)
        # An array is computed once; a subquery that is joined may be run again and lock more rows.
        .where(jobs.c.id == sa.any_(sa.func.array(taken.scalar_subquery())))
        .values(
            status=JobStatus.RUNNING,
            attempt=jobs.c.attempt + 1,
            progress=0,
            claimed_by=sa.bindparam("claimed_by", type_=sa.Text()),
            started_at=sa.func.now(),
            heartbeat_at=sa.func.now(),
            lease_until=lease_end(from_now(), sa.func.now()),
            metrics=sa.null(),
        )
        .returning(*jobs.c)
    )


async def claim(
    executor: Executor, worker: str, lease: timedelta, limit: int, types: frozenset[JobType] | None
) -> tuple[Job, ...]:
    """Claim the first jobs that are due and that no other claim has locked, in the order of the queue."""
    wanted = checked_limit(limit)
    asked: dict[str, object] = {SPAN: checked_span(lease), **dict(_Claimed.parse({"claimed_by": worker}))}
    if types is None:
        rows = await executor.fetch(_claim(wanted), asked)
    else:
        rows = await executor.fetch(_claim(wanted, _OF_TYPES), {**asked, "types": sorted(types)})
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
        sa.select(own.c.status, own.c.cancel_requested_at, (ahead + 1).label("position")).where(
            own.c.id == sa.bindparam("id", type_=sa.BigInteger())
        )
    )


POSITION: Final = _position()
LONGEST_WAIT: Final = Statement(sa.select(sa.func.now() - sa.func.min(jobs.c.available_at)).where(*_IS_DUE))

"""CAM runs: of a job, of a user, and what a machine still has to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.cam_runs import CamRun, NewCamRun
from platform_db.domain.fields import BigInteger
from platform_db.domain.jobs import JobStatus
from platform_db.repositories.children_of_jobs import of_user, unfinished
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, equal
from platform_db.repositories.rows import Rows
from platform_db.repositories.runs import NO_METRICS, RunRepository
from platform_db.schema.cam_runs import cam_runs

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.domain.json_values import JsonObject
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["CamRunFilter", "CamRunRepository"]

_ROWS: Final = Rows(cam_runs, CamRun, "CAM run")


class CamRunFilter(Filter):
    """Which runs a list holds; what is not given, or None, does not restrict.

    ``user_id`` is the owner of the run's job. A call for a user names it, or ``job_id``:
    row security alone finds the user's runs among everybody's.
    """

    user_id: Annotated[int | None, BigInteger()] = None
    job_id: Annotated[int | None, BigInteger()] = None
    machine_id: Annotated[int | None, BigInteger()] = None
    status: JobStatus | None = None


_CONDITIONS: Final = {
    "user_id": of_user(),
    **{name: equal(name) for name in ("job_id", "machine_id", "status")},
}
_LISTING: Final = Listing(cam_runs, CamRun, NEWEST_FIRST, _CONDITIONS)
_UNFINISHED: Final = unfinished(cam_runs, CamRun, _CONDITIONS)
_EVERY: Final = CamRunFilter()


_WRITTEN: Final = tuple(NewCamRun.model_fields)
_PLAN: Final = Statement(
    sa.insert(cam_runs)
    .values({name: sa.bindparam(name, type_=cam_runs.c[name].type) for name in _WRITTEN})
    .returning(*cam_runs.c)
)


class CamRunRepository(RunRepository[CamRun, CamRunFilter]):
    """CAM runs, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) sees those of the own jobs; background work (platform_worker) sees
    all, plans them and reports. They leave no audit entries: their jobs do.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, _LISTING)

    async def plan(self, new: NewCamRun) -> CamRun:
        """Store a CAM run that a job is to make; it waits.

        Raises
        ------
        StillReferenced
            There is no such job or machine.
        RuleViolation
            ``params`` are too large.
        NotAllowed
            The unit of work acts for a user: CAM runs are background work (``platform_worker``).
        """
        row = await self._executor.fetch_row(_PLAN, dict(new))
        assert row is not None  # noqa: S101 - INSERT … RETURNING gives its row or raises
        return _ROWS.read(row)

    async def complete(self, run: CamRun, metrics: JsonObject = NO_METRICS) -> CamRun:
        """Note that the tool path is made; that is final. ``metrics`` are added to those that there are.

        Raises
        ------
        RuleViolation
            It does not run (``ck_cam_runs_transition_allowed``), or the metrics are too large.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._moved(run, JobStatus.COMPLETED, metrics)

    async def unfinished(
        self, chosen: CamRunFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[CamRun]:
        """Runs that wait or run, such as what a machine still has before it.

        The running ones come first, then the queued, then the pending; each oldest first.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _UNFINISHED.page(self._executor, chosen, after=after, limit=limit)

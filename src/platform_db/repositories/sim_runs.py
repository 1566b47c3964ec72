"""Simulations: of a job, of a CAM run, of a user, and those that are not finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.fields import BigInteger
from platform_db.domain.jobs import JobStatus
from platform_db.domain.sim_runs import NewSimRun, SimRun, Verdict
from platform_db.repositories.children_of_jobs import of_user, unfinished
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, equal
from platform_db.repositories.rows import Rows
from platform_db.repositories.runs import RunRepository
from platform_db.schema.sim_runs import sim_runs

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["SimRunFilter", "SimRunRepository"]

_ROWS: Final = Rows(sim_runs, SimRun, "simulation")


class SimRunFilter(Filter):
    """Which simulations a list holds; what is not given, or None, does not restrict.

    ``user_id`` is the owner of the simulation's job. A call for a user names it, or
    ``job_id``, or ``cam_run_id``: row security alone finds the user's simulations among
    everybody's.
    """

    user_id: Annotated[int | None, BigInteger()] = None
    job_id: Annotated[int | None, BigInteger()] = None
    cam_run_id: Annotated[int | None, BigInteger()] = None
    status: JobStatus | None = None


_CONDITIONS: Final = {
    "user_id": of_user(),
    **{name: equal(name) for name in ("job_id", "cam_run_id", "status")},
}
_LISTING: Final = Listing(sim_runs, SimRun, NEWEST_FIRST, _CONDITIONS)
_UNFINISHED: Final = unfinished(sim_runs, SimRun, _CONDITIONS)
_EVERY: Final = SimRunFilter()


_WRITTEN: Final = tuple(NewSimRun.model_fields)
_PLAN: Final = Statement(
    sa.insert(sim_runs)
    .values({name: sa.bindparam(name, type_=sim_runs.c[name].type) for name in _WRITTEN})
    .returning(*sim_runs.c)
)


class SimRunRepository(RunRepository[SimRun, SimRunFilter]):
    """Simulations, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) sees those of the own jobs; background work (platform_worker) sees
    all, plans them and reports. They leave no audit entries: their jobs do.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, _LISTING)

    async def plan(self, new: NewSimRun) -> SimRun:
        """Store a simulation that a job is to make; it waits.

        Raises
        ------
        StillReferenced
            There is no such job or CAM run.
        RuleViolation
            ``params`` are too large.
        NotAllowed
            The unit of work acts for a user: simulations are background work (``platform_worker``).
        """
        row = await self._executor.fetch_row(_PLAN, dict(new))
        assert row is not None  # noqa: S101 - INSERT … RETURNING gives its row or raises
        return _ROWS.read(row)

    async def complete(self, run: SimRun, verdict: Verdict) -> SimRun:
        """Note that the simulation ran, and what it found; that is final.

        Raises
        ------
        RuleViolation
            It does not run (``ck_sim_runs_transition_allowed``); it found collisions and is said
            to have passed (``ck_sim_runs_passed_without_collision``); the metrics are too large.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        found = {"result": verdict.result, "collision_count": verdict.collision_count}
        return await self._moved(run, JobStatus.COMPLETED, verdict.metrics, **found)

    async def unfinished(
        self, chosen: SimRunFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[SimRun]:
        """Simulations that wait or run: the running first, then the queued, then the pending; each oldest first.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _UNFINISHED.page(self._executor, chosen, after=after, limit=limit)

"""Simulations: of a job, of a CAM run, of a user, and those that are not finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from platform_db.domain.fields import BigInteger
from platform_db.domain.jobs import JobStatus
from platform_db.domain.sim_runs import SimRun
from platform_db.repositories.children_of_jobs import of_user, unfinished
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, equal
from platform_db.repositories.rows import Rows
from platform_db.schema.sim_runs import sim_runs

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
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


class SimRunRepository:
    """Simulations. Belongs to one unit of work and never commits.

    A user (platform_app) sees the simulations of the own jobs, background work (platform_worker) all.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, run_id: int) -> SimRun:
        """The simulation of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, run_id)

    async def page(self, chosen: SimRunFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[SimRun]:
        """Simulations, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

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

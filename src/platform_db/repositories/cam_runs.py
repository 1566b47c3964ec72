"""CAM runs: of a job, of a user, and what a machine still has to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from platform_db.domain.cam_runs import CamRun
from platform_db.domain.fields import BigInteger
from platform_db.domain.jobs import JobStatus
from platform_db.repositories.children_of_jobs import of_user, unfinished
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, equal
from platform_db.repositories.rows import Rows
from platform_db.schema.cam_runs import cam_runs

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
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


class CamRunRepository:
    """CAM runs. Belongs to one unit of work and never commits.

    A user (platform_app) sees the runs of the own jobs, background work (platform_worker) all.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, run_id: int) -> CamRun:
        """The run of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, run_id)

    async def page(self, chosen: CamRunFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[CamRun]:
        """Runs, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

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

    async def count(self, chosen: CamRunFilter = _EVERY) -> int:
        """How many runs there are; reads each of them."""
        return await _LISTING.count(self._executor, chosen)

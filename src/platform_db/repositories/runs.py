"""What a worker does with the runs of its job, whichever kind they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, cast

from platform_db.domain.jobs import JobStatus
from platform_db.domain.models import Versioned
from platform_db.repositories.filters import Filter
from platform_db.repositories.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.domain.json_values import JsonObject

__all__ = ["NO_METRICS", "RunRepository"]

R = TypeVar("R", bound=Versioned)
F = TypeVar("F", bound=Filter)

NO_METRICS: Final[JsonObject] = {}


class RunRepository(Repository[R, F]):
    """Runs of jobs, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) sees the runs of the own jobs; background work (platform_worker)
    sees all, plans them and reports. Runs leave no audit entries: their jobs do.
    """

    async def queue(self, run: R) -> R:
        """Put a run into its machine's queue; one that failed or took too long, again.

        Raises
        ------
        RuleViolation
            It runs, or ended for good (``transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._moved(run, JobStatus.QUEUED)

    async def start(self, run: R) -> R:
        """Note that it runs.

        Raises
        ------
        RuleViolation
            It does not wait (``transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._moved(run, JobStatus.RUNNING)

    async def fail(self, run: R, metrics: JsonObject = NO_METRICS) -> R:
        """Note that it failed; ``metrics`` are added to those that there are.

        Raises
        ------
        RuleViolation
            It does not run (``transition_allowed``), or the metrics are too large.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._moved(run, JobStatus.FAILED, metrics)

    async def time_out(self, run: R) -> R:
        """Note that it took too long.

        Raises
        ------
        RuleViolation
            It does not run (``transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._moved(run, JobStatus.TIMEOUT)

    async def cancel(self, run: R) -> R:
        """Give it up; that is final.

        Raises
        ------
        RuleViolation
            It ended already (``transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._moved(run, JobStatus.CANCELLED)

    async def measure(self, run: R, metrics: JsonObject) -> R:
        """Add to the metrics of a run; those of the same name are replaced.

        Raises
        ------
        RuleViolation
            The metrics are too large.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(run, {"metrics": _merged(run, metrics)})

    async def _moved(self, run: R, status: JobStatus, metrics: JsonObject = NO_METRICS, **beside: object) -> R:
        changes = {"status": status, **beside}
        return await self._changed(run, {**changes, "metrics": _merged(run, metrics)} if metrics else changes)

    async def _changed(self, run: R, changes: Mapping[str, object]) -> R:
        return await self._rows.change(self._executor, run, run.checked(changes))


def _merged(run: Versioned, metrics: JsonObject) -> JsonObject:
    return {**cast("JsonObject", dict(run)["metrics"]), **metrics}

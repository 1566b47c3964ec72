"""What state a job is in and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["FINISHED", "JOB_TRANSITIONS", "UNFINISHED", "WAITING", "JobStatus", "may_become"]


class JobStatus(StrEnum):
    """The state of a job or of its runs; how one of a job follows another is :data:`JOB_TRANSITIONS`."""

    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMEOUT = "timeout"


WAITING: Final = (JobStatus.PENDING, JobStatus.QUEUED)
"""In the queue: a worker may claim the job."""

UNFINISHED: Final = (*WAITING, JobStatus.RUNNING)
"""There is still something to do."""

FINISHED: Final = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.TIMEOUT)
"""The attempt is over and its result stands; a failed or timed-out job may still be queued again."""

JOB_TRANSITIONS: Final[Mapping[JobStatus, frozenset[JobStatus]]] = MappingProxyType(
    {
        JobStatus.PENDING: frozenset({JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.CANCELLED}),
        JobStatus.QUEUED: frozenset({JobStatus.PENDING, JobStatus.RUNNING, JobStatus.CANCELLED}),
        JobStatus.RUNNING: frozenset(
            {JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.TIMEOUT, JobStatus.QUEUED}
        ),
        JobStatus.FAILED: frozenset({JobStatus.QUEUED}),
        JobStatus.TIMEOUT: frozenset({JobStatus.QUEUED}),
        JobStatus.COMPLETED: frozenset(),
        JobStatus.CANCELLED: frozenset(),
    }
)
"""What each status may become; completed and cancelled are final."""


def may_become(old: JobStatus, new: JobStatus) -> bool:
    """Whether a job may go from ``old`` to ``new``; staying as it is always may.

    Examples
    --------
    >>> may_become(JobStatus.FAILED, JobStatus.QUEUED)
    True
    >>> may_become(JobStatus.CANCELLED, JobStatus.QUEUED)
    False
    """
    return old == new or new in JOB_TRANSITIONS[old]

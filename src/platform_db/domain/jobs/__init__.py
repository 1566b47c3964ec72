"""Engineering work that workers claim from a queue: states, rules, the stored row."""

from __future__ import annotations

from platform_db.domain.jobs.claims import Claim, Completion, Held
from platform_db.domain.jobs.inputs import NewJob
from platform_db.domain.jobs.job import Job, JobType
from platform_db.domain.jobs.states import FINISHED, JOB_TRANSITIONS, UNFINISHED, WAITING, JobStatus, may_become

__all__ = [
    "FINISHED",
    "JOB_TRANSITIONS",
    "UNFINISHED",
    "WAITING",
    "Claim",
    "Completion",
    "Held",
    "Job",
    "JobStatus",
    "JobType",
    "NewJob",
    "may_become",
]

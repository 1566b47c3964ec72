"""Jobs: asked for once, claimed by workers, found and listed for whoever asked."""

from __future__ import annotations

from platform_db.repositories.jobs.attempts import JobAttempts
from platform_db.repositories.jobs.requests import JobRequests
from platform_db.repositories.jobs.upkeep import JobUpkeep

__all__ = ["JobRepository"]


class JobRepository(JobRequests, JobAttempts, JobUpkeep):
    """Jobs, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) asks for work, sees the own jobs and asks to cancel them; background
    work (platform_worker) sees all, and only it claims, reports, requeues and sweeps.
    """

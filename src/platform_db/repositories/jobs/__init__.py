"""The queue of engineering work: claimed by workers, listed for whoever asked."""

from __future__ import annotations

from platform_db.repositories.jobs.attempts import Completed, Heartbeats
from platform_db.repositories.jobs.listing import JobFilter
from platform_db.repositories.jobs.repository import JobRepository
from platform_db.repositories.jobs.requests import Enqueued
from platform_db.repositories.jobs.tally import JobTally

__all__ = ["Completed", "Enqueued", "Heartbeats", "JobFilter", "JobRepository", "JobTally"]

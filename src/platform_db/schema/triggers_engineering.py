"""The trigger that guards jobs: one for every statement, because claims are frequent."""

from __future__ import annotations

from typing import Final

from platform_db.domain.jobs import Job
from platform_db.schema.routines_engineering import changed
from platform_db.schema.triggers import Trigger

__all__ = ["ENGINEERING_TRIGGERS"]

_GUARDED: Final = dict.fromkeys(column for guard in Job.guards for column in guard.fields)

ENGINEERING_TRIGGERS: Final[tuple[Trigger, ...]] = (
    Trigger(
        "jobs_guard",
        "jobs",
        f"CREATE TRIGGER jobs_guard BEFORE UPDATE ON jobs FOR EACH ROW WHEN ({changed(_GUARDED)}) "
        "EXECUTE FUNCTION guard_job_transition()",
    ),
)

"""What may become of a run of a job: the states of a job, without its queue."""

from __future__ import annotations

from typing import Final

from platform_db.domain.changes import StateMachine
from platform_db.domain.jobs.states import JOB_TRANSITIONS
from platform_db.domain.rules import Message

__all__ = ["RUN_STATES"]

RUN_STATES: Final = StateMachine(
    "status", JOB_TRANSITIONS, Message("Bu çalışma bu duruma geçemez", "The run cannot take this state")
)
"""As of a job: what waits may run, what runs may end, what failed may be queued again."""

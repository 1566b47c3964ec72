"""Jobs that leave an attempt without a result, or are queued again: by one statement, however many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.jobs import Job, JobStatus
from platform_db.repositories.arrays import arrays
from platform_db.repositories.jobs.fence import ENDED_NOW, NOBODYS, label, rows_given
from platform_db.repositories.rows import reader
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.database.executor import Executor
    from platform_db.domain.audit_logs import AuditAction
    from platform_db.domain.jobs.operations import Move
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["move", "note_move"]

_read = reader(Job)

_TOLD: Final = ("status", "retry_count", "error_code", "error_message")
_COLUMNS: Final[dict[str, Any]] = {
    "id": jobs.c.id.type,
    "version": jobs.c.version.type,
    **{name: jobs.c[name].type for name in _TOLD},
    "delay": sa.Interval(),
    "is_dead_letter": sa.Boolean(),
}

_KEY: Final = frozenset({"id", "version"})
_NOTED: Final = ("status", "retry_count", "error_code", "available_at", "cancel_requested_at", "dead_lettered_at")


def _move() -> Statement:
    to = rows_given("move", **_COLUMNS)
    queues = to.c.status == label(JobStatus.QUEUED)

    def in_the_queue(there: sa.ColumnElement[Any], otherwise: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.case((queues, there), else_=otherwise)

    return Statement(
        sa.update(jobs)
        .where(jobs.c.id == to.c.id, jobs.c.version == to.c.version)
        .values(
            {
                **{name: to.c[name] for name in _TOLD},
                **NOBODYS,
                "progress": in_the_queue(sa.literal_column("0", sa.Integer()), jobs.c.progress),
                "available_at": in_the_queue(sa.func.now() + to.c.delay, jobs.c.available_at),
                "started_at": in_the_queue(sa.null(), jobs.c.started_at),
                "finished_at": in_the_queue(sa.null(), ENDED_NOW),
                "cancel_requested_at": in_the_queue(sa.null(), jobs.c.cancel_requested_at),
                "dead_lettered_at": sa.case((to.c.is_dead_letter, ENDED_NOW)),
            }
        )
        .returning(*jobs.c)
    )


_MOVE: Final = _move()


async def move(executor: Executor, moves: Sequence[tuple[Job, Move]]) -> tuple[Job, ...]:
    """Move the jobs that are still as they were read; those that were, in the order given."""
    # Sorted, so that two who move the same rows take their locks in one order.
    rows = [
        {**{name: getattr(to, name) for name in _COLUMNS if name not in _KEY}, "id": job.id, "version": job.version}
        for job, to in sorted(moves, key=lambda pair: pair[0].id)
    ]
    found = {job.id: job for job in map(_read, await executor.fetch(_MOVE, arrays("move", _COLUMNS, rows)))}
    return tuple(found[job.id] for job, _ in moves if job.id in found)


def note_move(audit: AuditTrail, action: AuditAction, event: str, before: Job, after: Job) -> None:
    """Add the entry of a move: which of its columns changed; a failure's words may name a person and stay out."""
    changed = [name for name in _NOTED if getattr(before, name) != getattr(after, name)]
    told = ({name: getattr(job, name) for name in changed} for job in (before, after))
    audit.note(action, event, after, *told)

"""The reports of workers as statements, each fenced by the attempt that it speaks of."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.jobs import JobStatus
from platform_db.domain.jobs.rules import WHOLE
from platform_db.repositories.jobs.fence import ENDED_NOW, HELD, NOBODYS, among, lease_end, many_held
from platform_db.repositories.windows import from_now
from platform_db.schema.jobs import jobs

__all__ = ["ADVANCE", "COMPLETE", "COMPLETE_MANY", "HEARTBEAT", "HEARTBEAT_MANY", "LOCK"]


def _with(metrics: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """What the attempt has measured, and more on top; NULL adds nothing."""
    before = sa.func.coalesce(jobs.c.metrics, sa.literal_column("'{}'::jsonb", postgresql.JSONB()))
    return sa.func.coalesce(before.op("||")(metrics), jobs.c.metrics)


def _done(output: sa.ColumnElement[Any], metrics: sa.ColumnElement[Any]) -> dict[str, Any]:
    told = {"status": JobStatus.COMPLETED, "progress": WHOLE, "output_data": output, "metrics": _with(metrics)}
    return {**told, "error_code": sa.null(), "error_message": sa.null(), "finished_at": ENDED_NOW, **NOBODYS}


def _json(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=postgresql.JSONB())


_ALIVE: Final = {"heartbeat_at": sa.func.now(), "lease_until": lease_end(from_now(), jobs.c.started_at)}
_GIVEN: Final = many_held()
_RESULTS: Final = many_held(output_data=postgresql.JSONB(), metrics=postgresql.JSONB())
_PROGRESS: Final[sa.BindParameter[int]] = sa.bindparam("progress", type_=sa.Integer())

LOCK: Final = Statement(sa.select(jobs).where(*HELD).with_for_update(key_share=True))
HEARTBEAT: Final = Statement(sa.update(jobs).where(*HELD).values(_ALIVE).returning(*jobs.c))
HEARTBEAT_MANY: Final = Statement(
    sa.update(jobs)
    .where(*among(_GIVEN))
    .values(_ALIVE)
    .returning(jobs.c.id, jobs.c.attempt, jobs.c.cancel_requested_at.is_not(None).label("is_to_end"))
)
ADVANCE: Final = Statement(
    sa.update(jobs)
    .where(*HELD, jobs.c.progress <= _PROGRESS)
    .values(progress=_PROGRESS, metrics=_with(_json("metrics")), heartbeat_at=sa.func.now())
    .returning(*jobs.c)
)
COMPLETE: Final = Statement(
    sa.update(jobs).where(*HELD).values(_done(_json("output_data"), _json("metrics"))).returning(*jobs.c)
)
COMPLETE_MANY: Final = Statement(
    sa.update(jobs)
    .where(*among(_RESULTS))
    .values(_done(_RESULTS.c.output_data, _RESULTS.c.metrics))
    .returning(jobs.c.id, jobs.c.attempt)
)

"""The fence around a running job: only the attempt that holds it reports, and only while it holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.domain.jobs import JobStatus
from platform_db.repositories.filters import labelled
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.domain.jobs import Held

__all__ = [
    "ENDED_NOW",
    "HELD",
    "NOBODYS",
    "RUNS",
    "among",
    "held",
    "held_of",
    "label",
    "lease_end",
    "many_held",
    "rows_given",
]

_FENCE: Final = ("id", "attempt", "claimed_by")
_SECOND: Final[sa.ColumnElement[Any]] = sa.literal_column("interval '1 second'", sa.Interval())

RUNS: Final = labelled("status", JobStatus.RUNNING)(jobs)

HELD: Final = tuple(jobs.c[name] == sa.bindparam(f"held_{name}", type_=jobs.c[name].type) for name in _FENCE)
"""The row is the attempt of :func:`held`, and its worker holds it: a job that does not run has no worker."""

NOBODYS: Final = {name: sa.null() for name in ("claimed_by", "lease_until", "heartbeat_at")}
"""What a job has of a worker when none runs it."""

ENDED_NOW: Final = sa.func.greatest(sa.func.now(), jobs.c.started_at)
"""Now. A transaction that began before the claim was committed has a now before the start."""


def lease_end(lease: sa.ColumnElement[Any], started: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """When a lease ends: no later than an attempt that started then may take."""
    return sa.func.least(lease, started + jobs.c.timeout_seconds * _SECOND)


def rows_given(prefix: str, **columns: Any) -> sa.TableValuedAlias:  # noqa: ANN401 - SQLAlchemy's types of columns
    """Rows of the array parameters ``<prefix>_<column>``."""
    items = [sa.bindparam(f"{prefix}_{name}", type_=postgresql.ARRAY(kind)) for name, kind in columns.items()]
    named = [sa.column(name, kind) for name, kind in columns.items()]
    return sa.func.unnest(*items).table_valued(*named).render_derived(name=f"given_{prefix}")


def many_held(**more: Any) -> sa.TableValuedAlias:  # noqa: ANN401
    """The attempts of :func:`held_of` as rows, with more columns beside."""
    return rows_given("held", **{name: jobs.c[name].type for name in _FENCE}, **more)


def among(given: sa.TableValuedAlias) -> tuple[sa.ColumnElement[bool], ...]:
    """The row is one of the attempts given, and its worker holds it."""
    return tuple(jobs.c[name] == given.c[name] for name in _FENCE)


def held(attempt: Held) -> dict[str, object]:
    """The parameters of :data:`HELD`."""
    return {f"held_{name}": getattr(attempt, name) for name in _FENCE}


def held_of(attempts: Sequence[Held]) -> dict[str, object]:
    """The parameters of :func:`many_held`."""
    return {f"held_{name}": [getattr(it, name) for it in attempts] for name in _FENCE}


def label(status: JobStatus) -> sa.ColumnElement[Any]:
    """A status as a value of its enum."""
    return sa.literal(status, jobs.c.status.type)

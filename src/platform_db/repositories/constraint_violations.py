"""Refused writes: which rules refused how often since an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import sqlalchemy as sa
from pydantic import AwareDatetime

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.constraint_violations import ConstraintViolation
from platform_db.domain.fields import Instant
from platform_db.repositories.filters import Filter, Listing, at_least
from platform_db.repositories.paging import Key
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.schema.constraint_violations import constraint_violations as violations

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["ConstraintViolationRepository", "ViolationCount", "ViolationFilter"]

_Instant: Final = columns_of(ConstraintViolation, ("occurred_at",))
_SINCE: Final = at_least("occurred_at", "since")
_RULE: Final = (violations.c.table_name, violations.c.constraint_name)
_TIMES: Final[sa.Label[Any]] = sa.func.count().label("times")

_COUNTS: Final = Statement(
    sa.select(*_RULE, _TIMES, sa.func.max(violations.c.occurred_at).label("last_at"))
    .where(_SINCE(violations))
    .group_by(*_RULE)
    .order_by(_TIMES.desc(), *_RULE)
)

_KEPT: Final = timedelta(days=90)
"""How long a violation is kept."""

_OVER: Final = Sweep(
    violations,
    ConstraintViolation,
    longer_ago(_KEPT, violations.c.occurred_at),
    order=(violations.c.occurred_at, violations.c.id),
)


class ViolationFilter(Filter):
    """Since when (inclusive) a list holds violations; None does not restrict."""

    since: Annotated[AwareDatetime | None, Instant()] = None


_LISTING: Final = Listing(
    violations,
    ConstraintViolation,
    (Key("occurred_at", descending=True), Key("id", descending=True)),
    {"since": _SINCE},
)
_EVERY: Final = ViolationFilter()


@dataclass(frozen=True, slots=True)
class ViolationCount:
    """How often one rule refused a write, and when it last did (UTC)."""

    table_name: str
    constraint_name: str
    times: int
    last_at: datetime


class ConstraintViolationRepository:
    """Which rule refused a write. Belongs to one unit of work and never commits.

    For operators' programs (platform_worker) alone.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def page(
        self, chosen: ViolationFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[ConstraintViolation]:
        """Violations, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def counts(self, since: datetime) -> tuple[ViolationCount, ...]:
        """How often each rule refused a write since an instant (inclusive, aware); the most frequent first.

        Raises
        ------
        RuleViolation
            The instant is naive, or outside the stored range.
        """
        _Instant.parse({"occurred_at": since})
        rows = await self._executor.fetch(_COUNTS, {"since": since})
        return tuple(ViolationCount(**cast("dict[str, Any]", dict(row.items()))) for row in rows)

    async def due_for_deletion(self, limit: int = 100) -> tuple[ConstraintViolation, ...]:
        """Violations of more than 90 days ago, oldest first.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _OVER.batch(self._executor, limit)

"""Refused writes: recorded after the transaction failed, counted by rule, swept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import sqlalchemy as sa
from pydantic import AwareDatetime

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.columns import columns_of
from platform_db.domain.constraint_violations import ConstraintViolation
from platform_db.domain.fields import Instant
from platform_db.errors import RuleViolation
from platform_db.repositories.arrays import arrays, insert_from_arrays
from platform_db.repositories.filters import Filter, Listing, at_least
from platform_db.repositories.paging import Key, checked_limit
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.schema.catalog import catalog
from platform_db.schema.constraint_violations import constraint_violations as violations

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.database.executor import Executor
    from platform_db.errors import PlatformError
    from platform_db.repositories.audit_logs import AuditTrail
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

_IS_OVER: Final = longer_ago(_KEPT, violations.c.occurred_at)
_OLDEST: Final = (violations.c.occurred_at, violations.c.id)
_OVER: Final = Sweep(violations, ConstraintViolation, _IS_OVER, order=_OLDEST)
# Not locked first: nobody may change a violation, so nobody may lock one.
_DUE: Final = (
    sa.select(violations.c.id).where(_IS_OVER).order_by(*_OLDEST).limit(sa.bindparam("limit", type_=sa.BigInteger()))
)
_SWEEP: Final = Statement(
    sa.delete(violations).where(violations.c.id == sa.any_(sa.func.array(_DUE.scalar_subquery())))
)

_NAMED: Final = ("constraint_name", "table_name")
_RECORD: Final = Statement(insert_from_arrays(violations, _NAMED, "violation"))


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

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
        self._audit = audit

    async def record(self, error: PlatformError) -> int:
        """Store which of the schema's constraints an error names; give how many. No value is stored.

        The transaction that failed keeps nothing: call this in a unit of work of its own,
        as background work. Rules that no constraint holds are passed over.

        >>> async def place(database: Database, cart: Cart) -> None:
        ...     try:
        ...         async with database.unit_of_work(as_user=cart.buyer_id) as work:
        ...             await work.orders.place(cart)
        ...     except (RuleViolation, Conflict) as refused:
        ...         async with database.unit_of_work() as work:
        ...             await work.constraint_violations.record(refused)
        ...         raise
        """
        named = (catalog().get(name) for name in _names(error))
        rows: list[dict[str, object]] = [
            dict(zip(_NAMED, (found.name, found.table), strict=True)) for found in named if found is not None
        ]
        if not rows:
            return 0
        return await self._executor.execute(_RECORD, arrays("violation", _NAMED, rows))

    async def delete_old(self, limit: int = 100) -> int:
        """Delete violations of more than 90 days ago, oldest first; give how many.

        One audit entry tells the count. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        count = await self._executor.execute(_SWEEP, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.DELETE, "violation.deleted", ConstraintViolation.entity, count)
        return count

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


def _names(error: PlatformError) -> tuple[str, ...]:
    """The constraints that an error names: a rule violation each of its rules, a conflict its constraint."""
    if isinstance(error, RuleViolation):
        return tuple(violation.rule for violation in error.violations)
    constraint = getattr(error, "constraint", None)
    return (constraint,) if isinstance(constraint, str) else ()

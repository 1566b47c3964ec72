"""Renewing ahead: the licence that follows is stored before this one ends, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.licenses.inputs import ASSIGNED
from platform_db.domain.licenses.operations import next_period
from platform_db.repositories.arrays import arrays, insert_from_arrays
from platform_db.repositories.licenses.listing import ROWS, RUNS
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.windows import SPAN, checked_span, from_now
from platform_db.schema.licenses import licenses

if TYPE_CHECKING:
    from datetime import timedelta

    from platform_db.database.executor import Executor
    from platform_db.domain.licenses import License

__all__ = ["Renewal", "renew"]


@dataclass(frozen=True, slots=True)
class Renewal:
    """A licence whose renewal came due, and what followed.

    ``following`` is the licence of the next period. None: another active licence of the plan
    stands in that period already, so nothing was stored. Either way ``ending`` renews no more.
    """

    ending: License
    following: License | None


_DUE: Final = Statement(
    sa.select(licenses)
    .where(
        # Not one that is still to begin: it was stored ahead, and its own time comes.
        RUNS,
        licenses.c.auto_renew,
        licenses.c.ends_at <= from_now(),
    )
    .order_by(licenses.c.ends_at, licenses.c.id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    .with_for_update(key_share=True, skip_locked=True)
)
_MARK: Final = Statement(
    sa.update(licenses)
    .where(licenses.c.id == sa.any_(sa.bindparam("ids", type_=postgresql.ARRAY(sa.BigInteger()))))
    .values(auto_renew=sa.false())
    .returning(*licenses.c)
)


def _follow() -> Statement:
    insert = insert_from_arrays(licenses, ASSIGNED, "next")
    return Statement(insert.on_conflict_do_nothing().returning(*licenses.c))


_FOLLOW: Final = _follow()


async def renew(executor: Executor, within: timedelta, limit: int) -> tuple[Renewal, ...]:
    """Renew the first of those that end soonest and that nobody else is changing."""
    rows = await executor.fetch(_DUE, {SPAN: checked_span(within), "limit": checked_limit(limit)})
    due = [ROWS.read(row) for row in rows]
    if not due:
        return ()
    following = [next_period(ending) for ending in due]
    # Those that are locked here have auto_renew until now: who comes later finds them done.
    marked = {row["id"]: ROWS.read(row) for row in await executor.fetch(_MARK, {"ids": [each.id for each in due]})}
    stored = [ROWS.read(row) for row in await executor.fetch(_FOLLOW, arrays("next", ASSIGNED, following))]
    begun = {(each.user_id, each.type, each.starts_at): each for each in stored}
    return tuple(Renewal(marked[each.id], begun.get((each.user_id, each.type, each.ends_at))) for each in due)

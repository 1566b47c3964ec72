"""Taking rows for oneself until a lease ends: one statement, so that no two workers take the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from platform_db.repositories.windows import from_now

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["claim", "first_free"]

_LIMIT: Final[sa.BindParameter[int]] = sa.bindparam("limit", type_=sa.BigInteger())
_NOTHING_MORE: Final[Mapping[str, object]] = {}


def first_free(
    table: sa.Table, *due: sa.ColumnElement[bool], order: tuple[sa.ColumnElement[Any], ...]
) -> sa.ColumnElement[bool]:
    """The row is of the first ``limit`` that are due; it locks them, and passes over what others have locked."""
    # An array is computed once; a subquery that is joined may be run again and lock more than ``limit`` rows.
    taken = sa.select(table.c.id).where(*due).order_by(*order).limit(_LIMIT).with_for_update(skip_locked=True)
    return table.c.id == sa.any_(sa.func.array(taken.scalar_subquery()))


def claim(
    table: sa.Table,
    *due: sa.ColumnElement[bool],
    order: tuple[sa.ColumnElement[Any], ...],
    beside: Mapping[str, object] = _NOTHING_MORE,
) -> sa.UpdateBase:
    """Lease the first ``limit`` rows that are due and that nobody holds: ``claimed_until`` and one more attempt.

    Parameters of the statement: ``limit``, and ``span``, the length of the lease. Rows that
    another transaction has locked are passed over, not waited for. The rows come back in no order.
    """
    return (
        sa.update(table)
        .where(first_free(table, *due, order=order))
        .values(claimed_until=from_now(), attempts=table.c.attempts + 1, **beside)
        .returning(*table.c)
    )

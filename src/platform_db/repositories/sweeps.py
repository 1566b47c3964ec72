"""Rows that are due by the database's clock: a bounded batch, in the order of the index that finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.models import StoredModel
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.rows import reader

if TYPE_CHECKING:
    from datetime import timedelta

    from platform_db.database.executor import Executor

__all__ = ["Sweep", "longer_ago", "passed"]

M = TypeVar("M", bound=StoredModel)

_LIMIT: Final[sa.BindParameter[int]] = sa.bindparam("limit", type_=sa.BigInteger())


def passed(instant: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The instant has come (inclusive)."""
    return instant <= sa.func.now()


def longer_ago(age: timedelta, instant: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The instant lies longer ago than ``age`` (exclusive)."""
    return instant < sa.func.now() - sa.literal(age, sa.Interval())


class Sweep(Generic[M]):
    """The rows of a table for which all of ``due`` holds, first those that come first by ``order``."""

    def __init__(
        self, table: sa.Table, model: type[M], *due: sa.ColumnElement[bool], order: tuple[sa.ColumnElement[Any], ...]
    ) -> None:
        self._read = reader(model)
        self._statement = Statement(sa.select(table).where(*due).order_by(*order).limit(_LIMIT))

    async def batch(self, executor: Executor, limit: int) -> tuple[M, ...]:
        """At most ``limit`` of them, 1 to 1000; another worker may have the same until one of them acts."""
        rows = await executor.fetch(self._statement, {"limit": checked_limit(limit)})
        return tuple(self._read(row) for row in rows)

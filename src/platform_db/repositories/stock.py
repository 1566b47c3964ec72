"""Pieces in stock: taken and put back by one statement each, so that nobody takes what another has taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.models import Versioned

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_db.database.executor import Executor
    from platform_db.errors import RuleViolation
    from platform_db.repositories.rows import Rows

__all__ = ["Stock"]

M = TypeVar("M", bound=Versioned)

_PIECES: Final[sa.BindParameter[int]] = sa.bindparam("pieces", type_=sa.Integer())


class Stock(Generic[M]):
    """The stock of a table's rows in one of its columns.

    ``only`` is what must hold of a row for its pieces to be given out; ``refusal`` says why
    they are not, and None where they are.
    """

    def __init__(
        self,
        rows: Rows[M],
        column: sa.Column[int],
        only: sa.ColumnElement[bool],
        refusal: Callable[[M, int], RuleViolation | None],
    ) -> None:
        self._rows = rows
        self._refusal = refusal
        row = sa.update(column.table).where(rows.key).returning(*column.table.c)
        self._take = Statement(row.where(only, column >= _PIECES).values({column.name: column - _PIECES}))
        self._put = Statement(row.values({column.name: column + _PIECES}))

    async def take(self, executor: Executor, key: int, pieces: int) -> M:
        """The row after these pieces were taken.

        Raises
        ------
        RuleViolation
            As ``refusal`` says.
        NotFound
            There is no such row.
        """
        asked = {"id": key, "pieces": pieces}
        taken = await executor.fetch_row(self._take, asked)
        if taken is None:
            # Locked, so that what is told is true, and what came in between is not taken by another.
            refused = self._refusal(await self._rows.get_for_update(executor, key), pieces)
            if refused is not None:
                raise refused
            taken = await executor.fetch_row(self._take, asked)
        return self._rows.found(taken)

    async def put(self, executor: Executor, key: int, pieces: int) -> M:
        """The row after these pieces were added.

        Raises
        ------
        NotFound
            There is no such row.
        """
        return self._rows.found(await executor.fetch_row(self._put, {"id": key, "pieces": pieces}))

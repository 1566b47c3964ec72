"""The statements by which a batch of rows comes into one table, each the same however many rows it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.bulk import Outcome, RowResult, differing
from platform_db.domain.models import Identified
from platform_db.repositories.arrays import PLACE, arrays, columns_given, given_rows
from platform_db.repositories.rows import reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from platform_db.database.executor import Executor
    from platform_db.repositories.natural_keys import Key, NaturalKey

__all__ = ["BulkStatements", "Change", "Line"]

M = TypeVar("M", bound=Identified)


@dataclass(frozen=True, slots=True)
class Line:
    """A row that keeps the rules: what is inserted, which of it the caller gave, and its natural key."""

    place: int
    values: Mapping[str, object]
    given: frozenset[str]
    key: Key | None

    @property
    def order(self) -> list[tuple[bool, object]]:
        """By what rows are locked and inserted: their keys; those without one come first."""
        return [(part is None, part) for part in self.key or ()]


@dataclass(frozen=True, slots=True)
class Change(Generic[M]):
    """What is to become of a row that is there and locked."""

    place: int
    row: M
    changes: Mapping[str, object]


class BulkStatements(Generic[M]):
    """Inserts, updates and finds the rows of one table; compiled once, at its first use.

    ``changing`` are the columns that an update writes.
    """

    def __init__(
        self, table: sa.Table, model: type[M], columns: Sequence[str], key: NaturalKey, changing: Sequence[str]
    ) -> None:
        self._table = table
        self._read = reader(model)
        self._columns = columns
        self._key = key
        self._changing = changing

    async def insert(self, executor: Executor, lines: Sequence[Line]) -> dict[int, Outcome[M]]:
        """Insert all but those that conflict with something."""
        rows = await executor.fetch(self._insert_new, arrays("new", self._columns, [line.values for line in lines]))
        outcomes: dict[int, Outcome[M]] = {}
        coming = iter(lines)
        for row in map(self._read, rows):
            # They come back in the order given, without those that conflicted.
            line = next(line for line in coming if self._is_of(row, line))
            outcomes[line.place] = Outcome(line.place, RowResult.CREATED, row)
        return outcomes

    async def demand(self, executor: Executor, lines: Sequence[Line]) -> dict[int, Outcome[M]]:
        """Insert, or have the server say which constraint forbids it."""
        rows = await executor.fetch(self._insert_all, arrays("new", self._columns, [line.values for line in lines]))
        return {
            line.place: Outcome(line.place, RowResult.CREATED, self._read(row))
            for line, row in zip(lines, rows, strict=True)
        }

    async def update(self, executor: Executor, lines: Sequence[Change[M]]) -> dict[int, Outcome[M]]:
        wanted = [
            {name: getattr(line.row, name) for name in ("id", *self._changing)} | dict(line.changes) for line in lines
        ]
        rows = await executor.fetch(self._update_all, arrays("new", ("id", *self._changing), wanted))
        changed = {row.id: row for row in map(self._read, rows)}
        return {
            line.place: Outcome(
                line.place,
                RowResult.UPDATED,
                changed[line.row.id],
                before={name: getattr(line.row, name) for name in line.changes},
            )
            for line in lines
        }

    async def found(self, executor: Executor, statement: Statement, lines: Sequence[Line]) -> dict[Key, M]:
        """The stored rows of these keys."""
        named = [line.values for line in lines if line.key is not None]
        if not named:
            return {}
        rows = map(self._read, await executor.fetch(statement, arrays("key", self._key.columns, named)))
        by_key = ((self._key.of({name: getattr(row, name) for name in self._key.columns}), row) for row in rows)
        return {key: row for key, row in by_key if key is not None}

    def _is_of(self, row: M, line: Line) -> bool:
        """Whether the row was made of this line."""
        names = self._columns if line.key is None else self._key.columns
        made = {name: line.values[name] for name in names if not self._is_defaulted(name, line.values[name])}
        return not differing(row, made)

    def _is_defaulted(self, name: str, value: object) -> bool:
        return value is None and not self._table.c[name].nullable

    @cached_property
    def _insert_all(self) -> Statement:
        return Statement(self._insertion().returning(*self._table.c))

    @cached_property
    def _insert_new(self) -> Statement:
        return Statement(self._insertion().on_conflict_do_nothing().returning(*self._table.c))

    def _insertion(self) -> postgresql.Insert:
        given = given_rows(self._table, self._columns, "new")
        values = columns_given(self._table, given, self._columns, "new")
        for name in self._columns:
            column = self._table.c[name]
            if not column.nullable and isinstance(column.server_default, sa.DefaultClause):
                values[name] = sa.func.coalesce(values[name], column.server_default.arg)
        chosen = sa.select(*values.values()).order_by(given.c[PLACE])
        return postgresql.insert(self._table).from_select(self._columns, chosen)

    @cached_property
    def _update_all(self) -> Statement:
        given = given_rows(self._table, ("id", *self._changing), "new")
        values = columns_given(self._table, given, self._changing, "new")
        update = sa.update(self._table).values(values).where(self._table.c.id == given.c.new_id)
        return Statement(update.returning(*self._table.c))

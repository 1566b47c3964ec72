"""The columns by which a row is known again: their constraint, and how rows of many keys are found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import folded
from platform_db.errors import AlreadyExists, IdempotencyMismatch
from platform_db.repositories.arrays import PLACE, given_rows
from platform_db.schema.catalog import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Key", "NaturalKey"]

Key = tuple[object, ...]

_DEMANDED: Final = re.compile(r"(\w+) IS NOT NULL")
_DEMANDING: Final = re.compile(rf"{_DEMANDED.pattern}(?: AND {_DEMANDED.pattern})*")
"""The only condition of a partial index under which its columns are still a key."""
_LOWERED: Final = re.compile(r"lower\((\w+)\)")


@dataclass(frozen=True, slots=True)
class _Unique:
    """A unique constraint, or a unique index."""

    name: str
    nulls_are_equal: bool
    demanded: frozenset[str]
    """Columns that are not NULL in the rows that a partial index is about."""
    folded: frozenset[str]
    """Columns that the index compares without regard to ASCII case."""


class NaturalKey:
    """Columns of a table that have a unique constraint or index. Without columns no two rows are the same."""

    def __init__(self, table: sa.Table, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self._table = table

    def of(self, values: Mapping[str, object]) -> Key | None:
        """The key of a row; None where another row may have the same values.

        NULLs are equal where the constraint says so.
        """
        if not self.columns:
            return None
        missing = {name for name in self.columns if values[name] is None}
        unique = self._unique
        if missing & unique.demanded or (missing and not unique.nulls_are_equal):
            return None
        parts = ((name, values[name]) for name in self.columns)
        return tuple(folded(part) if name in unique.folded and isinstance(part, str) else part for name, part in parts)

    def exists(self, told: str | None = None) -> AlreadyExists:
        """That a row with this key is there; ``told`` says where."""
        declared = catalog()[self._unique.name]
        text = f"{declared.name}: {told or declared.message}"
        return AlreadyExists(text, constraint=declared.name, entity=declared.table, fields=declared.fields)

    def mismatch(self, fields: tuple[str, ...]) -> IdempotencyMismatch:
        """That the row with this key differs in these columns."""
        text = f"{self._unique.name}: stored already, and it says something else"
        return IdempotencyMismatch(text, constraint=self._unique.name, entity=self._table.name, fields=fields)

    @cached_property
    def find(self) -> Statement:
        """The rows of the keys in ``key_<column>``."""
        return Statement(self._found())

    @cached_property
    def lock(self) -> Statement:
        """The same, and nobody else changes them; locked in the order of the keys given."""
        return Statement(self._found().with_for_update(key_share=True, of=self._table))

    def _found(self) -> sa.Select[Any]:
        given = given_rows(self._table, self.columns, "key")
        lowered = self._unique.folded
        equal: list[sa.ColumnElement[bool]] = [
            column.is_not_distinct_from(given.c[f"key_{column.name}"])
            if column.nullable and self._unique.nulls_are_equal
            else sa.func.lower(column) == sa.func.lower(sa.collate(given.c[f"key_{column.name}"], "C"))
            if column.name in lowered
            else column == given.c[f"key_{column.name}"]
            for column in (self._table.c[name] for name in self.columns)
        ]
        return sa.select(self._table).join(given, sa.and_(*equal)).order_by(given.c[PLACE])

    @cached_property
    def _unique(self) -> _Unique:
        for item in self._candidates():
            options = cast("Mapping[str, object]", item.dialect_options["postgresql"])
            predicate = options.get("where")
            of_all = predicate is None or _DEMANDING.fullmatch(str(predicate))
            if of_all and sorted(catalog()[str(item.name)].fields) == sorted(self.columns):
                demanded = frozenset(_DEMANDED.findall(str(predicate)))
                lowered = frozenset(_LOWERED.findall(" ".join(map(str, getattr(item, "expressions", ())))))
                return _Unique(str(item.name), bool(options.get("nulls_not_distinct")), demanded, lowered)
        message = f"{self._table.name} has no unique constraint of {', '.join(self.columns)} that holds for every row"
        raise LookupError(message)

    def _candidates(self) -> Iterable[sa.UniqueConstraint | sa.Index]:
        yield from (item for item in self._table.constraints if isinstance(item, sa.UniqueConstraint))
        yield from (index for index in self._table.indexes if index.unique)

"""A table as a box: its name, and a row for each key and foreign key."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.operations.documentation.contexts import tables_by_context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["HEAD", "LINE", "STEP", "Box", "Reference", "Row", "boxes"]

HEAD: Final = 20
LINE: Final = 20
"""Heights of a box's title and of a row, in pixels."""

STEP: Final = 10
"""The grid on which boxes stand and lines run."""

_CROWDED: Final = 6
"""A table that more foreign keys than this refer to is named beside the column, outside its own context."""

_TITLE_WIDTH: Final = 7.6
_TEXT_WIDTH: Final = 6.8
_MARK_WIDTH: Final = 24
_PADDING: Final = 8


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: whom it refers to, what deleting does, and whether it is drawn as a line."""

    name: str
    target: str
    action: str
    optional: bool
    drawn: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a box: its mark (PK, UK, FK), the columns, and the foreign key if it is one."""

    mark: str
    text: str
    reference: Reference | None = None

    @property
    def written(self) -> str:
        """The text, with the table referred to where no line shows it."""
        if self.reference is None or self.reference.drawn:
            return self.text
        return f"{self.text} → {self.reference.target}"


@dataclass(frozen=True, slots=True)
class Box:
    """A table as it is drawn; sizes in pixels."""

    table: str
    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        longest = max(
            [_TITLE_WIDTH * len(self.table), *(_MARK_WIDTH + _TEXT_WIDTH * len(r.written) for r in self.rows)]
        )
        return _up(longest + 2 * _PADDING)

    @property
    def height(self) -> int:
        return _up(HEAD + LINE * len(self.rows))


def _up(size: float) -> int:
    """The next multiple of the grid's step."""
    return -int(-size // STEP) * STEP


def boxes() -> Mapping[str, tuple[Box, ...]]:
    """Every table as a box, by context."""
    contexts = tables_by_context()
    home = {table.name: context for context, tables in contexts.items() for table in tables}
    referred = Counter(
        str(constraint.info["target"])
        for tables in contexts.values()
        for table in tables
        for constraint in table.foreign_key_constraints
    )
    crowded = {name for name, times in referred.items() if times > _CROWDED}
    return MappingProxyType(
        {
            context: tuple(Box(table.name, tuple(_rows(table, home, crowded))) for table in tables)
            for context, tables in contexts.items()
        }
    )


def _rows(table: sa.Table, home: Mapping[str, str], crowded: set[str]) -> Iterator[Row]:
    yield Row("PK", ", ".join(table.primary_key.columns.keys()))
    key = set(table.primary_key.columns.keys())
    for constraint in sorted(table.constraints, key=lambda item: str(item.name)):
        # a key that repeats the primary key is there for foreign keys to point at
        if isinstance(constraint, sa.UniqueConstraint) and not key <= set(constraint.columns.keys()):
            yield Row("UK", ", ".join(constraint.columns.keys()))
    for item in sorted(table.indexes, key=lambda each: each.name or ""):
        if item.unique:
            partial = " …" if item.dialect_options["postgresql"]["where"] is not None else ""
            yield Row("UK", ", ".join(str(expression) for expression in item.expressions) + partial)
    place = {column.name: order for order, column in enumerate(table.columns)}
    for constraint in sorted(table.foreign_key_constraints, key=lambda item: place[item.column_keys[0]]):
        own, target = constraint.column_keys[0], str(constraint.info["target"])
        reference = Reference(
            name=str(constraint.name),
            target=target,
            action=(constraint.ondelete or "NO ACTION").partition(" (")[0],
            optional=bool(table.columns[own].nullable),
            drawn=target not in crowded or home[target] == home[table.name],
        )
        yield Row("FK", own, reference)

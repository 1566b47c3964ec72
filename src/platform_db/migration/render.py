"""Writes the SQL of new revisions from the models: ``python -m platform_db.migration.render``.

A development tool, for revisions that are not released yet: add a :class:`Revision` to
:data:`REVISIONS`, and take it out when it is released. A released revision is frozen: a change of
the models is a new one, and the comparison of :mod:`platform_db.migration.drift` says whether it
was forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.migration.location import migrations_directory
from platform_db.schema import ddl, security
from platform_db.schema.all_triggers import triggers
from platform_db.schema.metadata import tables
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from platform_db.schema.triggers import Trigger

__all__ = ["REVISIONS", "Revision", "main", "render"]

_SETTINGS: Final = ("SET LOCAL search_path = public", "SET LOCAL TimeZone = 'UTC'")
_AS_OWNER: Final = f"SET LOCAL ROLE {Role.OWNER}"


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: the objects it makes, with all that belongs to them.

    ``tables`` come with their enum types, keys, indexes, triggers, comments, row security and
    rights; ``routines`` are functions beside them, ``guarded`` the triggers that it puts on
    tables of earlier revisions. ``views`` makes all views and the summary, ``type_comments`` says what each type means.
    """

    name: str
    tables: tuple[str, ...] = ()
    routines: tuple[str, ...] = ()
    guarded: tuple[str, ...] = ()
    views: bool = False
    type_comments: bool = False

    def up(self) -> Iterator[str]:
        """The statements that make it."""
        made = self._tables()
        yield from (statement for statement in ddl.types() if _type_named(statement) in self._types())
        for table in made:
            yield from ddl.table_statements(table)
        for table in made:
            yield from ddl.foreign_keys(table)
            yield from ddl.indexes(table)
        yield from ddl.functions(self.routines)
        for trigger in self._triggers():
            yield from trigger.statements
        for table in made:
            yield from ddl.comments(table)
            yield from security.row_security(table)
            yield from security.grants(table)
        if self.views:
            yield from ddl.views()
        if self.type_comments:
            yield from ddl.type_comments()

    def down(self) -> Iterator[str]:
        """The statements that unmake it, rows included."""
        if self.type_comments:
            yield from (f"COMMENT ON TYPE {_type_named(each)} IS NULL" for each in reversed(list(ddl.types())))
        for trigger in reversed(self._triggers()):
            if trigger.table not in self.tables:
                yield f"DROP TRIGGER {trigger.name} ON {trigger.table}"
        if self.views:
            yield from ddl.drop_views()
        yield from (f"DROP TABLE {table.name}" for table in reversed(self._tables()))
        for name in reversed(self.routines):
            yield f"DROP FUNCTION {name}({security.ARGUMENTS.get(name, '')})"
        yield from (f"DROP TYPE {name}" for name in sorted(self._types(), reverse=True))

    def _tables(self) -> list[sa.Table]:
        return [table for table in tables().values() if table.name in self.tables]

    def _triggers(self) -> list[Trigger]:
        return [each for each in triggers() if each.table in self.tables or each.name in self.guarded]

    def _types(self) -> set[str]:
        """The enum types that no earlier revision needed."""
        later = {table for it in dropwhile(lambda it: it is not self, REVISIONS) for table in it.tables}
        return _enums(self.tables) - _enums(set(tables()) - later)


def _enums(names: Iterable[str]) -> set[str]:
    every = tables()
    columns = (column for name in names if name in every for column in every[name].columns)
    return {kind.name for kind in map(_element, columns) if isinstance(kind, postgresql.ENUM) and kind.name}


def _element(column: sa.Column[Any]) -> object:
    """The column's type, or that of its elements."""
    return cast("sa.ARRAY[object]", column.type).item_type if isinstance(column.type, sa.ARRAY) else column.type


def _type_named(statement: str) -> str:
    return statement.split()[2]


REVISIONS: Final[tuple[Revision, ...]] = ()
"""What is not released yet, in order."""


def render(statements: Iterable[str]) -> str:
    """A script: the settings of the transaction, then the statements, one after the other."""
    body = [statement.strip().rstrip(";") for statement in statements]
    parts: list[str] = [";\n".join((*_SETTINGS, _AS_OWNER)) + ";\n"]
    for before, statement in zip(["", *body], body, strict=False):
        apart = "\n" if "\n" in statement + before or _verb(before) != _verb(statement) else ""
        parts.append(f"{apart}{statement};\n")
    return "".join(parts)


def _verb(statement: str) -> str:
    return statement.partition(" ")[0]


def main(folder: Path | None = None) -> None:
    """Write every script beside its revision."""
    versions = (folder or migrations_directory()) / "versions"
    for revision in REVISIONS:
        (versions / f"{revision.name}.up.sql").write_text(render(revision.up()), encoding="utf-8")
        (versions / f"{revision.name}.down.sql").write_text(render(revision.down()), encoding="utf-8")


if __name__ == "__main__":
    main()

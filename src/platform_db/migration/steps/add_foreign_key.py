"""A foreign key on a table that has rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

import sqlalchemy as sa

from platform_db.migration.failures import InTheWay
from platform_db.migration.steps.defined import constraint, drop_constraint, require_table
from platform_db.migration.steps.models import constraint_of
from platform_db.migration.steps.names import name, names
from platform_db.migration.steps.rows import Reference, orphaned
from platform_db.migration.steps.step import Lock, LockMode, Step, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Obstacles, Server, Statement

__all__ = ["AddForeignKey"]

_PARTS: Final = """
    SELECT json_build_array(
        (SELECT relname FROM pg_class WHERE oid = confrelid),
        ARRAY(SELECT attname FROM unnest(conkey) WITH ORDINALITY AS part (attnum, place)
            JOIN pg_attribute USING (attnum) WHERE attrelid = conrelid ORDER BY place),
        ARRAY(SELECT attname FROM unnest(confkey) WITH ORDINALITY AS part (attnum, place)
            JOIN pg_attribute USING (attnum) WHERE attrelid = confrelid ORDER BY place),
        CASE confdeltype WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' END,
        ARRAY(SELECT attname FROM unnest(confdelsetcols) WITH ORDINALITY AS part (attnum, place)
            JOIN pg_attribute USING (attnum) WHERE attrelid = conrelid ORDER BY place),
        confupdtype::text || confmatchtype::text || condeferrable::text
            || coalesce(to_jsonb(c) ->> 'conenforced', 'true')
    )::text
    FROM pg_constraint AS c
    WHERE conrelid = to_regclass($1) AND conname = $2 AND contype = 'f'
"""
_PLAIN: Final = "asfalsetrue"
"""ON UPDATE NO ACTION, MATCH SIMPLE, not deferrable, enforced (PostgreSQL 18 asks): the only kind this step makes."""


@dataclass(frozen=True, slots=True)
class AddForeignKey(Step):
    """``ADD CONSTRAINT … FOREIGN KEY … NOT VALID``; old rows are read by :class:`Validate`.

    ``cleared`` are the columns that ``SET NULL`` clears, all of them when it is empty.
    """

    table: str
    name: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...] = ("id",)
    on_delete: Literal["RESTRICT", "CASCADE", "SET NULL"] = "RESTRICT"
    cleared: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: str, constraint: str) -> Self:
        """The foreign key of the models, by its name.

        Raises
        ------
        LookupError
            The table has no such foreign key.
        """
        found = constraint_of(table, constraint, sa.ForeignKeyConstraint)
        action, _, cleared = str(found.ondelete).partition(" (")
        kept: dict[str, Literal["RESTRICT", "CASCADE", "SET NULL"]] = {
            "RESTRICT": "RESTRICT",
            "CASCADE": "CASCADE",
            "SET NULL": "SET NULL",
        }
        return cls(
            table=table,
            name=str(found.name),
            columns=tuple(found.column_keys),
            parent=str(found.info["target"]),
            parent_columns=tuple(each.target_fullname.partition(".")[2] for each in found.elements),
            on_delete=kept[action],
            cleared=tuple(part.strip() for part in cleared.rstrip(")").split(",") if part.strip()),
        )

    @property
    def title(self) -> str:
        return f"add {self._what}"

    @property
    def _what(self) -> str:
        return f"foreign key {self.name} on {self.table}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return tuple(Lock(LockMode.SHARE_ROW_EXCLUSIVE, table) for table in (self.table, self.parent))

    def _definition(self) -> str:
        cleared = f" ({names(self.cleared)})" if self.cleared else ""
        return (
            f"FOREIGN KEY ({names(self.columns)}) REFERENCES {name(self.parent)}({names(self.parent_columns)}) "
            f"ON DELETE {self.on_delete}{cleared}"
        )

    def up(self) -> tuple[Statement, ...]:
        return brief(
            f"ALTER TABLE {name(self.table)} ADD CONSTRAINT {name(self.name)} {self._definition()} NOT VALID",
        )

    def undo(self) -> tuple[Statement, ...]:
        return drop_constraint(self.table, self.name)

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        for table in (self.table, self.parent):
            await require_table(server, table, self.title)
        return () if await self._is_there(server) else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        return self.undo() if await self._is_there(server) else ()

    async def _is_there(self, server: Server) -> bool:
        """Compare part by part: a temporary copy of the table could not refer to a lasting one."""
        found = await constraint(server, self.table, self.name)
        if found is None:
            return False
        parts: object = json.loads(str(await server.fetchval(_PARTS, name(self.table), self.name) or "null"))
        if parts != [
            self.parent,
            list(self.columns),
            list(self.parent_columns),
            self.on_delete,
            list(self.cleared),
            _PLAIN,
        ]:
            raise InTheWay.of(self._what, found, self._definition())
        return True

    async def obstacles(self, server: Server) -> Obstacles | None:
        reference = Reference(self.columns, self.parent, self.parent_columns)
        return await orphaned(server, self.table, reference, f"refer to no row of {self.parent}")

"""A UNIQUE constraint on a table that has rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa

from platform_db.migration.steps.create_index import CreateIndex, index
from platform_db.migration.steps.defined import Defined, constraint, drop_constraint, require_table
from platform_db.migration.steps.models import constraint_of
from platform_db.migration.steps.names import name, names
from platform_db.migration.steps.rows import Uniqueness, duplicated
from platform_db.migration.steps.step import Lock, LockMode, Statement, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Obstacles, Server

__all__ = ["AddUnique"]


@dataclass(frozen=True, slots=True)
class AddUnique(Defined):
    """A unique index built beside the application's writes, then made a constraint by ``USING INDEX``."""

    table: str
    name: str
    columns: tuple[str, ...]
    nulls_not_distinct: bool = False

    @classmethod
    def of(cls, table: str, constraint: str) -> Self:
        """The UNIQUE constraint of the models, by its name.

        Raises
        ------
        LookupError
            The table has no such constraint.
        """
        found = constraint_of(table, constraint, sa.UniqueConstraint)
        distinct: object = found.dialect_options["postgresql"]["nulls_not_distinct"]
        return cls(table, str(found.name), tuple(found.columns.keys()), nulls_not_distinct=bool(distinct))

    @property
    def transactional(self) -> bool:
        return False

    @property
    def title(self) -> str:
        return f"add {self.what}"

    @property
    def what(self) -> str:
        return f"unique constraint {self.name} on {self.table}"

    @property
    def on_table(self) -> str:
        return self.table

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (*self._index().locks, Lock(LockMode.ACCESS_EXCLUSIVE, self.table))

    def _index(self) -> CreateIndex:
        return CreateIndex(
            self.name,
            self.table,
            tuple(name(each) for each in self.columns),
            unique=True,
            nulls_not_distinct=self.nulls_not_distinct,
        )

    def _adopt(self) -> tuple[Statement, ...]:
        named = name(self.name)
        return brief(f"ALTER TABLE {name(self.table)} ADD CONSTRAINT {named} UNIQUE USING INDEX {named}")

    def up(self) -> tuple[Statement, ...]:
        return (*self._index().up(), *self._adopt())

    def undo(self) -> tuple[Statement, ...]:
        return drop_constraint(self.table, self.name)

    def plainly(self) -> tuple[Statement, ...]:
        nulls = "NULLS NOT DISTINCT " if self.nulls_not_distinct else ""
        return brief(
            f"ALTER TABLE {name(self.table)} ADD CONSTRAINT {name(self.name)} UNIQUE {nulls}({names(self.columns)})"
        )

    async def found(self, server: Server) -> str | None:
        return await constraint(server, self.table, self.name)

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        await require_table(server, self.table, self.title)
        if await self.is_there(server):
            return ()
        return (*await self._index().to_do(server), *self._adopt())

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        if await index(server, self.name) is not None and await self.found(server) is None:
            return await self._index().to_undo(server)
        return await Defined.to_undo(self, server)

    async def leftovers(self, server: Server) -> tuple[Statement, ...]:
        return await self._index().leftovers(server)

    async def obstacles(self, server: Server) -> Obstacles | None:
        unique = Uniqueness(self._index().on, nulls_not_distinct=self.nulls_not_distinct)
        return await duplicated(server, self.table, unique, f"break {self.name}")

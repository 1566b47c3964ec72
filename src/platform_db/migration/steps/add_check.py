"""A CHECK on a table that has rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa

from platform_db.migration.steps.defined import Defined, constraint, drop_constraint
from platform_db.migration.steps.models import constraint_of
from platform_db.migration.steps.names import name
from platform_db.migration.steps.rows import breaking
from platform_db.migration.steps.step import Lock, LockMode, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Obstacles, Server, Statement

__all__ = ["AddCheck"]


@dataclass(frozen=True, slots=True)
class AddCheck(Defined):
    """``ADD CONSTRAINT … CHECK … NOT VALID``: new rows obey from now on, old ones are read by :class:`Validate`.

    An old row that breaks a CHECK cannot be updated at all any more, not even in another column, so such rows
    are looked for first.
    """

    table: str
    name: str
    expression: str

    @classmethod
    def of(cls, table: str, rule: str) -> Self:
        """The CHECK of a rule of the models, by the rule's name or the constraint's.

        Raises
        ------
        LookupError
            The table has no such CHECK.
        """
        found = constraint_of(table, rule, sa.CheckConstraint)
        return cls(table, str(found.name), str(found.sqltext))

    @property
    def title(self) -> str:
        return f"add {self.what}"

    @property
    def what(self) -> str:
        return f"check {self.name} on {self.table}"

    @property
    def on_table(self) -> str:
        return self.table

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.ACCESS_EXCLUSIVE, self.table),)

    def up(self) -> tuple[Statement, ...]:
        return brief(
            f"ALTER TABLE {name(self.table)} ADD CONSTRAINT {name(self.name)} CHECK ({self.expression}) NOT VALID"
        )

    def undo(self) -> tuple[Statement, ...]:
        return drop_constraint(self.table, self.name)

    async def found(self, server: Server) -> str | None:
        return await constraint(server, self.table, self.name)

    async def obstacles(self, server: Server) -> Obstacles | None:
        return await breaking(server, self.table, f"NOT ({self.expression})", f"break {self.name}")

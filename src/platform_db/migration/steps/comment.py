"""What an object says of itself to those who look at the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

from platform_db.migration.failures import InTheWay, RevisionFailed
from platform_db.migration.steps.names import literal, name
from platform_db.migration.steps.step import Lock, LockMode, Statement, Step, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server

__all__ = ["Comment"]

_FOUND: Final = {
    "TABLE": "SELECT obj_description(oid, 'pg_class') FROM pg_class WHERE oid = to_regclass($1) AND $2::text IS NULL",
    "COLUMN": "SELECT col_description(attrelid, attnum) FROM pg_attribute "
    "WHERE attrelid = to_regclass($1) AND attname = $2",
    "CONSTRAINT": "SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint "
    "WHERE conrelid = to_regclass($1) AND conname = $2",
    "INDEX": "SELECT obj_description(indexrelid, 'pg_class') FROM pg_index "
    "WHERE indrelid = to_regclass($1) AND indexrelid = to_regclass(quote_ident($2))",
}


@dataclass(frozen=True, slots=True)
class Comment(Step):
    """``COMMENT ON`` a table, or a column, constraint or index of it; ``former`` is what the way down puts back."""

    kind: Literal["TABLE", "COLUMN", "CONSTRAINT", "INDEX"]
    table: str
    part: str | None
    text: str | None
    former: str | None = None

    @classmethod
    def on_table(cls, table: str, text: str | None, former: str | None = None) -> Self:
        """Say what a table holds."""
        return cls("TABLE", table, None, text, former)

    @classmethod
    def on_column(cls, table: str, column: str, text: str | None, former: str | None = None) -> Self:
        """Say what a column holds, and its unit."""
        return cls("COLUMN", table, column, text, former)

    @classmethod
    def on_constraint(cls, table: str, constraint: str, text: str | None, former: str | None = None) -> Self:
        """Say what a constraint tells a person."""
        return cls("CONSTRAINT", table, constraint, text, former)

    @classmethod
    def on_index(cls, table: str, index: str, text: str | None, former: str | None = None) -> Self:
        """Say which query an index serves."""
        return cls("INDEX", table, index, text, former)

    @property
    def title(self) -> str:
        return f"comment on {self._what}"

    @property
    def _what(self) -> str:
        return f"{self.kind.lower()} {self.table if self.part is None else f'{self.table}.{self.part}'}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.SHARE_UPDATE_EXCLUSIVE, self.table),)

    def _say(self, text: str | None) -> tuple[Statement, ...]:
        table, part = name(self.table), "" if self.part is None else name(self.part)
        target = {
            "TABLE": table,
            "COLUMN": f"{table}.{part}",
            "CONSTRAINT": f"{part} ON {table}",
            "INDEX": part,
        }[self.kind]
        return brief(f"COMMENT ON {self.kind} {target} IS {literal(text)}")

    def up(self) -> tuple[Statement, ...]:
        return self._say(self.text)

    def undo(self) -> tuple[Statement, ...]:
        return self._say(self.former)

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        found = await self._found(server)
        if found is None:
            if self.text is None:
                # What a later step of the revision dropped before the run was killed says nothing either.
                return ()
            message = f"{self.title}: there is no such {self.kind.lower()}"
            raise RevisionFailed(message)
        return () if found == (self.text,) else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        found = await self._found(server)
        return () if found is None or found == (self.former,) else self.undo()

    async def _found(self, server: Server) -> tuple[str | None] | None:
        """What is said now; ``None`` when there is nothing of that name.

        Raises
        ------
        InTheWay
            Somebody else said something else, which the way down could not put back.
        """
        row = await server.fetchrow(_FOUND[self.kind], name(self.table), self.part)
        if row is None:
            return None
        said = None if row[0] is None else str(row[0])
        if said not in {self.text, self.former}:
            raise InTheWay.of(self.title, literal(said), literal(self.text))
        return (said,)

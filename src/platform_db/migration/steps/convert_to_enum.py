"""A text column that becomes one of an enum type, without losing a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.migration.failures import InTheWay, RevisionFailed
from platform_db.migration.steps.enum_types import labels_of
from platform_db.migration.steps.names import literal, name
from platform_db.migration.steps.step import Lock, LockMode, Obstacles, Statement, Step, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server

__all__ = ["ConvertToEnum"]


@dataclass(frozen=True, slots=True)
class ConvertToEnum(Step):
    """``ALTER COLUMN … TYPE``, which rewrites the table and stops the application meanwhile.

    Values that are no label of the type are listed first, with how often they occur; nothing is guessed.
    ``default`` is the column's, which is set anew in its new type.
    """

    table: str
    column: str
    type_name: str
    default: str | None = None

    @property
    def heavy(self) -> bool:
        return True

    @property
    def title(self) -> str:
        return f"convert {self.table}.{self.column} to {self.type_name}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.ACCESS_EXCLUSIVE, self.table, while_reading=True),)

    def up(self) -> tuple[Statement, ...]:
        return self._convert(name(self.type_name), through=f"::text::{name(self.type_name)}")

    def undo(self) -> tuple[Statement, ...]:
        return self._convert("text", through="::text")

    def _convert(self, to: str, through: str) -> tuple[Statement, ...]:
        column = name(self.column)
        # A default of the old type does not follow its column by itself.
        parts = [f"ALTER COLUMN {column} DROP DEFAULT", f"ALTER COLUMN {column} TYPE {to} USING {column}{through}"]
        if self.default is not None:
            parts.append(f"ALTER COLUMN {column} SET DEFAULT {literal(self.default)}")
        return brief(f"ALTER TABLE {name(self.table)} {', '.join(parts)}")

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        found = await self._type(server)
        if found is None:
            message = f"{self.title}: there is no such column"
            raise RevisionFailed(message)
        printed = await self._printed_type(server)
        if printed is None:
            message = f"{self.title}: there is no such type"
            raise RevisionFailed(message)
        return () if found == printed else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        found = await self._type(server)
        return self.undo() if found is not None and found == await self._printed_type(server) else ()

    async def _printed_type(self, server: Server) -> str | None:
        found = await server.fetchval("SELECT to_regtype($1)::text", name(self.type_name))
        return None if found is None else str(found)

    async def _type(self, server: Server) -> str | None:
        found = await server.fetchval(
            "SELECT format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped",
            name(self.table),
            self.column,
        )
        if found is None:
            return None
        if found not in {"text", "character varying", await self._printed_type(server)}:
            what = f"column {self.table}.{self.column}"
            raise InTheWay.of(what, str(found), f"text, or {self.type_name}")
        return str(found)

    async def obstacles(self, server: Server) -> Obstacles | None:
        """Values that are no label."""
        labels = await labels_of(server, self.type_name)
        unknown = await server.fetch(
            f"SELECT {name(self.column)}::text AS label, count(*) AS rows FROM {name(self.table)} "  # noqa: S608 - quoted
            f"WHERE {name(self.column)}::text <> ALL ($1::text[]) GROUP BY 1 ORDER BY 1",
            list(labels or ()),
        )
        if not unknown:
            return None
        listed = tuple(f"{row['label']!r} ({row['rows']})" for row in unknown)
        rows = sum(int(str(row["rows"])) for row in unknown)
        return Obstacles(self.table, rows, listed, f"hold what is no label of {self.type_name}")

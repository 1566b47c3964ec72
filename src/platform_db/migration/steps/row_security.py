"""Row security of a table, and its policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from platform_db.migration.steps.defined import Defined, require_table
from platform_db.migration.steps.names import name, names
from platform_db.migration.steps.step import Lock, LockMode, Statement, Step, brief

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server

__all__ = ["CreatePolicy", "EnableRowSecurity"]

_POLICY: Final = """
    SELECT concat_ws(' ', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, 'FOR',
        CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END,
        'TO', (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END, ', '
            ORDER BY role::regrole::text) FROM unnest(polroles) AS role),
        'USING ' || pg_get_expr(polqual, polrelid, true), 'CHECK ' || pg_get_expr(polwithcheck, polrelid, true))
    FROM pg_policy WHERE polrelid = to_regclass($1) AND polname = $2
"""


@dataclass(frozen=True, slots=True)
class EnableRowSecurity(Step):
    """Row security, for the owner of the table too (FORCE); without a policy nobody sees a row."""

    table: str

    @property
    def title(self) -> str:
        return f"enable row security on {self.table}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.ACCESS_EXCLUSIVE, self.table),)

    def up(self) -> tuple[Statement, ...]:
        table = f"ALTER TABLE {name(self.table)}"
        return brief(f"{table} ENABLE ROW LEVEL SECURITY", f"{table} FORCE ROW LEVEL SECURITY")

    def undo(self) -> tuple[Statement, ...]:
        table = f"ALTER TABLE {name(self.table)}"
        return brief(f"{table} NO FORCE ROW LEVEL SECURITY", f"{table} DISABLE ROW LEVEL SECURITY")

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        await require_table(server, self.table, self.title)
        flags = await self._flags(server)
        return tuple(statement for statement, on in zip(self.up(), flags, strict=True) if not on)

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        flags = await self._flags(server)
        return tuple(statement for statement, on in zip(self.undo(), reversed(flags), strict=True) if on)

    async def _flags(self, server: Server) -> tuple[bool, bool]:
        row = await server.fetchrow(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = to_regclass($1)", name(self.table)
        )
        return (False, False) if row is None else (bool(row[0]), bool(row[1]))


@dataclass(frozen=True, slots=True)
class CreatePolicy(Defined):
    """A policy: which rows ``roles`` see (``using``) and may write (``check``, else as ``using``)."""

    name: str
    table: str
    roles: tuple[str, ...]
    using: str | None
    check: str | None = None
    command: Literal["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"] = "ALL"
    kind: Literal["PERMISSIVE", "RESTRICTIVE"] = "PERMISSIVE"

    @property
    def title(self) -> str:
        return f"create {self.what}"

    @property
    def what(self) -> str:
        return f"policy {self.name} on {self.table}"

    @property
    def on_table(self) -> str:
        return self.table

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.ACCESS_EXCLUSIVE, self.table),)

    def up(self) -> tuple[Statement, ...]:
        parts = [
            f"CREATE POLICY {name(self.name)} ON {name(self.table)} AS {self.kind} FOR {self.command}",
            f"TO {names(self.roles)}",
        ]
        if self.using is not None:
            parts.append(f"USING ({self.using})")
        if self.check is not None:
            parts.append(f"WITH CHECK ({self.check})")
        return brief(" ".join(parts))

    def undo(self) -> tuple[Statement, ...]:
        return brief(f"DROP POLICY {name(self.name)} ON {name(self.table)}")

    async def found(self, server: Server) -> str | None:
        printed = await server.fetchval(
            _POLICY,
            name(self.table),
            self.name,
        )
        return None if printed is None else str(printed)

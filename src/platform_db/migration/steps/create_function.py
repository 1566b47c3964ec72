"""A function, or a new text of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.errors import UsageError
from platform_db.migration.failures import InTheWay
from platform_db.migration.steps.defined import rolled_back
from platform_db.migration.steps.names import name, names
from platform_db.migration.steps.step import Lock, Statement, Step, brief, send

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server

__all__ = ["CreateFunction"]

_REPLACES: Final = "CREATE OR REPLACE FUNCTION"
_PRINTED: Final = """
    SELECT pg_get_functiondef(p.oid) || 'CALLERS ' || coalesce((
        SELECT string_agg(coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), ', ' ORDER BY grantee::regrole::text)
        FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee <> proowner
    ), 'nobody')
    FROM pg_proc AS p WHERE p.oid = to_regprocedure($1)
"""


@dataclass(frozen=True, slots=True)
class CreateFunction(Step):
    """A function of schema public that nobody but its owner and ``callers`` may call.

    Attributes
    ----------
    name, arguments
        Its name, and the types it takes: ``"check_sum"``, ``"bigint, text"``.
    sql
        The whole ``CREATE OR REPLACE FUNCTION`` statement.
    former
        The statement of the text that it replaces; the way down puts it back. Unset for a new function.
    """

    name: str
    arguments: str
    sql: str
    callers: tuple[str, ...] = ()
    former: str | None = None

    def __post_init__(self) -> None:
        """Refuse a statement that could not be run twice.

        Raises
        ------
        UsageError
            It does not begin with CREATE OR REPLACE FUNCTION.
        """
        Step.__post_init__(self)
        for text in (self.sql, self.former or self.sql):
            if not text.lstrip().startswith(_REPLACES):
                message = f"function {self.name}: the statement must begin with {_REPLACES}"
                raise UsageError(message)

    @property
    def title(self) -> str:
        return f"{'replace' if self.former else 'create'} {self._what}"

    @property
    def _what(self) -> str:
        return f"function {self._signature}"

    @property
    def _signature(self) -> str:
        return f"{name(self.name)}({self.arguments})"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return ()

    def up(self) -> tuple[Statement, ...]:
        return self._make(self.sql)

    def _make(self, sql: str) -> tuple[Statement, ...]:
        called = [f"GRANT EXECUTE ON FUNCTION {self._signature} TO {names(self.callers)}"] if self.callers else []
        return brief(sql.strip().rstrip(";"), f"REVOKE EXECUTE ON FUNCTION {self._signature} FROM PUBLIC", *called)

    def undo(self) -> tuple[Statement, ...]:
        return self._make(self.former) if self.former else brief(f"DROP FUNCTION {self._signature}")

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        found = await self._found(server)
        if found is None:
            return self.up()
        wanted = await self._printed(server, self.sql)
        if found == wanted:
            return ()
        if self.former is not None and found == await self._printed(server, self.former):
            return self.up()
        raise InTheWay.of(self._what, found, wanted)

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        found = await self._found(server)
        if found is None or (self.former is not None and found == await self._printed(server, self.former)):
            return ()
        wanted = await self._printed(server, self.sql)
        if found != wanted:
            raise InTheWay.of(self._what, found, wanted)
        return self.undo()

    async def _found(self, server: Server) -> str | None:
        printed = await server.fetchval(_PRINTED, self._signature)
        return None if printed is None else str(printed)

    async def _printed(self, server: Server, sql: str) -> str:
        """The function as the server would print it: replaced, read, and rolled back; nobody else sees it."""
        printed: str | None = None
        async with rolled_back(server):
            for statement in self._make(sql):
                await send(server, statement)
            printed = await self._found(server)
        return str(printed)

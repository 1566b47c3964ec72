"""Objects compared by their definition, as the server itself prints it.

What is wanted is made on an empty copy of the table, in a transaction that is rolled back, and printed by the
server like what is found. The copy is a temporary table of the same name, which every statement meets first.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from platform_db.migration.failures import InTheWay, RevisionFailed
from platform_db.migration.steps.names import name
from platform_db.migration.steps.step import Step, brief, send

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.migration.steps.step import Server, Statement

__all__ = ["Defined", "constraint", "drop_constraint", "require_table", "rolled_back", "scratch_copy"]


@asynccontextmanager
async def rolled_back(server: Server) -> AsyncGenerator[None]:
    """A transaction, or a savepoint of the one there is, of which nothing stays."""
    transaction = server.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


@asynccontextmanager
async def scratch_copy(server: Server, table: str) -> AsyncGenerator[None]:
    """While it lasts, ``table`` is an empty copy of itself, without constraints, that nobody else sees."""
    async with rolled_back(server):
        await server.execute(f"CREATE TEMPORARY TABLE {name(table)} (LIKE {name(table)} INCLUDING GENERATED)")
        yield


async def require_table(server: Server, table: str, what: str) -> None:
    """Come back if there is such a table.

    Raises
    ------
    RevisionFailed
        There is none.
    """
    if await server.fetchval("SELECT to_regclass($1)", name(table)) is None:
        message = f"{what}: there is no table {table}"
        raise RevisionFailed(message)


async def constraint(server: Server, table: str, named: str) -> str | None:
    """A constraint as the server prints it, whether validated or not; ``None`` when there is none of that name."""
    found = await server.fetchval(
        "SELECT pg_get_constraintdef(oid, true) FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2",
        name(table),
        named,
    )
    return None if found is None else str(found).removesuffix(" NOT VALID")


class Defined(Step):
    """A step that makes one object of one table."""

    __slots__ = ()

    @property
    @abstractmethod
    def on_table(self) -> str:
        """The table it is made on."""

    @property
    @abstractmethod
    def what(self) -> str:
        """The object, for an error: ``check ck_x on t``."""

    @abstractmethod
    async def found(self, server: Server) -> str | None:
        """The object as the server prints it; ``None`` when there is none of that name."""

    def plainly(self) -> tuple[Statement, ...]:
        """The statements that make it on an empty table."""
        return self.up()

    async def wanted(self, server: Server) -> str:
        """The object as the server would print it."""
        printed: str | None = None
        async with scratch_copy(server, self.on_table):
            for statement in self.plainly():
                await send(server, statement)
            printed = await self.found(server)
        return str(printed)

    async def is_there(self, server: Server) -> bool:
        """Whether the object exists as it is wanted.

        Raises
        ------
        InTheWay
            It exists with another definition.
        """
        found = await self.found(server)
        if found is None:
            return False
        wanted = await self.wanted(server)
        if found != wanted:
            raise InTheWay.of(self.what, found, wanted)
        return True

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        await require_table(server, self.on_table, self.title)
        return () if await self.is_there(server) else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        if await server.fetchval("SELECT to_regclass($1)", name(self.on_table)) is None:
            return ()
        return self.undo() if await self.is_there(server) else ()


def drop_constraint(table: str, named: str) -> tuple[Statement, ...]:
    """The statement that drops a constraint."""
    return brief(f"ALTER TABLE {name(table)} DROP CONSTRAINT {name(named)}")

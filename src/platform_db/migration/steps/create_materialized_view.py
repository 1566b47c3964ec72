"""A materialized view that can be refreshed beside its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_db.migration.failures import InTheWay
from platform_db.migration.steps.defined import rolled_back
from platform_db.migration.steps.names import name, names
from platform_db.migration.steps.step import Lock, LockMode, Statement, Step, brief, send

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server

__all__ = ["CreateMaterializedView"]


@dataclass(frozen=True, slots=True)
class CreateMaterializedView(Step):
    """A materialized view, its unique index, without which no ``REFRESH … CONCURRENTLY`` is possible, and who reads it.

    Attributes
    ----------
    query
        The SELECT. Row security does not apply to its result: nothing of one owner alone belongs in it.
    key
        The columns of the unique index, which is named ``uq_<view>_<columns>``; none of them NULL.
    sources
        The tables it reads, for the plan.
    """

    name: str
    query: str
    key: tuple[str, ...]
    readers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"create {self._what}"

    @property
    def _what(self) -> str:
        return f"materialized view {self.name}"

    @property
    def _index(self) -> str:
        return f"uq_{self.name}_{'_'.join(self.key)}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return tuple(Lock(LockMode.ACCESS_SHARE, table, while_reading=True) for table in self.sources)

    def up(self) -> tuple[Statement, ...]:
        read = [f"GRANT SELECT ON {name(self.name)} TO {names(self.readers)}"] if self.readers else []
        return brief(f"CREATE MATERIALIZED VIEW {name(self.name)} AS {self._query}", self._unique(), *read)

    @property
    def _query(self) -> str:
        return self.query.strip().rstrip(";")

    def _unique(self) -> str:
        return f"CREATE UNIQUE INDEX {name(self._index)} ON {name(self.name)} ({names(self.key)})"

    def undo(self) -> tuple[Statement, ...]:
        return brief(f"DROP MATERIALIZED VIEW {name(self.name)}")

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        return () if await self._is_there(server) else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        return self.undo() if await self._is_there(server) else ()

    async def _is_there(self, server: Server) -> bool:
        found = await self._printed(server)
        if found is None:
            return False
        wanted: str | None = None
        async with rolled_back(server):
            # Neither of them can be temporary and materialized: a view has the same text, a table the same index.
            await send(server, Statement(f"CREATE TEMPORARY VIEW {name(self.name)} AS {self._query}"))
            wanted = await self._printed(server)
        index = None
        async with rolled_back(server):
            empty = f"CREATE TEMPORARY TABLE {name(self.name)} AS {self._query} WITH NO DATA"
            for statement in brief(empty, self._unique()):
                await send(server, statement)
            index = await self._printed_index(server)
        if (found, await self._printed_index(server)) != (wanted, index):
            found = f"{found} {await self._printed_index(server)}"
            raise InTheWay.of(self._what, found, f"{wanted} {index}")
        return True

    async def _printed(self, server: Server) -> str | None:
        found = await server.fetchval("SELECT pg_get_viewdef(to_regclass($1), true)", name(self.name))
        return None if found is None else str(found)

    async def _printed_index(self, server: Server) -> str | None:
        found = await server.fetchval("SELECT pg_get_indexdef(to_regclass($1), 0, true)", name(self._index))
        return None if found is None else str(found)

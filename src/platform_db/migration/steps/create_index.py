"""An index on a table that has rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from platform_db.errors import LockTimeout, UsageError
from platform_db.migration.failures import InTheWay
from platform_db.migration.steps.defined import require_table, scratch_copy
from platform_db.migration.steps.models import index_of
from platform_db.migration.steps.names import name, names
from platform_db.migration.steps.rows import Uniqueness, duplicated
from platform_db.migration.steps.step import Lock, LockMode, Statement, Step, patient, send

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Obstacles, Server

__all__ = ["CreateIndex", "drop_index", "index", "is_invalid"]

_CHANGING: Final = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|current_setting)\s*\("
    r"|\b(current_(date|time|timestamp|user|role)|localtime(stamp)?|session_user)\b",
    re.IGNORECASE,
)

_COMPARED: Final = re.compile(r"\w+|.*\)", re.DOTALL)
"""A column or an expression, without an operator class or an order."""


async def index(server: Server, named: str) -> str | None:
    """An index as the server prints it, ``None`` when there is none of that name."""
    found = await server.fetchval("SELECT pg_get_indexdef(to_regclass($1), 0, true)", name(named))
    return None if found is None else str(found)


async def is_invalid(server: Server, named: str) -> bool:
    """Whether there is an index of that name whose build was broken off, or has not come to its end yet."""
    found = await server.fetchval(
        "SELECT NOT (indisvalid AND indisready) FROM pg_index WHERE indexrelid = to_regclass($1)", name(named)
    )
    return bool(found)


# A session's progress is told to its own role only, its locks to everybody; one session builds on a table at a time.
_BUILDING: Final = """
    SELECT pid FROM pg_stat_progress_create_index AS progress
    JOIN pg_locks AS l USING (pid)
    JOIN pg_index AS i ON i.indrelid = l.relation
    WHERE i.indexrelid = to_regclass($1) AND locktype = 'relation' AND granted AND mode = 'ShareUpdateExclusiveLock'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND coalesce(nullif(index_relid, 0), i.indexrelid) = i.indexrelid
    LIMIT 1
"""


async def is_broken_off(server: Server, named: str) -> bool:
    """Whether there is an INVALID index of that name at which nobody is at work.

    Raises
    ------
    LockTimeout
        A session is building it at this moment; the migrator comes back a while later.
    """
    if not await is_invalid(server, named):
        return False
    builder = await server.fetchval(_BUILDING, name(named))
    if builder is not None:
        message = f"index {named} is being built by session {builder} at this moment: wait for it, or end that session"
        raise LockTimeout(message)
    return True


def drop_index(named: str) -> tuple[Statement, ...]:
    """The statement that drops an index beside the application's writes."""
    return patient(f"DROP INDEX CONCURRENTLY {name(named)}")


@dataclass(frozen=True, slots=True)
class CreateIndex(Step):
    """``CREATE INDEX CONCURRENTLY``: the application goes on writing; the table is read twice.

    A broken build leaves an INVALID index, which costs every write and serves no query: it is dropped at once,
    or by the next run when the process died, and built anew.

    Attributes
    ----------
    on
        Columns, or expressions in parentheses, with operator class and order: ``"features jsonb_path_ops"``.
    options
        Storage parameters: ``(("fastupdate", "on"), ("gin_pending_list_limit", "4096"))``.
    where
        The predicate of a partial index; it may not change with time or user.
    """

    name: str
    table: str
    on: tuple[str, ...]
    using: str = "btree"
    where: str | None = None
    unique: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse, before a server does, a predicate or expression whose answer changes.

        Raises
        ------
        UsageError
            It calls now() or the like: put the moment into the query.
        """
        Step.__post_init__(self)
        for text in (*self.on, self.where or ""):
            changing = _CHANGING.search(text)
            if changing:
                message = f"index {self.name}: {changing.group()} changes from call to call; put it into the query"
                raise UsageError(message)

    @classmethod
    def of(cls, index: str) -> Self:
        """The index of the models.

        Raises
        ------
        LookupError
            The models have none of that name.
        """
        found = index_of(index)
        said = found.dialect_options["postgresql"]
        where: object = said["where"]
        options: dict[str, str] = said["with"] or {}
        return cls(
            name=index,
            table=str(found.table.name if found.table is not None else ""),
            on=tuple(str(each) for each in found.expressions),
            using=str(said["using"] or "btree"),
            where=None if where is None else str(where),
            unique=bool(found.unique),
            nulls_not_distinct=bool(said["nulls_not_distinct"]),
            include=tuple(str(each) for each in said["include"] or ()),
            options=tuple(options.items()),
        )

    @property
    def transactional(self) -> bool:
        return False

    @property
    def title(self) -> str:
        return f"create {self._what}"

    @property
    def _what(self) -> str:
        return f"index {self.name} on {self.table}"

    @property
    def locks(self) -> tuple[Lock, ...]:
        return (Lock(LockMode.SHARE_UPDATE_EXCLUSIVE, self.table, while_reading=True),)

    def _create(self, how: str) -> str:
        parts = [
            f"CREATE {'UNIQUE ' if self.unique else ''}INDEX {how}{name(self.name)} ON {name(self.table)}",
            f"USING {name(self.using)} ({', '.join(self.on)})",
        ]
        if self.include:
            parts.append(f"INCLUDE ({names(self.include)})")
        if self.nulls_not_distinct:
            parts.append("NULLS NOT DISTINCT")
        if self.options:
            parts.append("WITH (" + ", ".join(f"{name(key)} = {value}" for key, value in self.options) + ")")
        if self.where:
            parts.append(f"WHERE {self.where}")
        return " ".join(parts)

    def up(self) -> tuple[Statement, ...]:
        return patient(self._create("CONCURRENTLY "))

    def undo(self) -> tuple[Statement, ...]:
        return drop_index(self.name)

    async def to_do(self, server: Server) -> tuple[Statement, ...]:
        await require_table(server, self.table, self.title)
        if await is_broken_off(server, self.name):
            return (*self.undo(), *self.up())
        return () if await self._is_there(server) else self.up()

    async def to_undo(self, server: Server) -> tuple[Statement, ...]:
        if await is_broken_off(server, self.name):
            return self.undo()
        return self.undo() if await self._is_there(server) else ()

    async def leftovers(self, server: Server) -> tuple[Statement, ...]:
        if not await is_invalid(server, self.name) or await server.fetchval(_BUILDING, name(self.name)) is not None:
            return ()
        return self.undo()

    async def _is_there(self, server: Server) -> bool:
        found = await index(server, self.name)
        if found is None:
            return False
        wanted = await self.wanted(server)
        if found != wanted:
            raise InTheWay.of(self._what, found, wanted)
        return True

    async def wanted(self, server: Server) -> str:
        """The index as the server would print it."""
        printed: str | None = None
        async with scratch_copy(server, self.table):
            await send(server, Statement(self._create("")))
            printed = await index(server, self.name)
        return str(printed)

    async def obstacles(self, server: Server) -> Obstacles | None:
        if not self.unique or not all(_COMPARED.fullmatch(each) for each in self.on):
            return None
        unique = Uniqueness(self.on, self.where, self.nulls_not_distinct)
        return await duplicated(server, self.table, unique, f"break {self.name}")

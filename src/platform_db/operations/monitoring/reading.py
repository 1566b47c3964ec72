"""One connection that asks: short read-only transactions, and answers that may be missing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from platform_db.database.translate import translate
from platform_db.errors import LockTimeout, NotAllowed, StatementTimeout
from platform_db.migration.steps.names import name
from platform_db.operations.monitoring.answers import Answer, Part

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from platform_db.database.executor import Row
    from platform_db.migration.connection import Connection

__all__ = ["LOCKED", "OPEN", "Reader", "why"]

P = TypeVar("P", bound=Part)

LOCK_TIMEOUT_SECONDS: Final = 1
"""How long a question waits for a table that somebody holds; it is then not known."""

STATEMENT_TIMEOUT_SECONDS: Final = 30

LOCKED: Final = """locked AS MATERIALIZED (
    SELECT coalesce(x.indrelid, l.relation) AS relid
    FROM pg_locks AS l LEFT JOIN pg_index AS x ON x.indexrelid = l.relation
    WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
)"""
"""The tables whose size cannot be asked for without waiting: a lock that is asked for keeps others out too."""

_BEGIN: Final = f"""
    BEGIN READ ONLY;
    SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s';
    SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s';
    SET LOCAL jit = off;
    SET LOCAL max_parallel_workers_per_gather = 0;
"""

_TAKEN: Final = """
    SELECT name FROM unnest($1::text[]) WITH ORDINALITY AS candidate (name, place)
    WHERE to_regrole(quote_ident(name)) IS NOT NULL AND pg_has_role(session_user, to_regrole(quote_ident(name)),
        CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END)
    ORDER BY place LIMIT 1
"""

_REASONS: Final[dict[type[BaseException], str]] = {
    NotAllowed: "this login may not see it",
    LockTimeout: f"a table was locked for more than {LOCK_TIMEOUT_SECONDS} s",
    StatementTimeout: f"it took longer than {STATEMENT_TIMEOUT_SECONDS} s",
}
"""What leaves one question open and the others answered."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks on one connection. Each question is a transaction of its own, so no snapshot is held."""

    connection: Connection

    async def first_role(self, candidates: Iterable[str]) -> str | None:
        """The first of these roles that the login may take."""
        found = await self.connection.fetchval(_TAKEN, list(candidates))
        return None if found is None else str(found)

    async def rows(self, sql: str, *values: object, role: str | None = None) -> list[Row]:
        """Give the rows; ``role`` unset asks as the login itself.

        Raises
        ------
        NotAllowed, LockTimeout, StatementTimeout
            It is not known; see :meth:`answer`.
        PlatformError
            Anything else, without the server's text.
        """
        failure: BaseException
        try:
            async with self._transaction(role):
                return await self.connection.fetch(sql, *values)
        except Exception as error:
            failure = translate(error, connection_lost=self.connection.is_closed())
            if failure is error:
                raise
        raise failure

    async def answer(self, kind: type[P], sql: str, *values: object, role: str | None = None) -> Answer[P]:
        """The rows as values of ``kind``; not known where a right is missing or a table is locked."""
        try:
            rows = await self.rows(sql, *values, role=role)
        except tuple(_REASONS) as error:
            return Answer[P].not_known(why(error))
        return Answer[P](rows=tuple(kind.model_validate(dict(row)) for row in rows))

    @asynccontextmanager
    async def _transaction(self, role: str | None) -> AsyncGenerator[None]:
        await self.connection.execute(_BEGIN + (f"SET LOCAL ROLE {name(role)}" if role else ""))
        try:
            yield
        finally:
            if not self.connection.is_closed():
                await self.connection.execute("ROLLBACK")


OPEN: Final = tuple(_REASONS)
"""The errors that leave a question open."""


def why(error: BaseException) -> str:
    """The reason of one of :data:`OPEN`."""
    return next(text for kind, text in _REASONS.items() if isinstance(error, kind))

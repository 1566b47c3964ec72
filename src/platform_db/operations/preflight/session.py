"""One connection that reads: transactions that cannot write, and questions that may fail alone."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.database.translate import ServerFault, translate
from platform_db.operations.preflight.names import quoted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.database.executor import Row
    from platform_db.migration.connection import Connection

__all__ = ["Refused", "Session"]

LOCK_TIMEOUT_SECONDS: Final = 5
"""How long a question waits for a table that a migration holds."""

# Reading takes the weakest lock and one processor, as the server itself does when it proves a constraint; memory for
# sorting and hashing is what that would have. The rest keeps a login's own settings from changing an answer.
_BEGIN: Final = f"""
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL search_path = public;
    SET LOCAL row_security = on;
    SET LOCAL DateStyle = 'ISO, YMD';
    SET LOCAL TimeZone = 'UTC';
    SET LOCAL statement_timeout = 0;
    SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s';
    SET LOCAL jit = off;
    SET LOCAL max_parallel_workers_per_gather = 0;
"""
_MEMORY: Final = "SELECT set_config('work_mem', current_setting('maintenance_work_mem'), true)"

# The question itself cannot be answered: its values (22), its words (42), a type without that operation (0A), its
# size (54). Everything else is about the server or the session, and ends the run.
_OWN_FAULT: Final = ("22", "42", "0A", "54")
_NOT_ALLOWED: Final = "42501"


class Refused(Exception):
    """The server could not evaluate a question; its text is never kept, it quotes stored values."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate

    @property
    def is_about_values(self) -> bool:
        """Whether some row's values made it fail (a cast, a division), so that other rows can still be told."""
        return self.sqlstate.startswith("22")


@dataclass(frozen=True, slots=True)
class Session:
    """A connection, and the role its transactions take; unset is the login's own."""

    connection: Connection
    role: str | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[None]:
        """One snapshot, in which nothing can be written; a table stays locked (ACCESS SHARE) until its end."""
        await self._run(_BEGIN + (f"SET LOCAL ROLE {quoted(self.role)}" if self.role else ""))
        try:
            await self.ask(_MEMORY)
            yield
        finally:
            if not self.connection.is_closed():
                await self._run("ROLLBACK")

    async def ask(self, sql: str, *values: object) -> list[Row]:
        """Give the rows.

        Raises
        ------
        PlatformError
            What the server said, without its text.
        """
        failure: BaseException
        try:
            return await self.connection.fetch(sql, *values)
        except Exception as error:
            failure = translate(error, connection_lost=self.connection.is_closed())
            if failure is error:
                raise
        raise failure

    async def try_to_ask(self, sql: str, *values: object) -> list[Row]:
        """Give the rows; a question that cannot be answered leaves the transaction as it was.

        Raises
        ------
        Refused
            The server could not evaluate it.
        PlatformError
            Anything else that went wrong.
        """
        failure: BaseException
        await self._run("SAVEPOINT question")
        try:
            rows = await self.connection.fetch(sql, *values)
        except asyncpg.PostgresError as error:
            fault = ServerFault.of(error)
            if fault.is_lost or fault.sqlstate == _NOT_ALLOWED or not fault.sqlstate.startswith(_OWN_FAULT):
                failure = translate(error, connection_lost=self.connection.is_closed())
            else:
                failure = Refused(fault.sqlstate)
        except Exception as error:
            failure = translate(error, connection_lost=self.connection.is_closed())
            if failure is error:
                raise
        else:
            await self._run("RELEASE SAVEPOINT question")
            return rows
        if isinstance(failure, Refused):
            await self._run("ROLLBACK TO SAVEPOINT question; RELEASE SAVEPOINT question")
        raise failure

    async def _run(self, sql: str) -> None:
        failure: BaseException
        try:
            await self.connection.execute(sql)
        except Exception as error:
            failure = translate(error, connection_lost=self.connection.is_closed())
            if failure is error:
                raise
        else:
            return
        raise failure

"""One unit of work: one transaction, one block, one user."""

from __future__ import annotations

from contextlib import asynccontextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Self, TypeVar

from platform_db.database.executor import NO_PARAMETERS
from platform_db.database.identity import Identity
from platform_db.database.transaction import to_the_end
from platform_db.database.translate import declared_constraints, translate
from platform_db.errors import CommitInDoubt, PlatformError, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
    from types import TracebackType

    from platform_db.database.driver import DriverConnection
    from platform_db.database.executor import Parameters, Row, Write
    from platform_db.database.statement import Statement
    from platform_db.database.transaction import Savepoint, Transaction
    from platform_db.database.translate import Catalog

__all__ = ["Outcome", "UnitOfWork"]

T = TypeVar("T")


class Outcome(StrEnum):
    """What became of a unit of work."""

    OPEN = "open"
    COMMITTED = "committed"
    ROLLED_BACK = "rolled back"
    IN_DOUBT = "in doubt"
    LEFT_TO_CALLER = "left to the caller"


class UnitOfWork:
    """One transaction, as an ``async with`` block; an :class:`Executor` while it is open.

    Commits when the block ends, rolls back when an exception leaves it. A block entered
    again inside itself joins: when the inner one fails, the whole unit fails, even if the
    exception is caught in between. The same holds for a statement that failed. Use
    :meth:`savepoint` around what may fail.

    One task at a time: a second one that comes while a statement is running gets
    UsageError, and the first goes on.
    """

    def __init__(
        self,
        transaction: Transaction,
        *,
        identity: Identity | None = None,
        catalog: Callable[[], Catalog] = declared_constraints,
        enlisted: bool = False,
    ) -> None:
        self._transaction = transaction
        self._identity = identity
        self._catalog = catalog
        self._enlisted = enlisted
        self._depth = 0
        self._busy = False
        self._doom: BaseException | None = None
        self._savepoints: list[Savepoint] = []
        self._outcome = Outcome.OPEN

    @property
    def outcome(self) -> Outcome:
        """What became of it; after a cancellation during COMMIT too."""
        return self._outcome

    @property
    def identity(self) -> Identity | None:
        """The person it acts for; ``None`` for background work."""
        return self._identity

    def as_user(self, who: Identity | int) -> Self:
        """Act as a signed-in user: role platform_app, own rows only.

        Raises
        ------
        UsageError
            A statement has run already, or ``who`` is no user's id.
        """
        if self._transaction.is_begun or self._outcome is not Outcome.OPEN:
            message = "as_user comes before the first statement of a unit of work"
            raise UsageError(message)
        self._identity = Identity.of(who)
        return self

    # -- statements -------------------------------------------------------------------

    async def fetch(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> list[Row]:
        """Give all rows."""
        arguments = statement.arguments(parameters)
        patience = self._transaction.patience
        return await self._run(lambda c: c.fetch(statement.sql, *arguments, timeout=patience))

    async def fetch_row(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> Row | None:
        """Give the first row, or ``None``."""
        arguments = statement.arguments(parameters)
        patience = self._transaction.patience
        return await self._run(lambda c: c.fetchrow(statement.sql, *arguments, timeout=patience))

    async def fetch_value(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> object:
        """Give the first column of the first row, or ``None``."""
        arguments = statement.arguments(parameters)
        patience = self._transaction.patience
        return await self._run(lambda c: c.fetchval(statement.sql, *arguments, timeout=patience))

    async def execute(self, statement: Statement, parameters: Parameters = NO_PARAMETERS) -> int:
        """Run a statement; give how many rows it touched, 0 where the server does not say."""
        arguments = statement.arguments(parameters)
        patience = self._transaction.patience
        return _row_count(await self._run(lambda c: c.execute(statement.sql, *arguments, timeout=patience)))

    async def stream(
        self, statement: Statement, parameters: Parameters = NO_PARAMETERS, *, batch: int = 1000
    ) -> AsyncIterator[list[Row]]:
        """Give the rows in lists of at most ``batch``; memory holds one list at a time.

        Other statements of the unit may run between two lists. The bound of one statement
        holds for each list, not for the whole.
        """
        arguments = statement.arguments(parameters)
        patience = self._transaction.patience
        cursor = await self._run(lambda c: c.cursor(statement.sql, *arguments, timeout=patience))
        while rows := await self._run(lambda _: cursor.fetch(batch)):
            yield rows

    async def copy_out(self, statement: Statement, write: Write, parameters: Parameters = NO_PARAMETERS) -> int:
        """Write the rows as CSV with a header line, UTF-8, through ``COPY``; give how many."""
        arguments = statement.arguments(parameters)
        patience = self._transaction.patience
        return _row_count(
            await self._run(
                lambda c: c.copy_from_query(
                    statement.sql, *arguments, output=write, format="csv", header=True, timeout=patience
                )
            )
        )

    async def _run(self, operation: Callable[[DriverConnection], Awaitable[T]]) -> T:
        self._check_usable()
        self._busy = True
        try:
            return await operation(await self._transaction.connection(self._identity))
        except BaseException as error:
            failure = self._failed(error)
            if failure is error:
                raise
        finally:
            self._busy = False
        raise failure

    def _failed(self, error: BaseException) -> BaseException:
        if isinstance(error, TimeoutError):
            # A server that fell silent would not answer a ROLLBACK either.
            self._transaction.distrust()
        failure = translate(error, connection_lost=self._transaction.is_lost, catalog=self._catalog)
        if self._doom is None:
            self._doom = failure
        return failure

    def _check_usable(self) -> None:
        if self._outcome is not Outcome.OPEN:
            message = f"this unit of work is over ({self._outcome}); begin another"
            raise UsageError(message)
        if not self._depth:
            message = "a unit of work is used inside its block: async with database.unit_of_work() as work"
            raise UsageError(message)
        if self._busy:
            message = "two tasks use one unit of work at the same time; give each its own"
            raise UsageError(message)
        if self._doom is not None:
            raise self._doomed()

    def _doomed(self) -> UsageError:
        reason = self._doom
        error = UsageError(
            f"this unit of work failed earlier ({type(reason).__name__}) and is rolled back; "
            "put what may fail inside `async with work.savepoint()`"
        )
        if isinstance(reason, PlatformError):
            error.__cause__ = reason
        return error

    # -- the block --------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        if self._outcome is not Outcome.OPEN:
            message = f"this unit of work is over ({self._outcome}); begin another"
            raise UsageError(message)
        self._depth += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._depth > 1:
            self._depth -= 1
            self._doom = self._doom or error
            return
        try:
            await self._finish(error)
        finally:
            self._depth = 0

    async def _before_commit(self) -> None:
        """Write what belongs at the end of the transaction; runs as its last statements."""

    async def _finish(self, error: BaseException | None) -> None:
        if self._busy:
            self._outcome = Outcome.ROLLED_BACK
            await self._transaction.abandon()
            if error is None:
                message = "the block of a unit of work ended while another task was still inside a statement"
                raise UsageError(message)
            return
        if error is None and self._doom is None:
            try:
                await self._before_commit()
            except BaseException:
                await self._roll_back()
                raise
        if error is None and self._doom is None:
            await self._commit()
            return
        await self._roll_back()
        if error is None:
            raise self._doomed()

    async def _commit(self) -> None:
        # In doubt until the answer is read; a cancellation is raised only after that.
        self._outcome = Outcome.IN_DOUBT
        await to_the_end(self._committed())

    async def _committed(self) -> None:
        try:
            await self._transaction.commit()
        except CommitInDoubt:
            raise
        except PlatformError:
            self._outcome = Outcome.ROLLED_BACK
            raise
        self._outcome = Outcome.LEFT_TO_CALLER if self._enlisted else Outcome.COMMITTED

    async def _roll_back(self) -> None:
        self._outcome = Outcome.LEFT_TO_CALLER if self._enlisted else Outcome.ROLLED_BACK
        await to_the_end(self._transaction.rollback())

    # -- savepoints -------------------------------------------------------------------

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Undo only this block when it fails; the unit goes on.

        Raises
        ------
        UsageError
            A statement inside failed and its error was swallowed inside; the block is undone.
        """
        savepoint = await self._guarded(lambda: self._transaction.savepoint(self._identity))
        self._savepoints.append(savepoint)
        try:
            yield
        except BaseException:
            await self._undo(savepoint)
            raise
        if self._doom is not None:
            failure = self._doomed()
            await self._undo(savepoint)
            raise failure
        self._leave(savepoint)
        await self._guarded(savepoint.release)

    async def _undo(self, savepoint: Savepoint) -> None:
        self._leave(savepoint)
        if self._transaction.is_lost:
            return
        reason, self._doom = self._doom, None
        try:
            await to_the_end(self._guarded(savepoint.rollback))
        except BaseException as error:
            self._doom = self._doom or reason or error
            raise

    def _leave(self, savepoint: Savepoint) -> None:
        if not self._savepoints or self._savepoints.pop() is not savepoint:
            message = "savepoints of one unit of work end in the reverse of the order they began in"
            self._doom = self._doom or UsageError(message)
            raise UsageError(message)

    async def _guarded(self, operation: Callable[[], Awaitable[T]]) -> T:
        self._check_usable()
        self._busy = True
        try:
            return await operation()
        except BaseException as error:
            failure = self._failed(error)
            if failure is error:
                raise
        finally:
            self._busy = False
        raise failure


def _row_count(status: str) -> int:
    """Read the count at the end of a command's answer: ``INSERT 0 3``, ``UPDATE 3``, ``COPY 3``."""
    count = status.rpartition(" ")[2]
    return int(count) if count.isdecimal() else 0

"""A transaction on a connection of the library's own pool."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, TypeVar

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db import errors
from platform_db.database.connections import cut, is_gone
from platform_db.database.opening import opening
from platform_db.database.translate import declared_constraints, is_outcome_unknown, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from platform_db.database.connections import Connections
    from platform_db.database.driver import DriverConnection
    from platform_db.database.identity import Identity
    from platform_db.database.opening import Bounds, TransactionOptions
    from platform_db.database.translate import Catalog

__all__ = ["PooledTransaction", "Savepoint", "Transaction", "to_the_end"]

T = TypeVar("T")

_UNBOUNDED_SECONDS = 86_400.0
# The server's own bound should speak first: its answer names the reason and keeps the connection.
_GRACE_SECONDS = 1.0


class Savepoint(Protocol):
    """A point of a transaction that can be returned to."""

    async def release(self) -> None:
        """Keep what was done since."""
        ...

    async def rollback(self) -> None:
        """Undo what was done since; the transaction is usable again."""
        ...


class Transaction(Protocol):
    """What a unit of work asks of the transaction below it."""

    @property
    def is_begun(self) -> bool:
        """Whether the server knows of it yet."""
        ...

    @property
    def is_lost(self) -> bool:
        """Whether its connection is closed."""
        ...

    @property
    def patience(self) -> float | None:
        """Seconds that one statement may take on this side; ``None``: the connection's own bound."""
        ...

    async def connection(self, identity: Identity | None) -> DriverConnection:
        """Give the connection, inside the transaction; begins it for ``identity`` the first time."""
        ...

    async def savepoint(self, identity: Identity | None) -> Savepoint:
        """Set a savepoint; begins the transaction where needed."""
        ...

    async def commit(self) -> None:
        """Store everything, or raise one of our errors that says what became of it."""
        ...

    async def rollback(self) -> None:
        """Undo everything and give the connection back."""
        ...

    async def abandon(self) -> None:
        """Undo everything while a statement is still running."""
        ...

    def distrust(self) -> None:
        """Ask nothing more of a connection that did not answer."""
        ...


async def to_the_end(work: Coroutine[object, object, T]) -> T:
    """Await ``work`` to its end even when the caller is cancelled meanwhile.

    The cancellation is raised afterwards; what ``work`` raised is then its cause.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError as cancelled:
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                continue
        if not task.cancelled() and (failure := task.exception()) is not None:
            raise cancelled from failure
        raise


class PooledTransaction:
    """Takes a connection at the first statement, gives it back at the end.

    Taken lazily, a unit of work that turns out to need no statement costs nothing, and
    one that computes before its first statement holds no connection meanwhile.
    """

    def __init__(
        self,
        connections: Connections,
        options: TransactionOptions,
        bounds: Bounds,
        catalog: Callable[[], Catalog] = declared_constraints,
    ) -> None:
        self._connections = connections
        self._options = options
        self._bounds = bounds
        self._catalog = catalog
        self._connection: DriverConnection | None = None
        self._savepoints = 0
        # 0 switches the server's bound off: then ours must not cut a long export short.
        longest = bounds.statement / 1000 + _GRACE_SECONDS if bounds.statement else _UNBOUNDED_SECONDS
        self._patience = max(connections.command_timeout, longest)

    @property
    def is_begun(self) -> bool:
        return self._connection is not None

    @property
    def is_lost(self) -> bool:
        return self._connection is not None and is_gone(self._connection)

    @property
    def patience(self) -> float | None:
        return self._patience

    async def connection(self, identity: Identity | None) -> DriverConnection:
        if self._connection is None:
            self._connection = await self._begin(opening(self._options, self._bounds, identity))
        return self._connection

    async def _begin(self, text: str) -> DriverConnection:
        # A connection that died while it lay in the pool shows at its first use. Nothing has been
        # done yet, so the next one is tried: each pooled one once at most, then a new one.
        remaining: int = self._connections.pool.get_max_size()
        while True:
            connection = await self._connections.acquire()
            failure = await self._open(connection, text)
            if failure is None:
                return connection
            if not remaining or not isinstance(failure, errors.ConnectionLost):
                raise failure
            remaining -= 1

    async def _open(self, connection: DriverConnection, text: str) -> BaseException | None:
        try:
            await connection.execute(text)
        except BaseException as error:
            failure = _opening_failure(error, lost=is_gone(connection))
            await to_the_end(self._connections.roll_back(connection))
            if failure is error:
                raise
        else:
            return None
        return failure

    async def savepoint(self, identity: Identity | None) -> Savepoint:
        connection = await self.connection(identity)
        self._savepoints += 1
        name = f"s{self._savepoints}"
        await connection.execute(f"SAVEPOINT {name}")
        return PooledSavepoint(connection, name)

    async def commit(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if is_gone(connection):
            await self._connections.give_back(connection)
            message = "the connection was lost before COMMIT was sent; nothing was stored"
            raise errors.ConnectionLost(message)
        failure: BaseException | None = None
        answer: str | None = None
        try:
            answer = await connection.execute("COMMIT", timeout=self._patience)
        except Exception as error:  # noqa: BLE001 - every failure of COMMIT is classed here
            failure = self._commit_failure(error)
        finally:
            if answer is None and isinstance(failure, (errors.CommitInDoubt, errors.ConnectionLost, type(None))):
                # Nobody will read its answer any more.
                cut(connection)
            await self._connections.give_back(connection)
        if failure is not None:
            raise failure
        if answer != "COMMIT":
            message = "the transaction had failed before, and the server rolled it back at COMMIT"
            raise errors.UsageError(message)

    def _commit_failure(self, error: Exception) -> BaseException:
        if not is_outcome_unknown(error):
            return translate(error, catalog=self._catalog)
        if self._options.access == "read only":
            return errors.ConnectionLost("the connection was lost at the end of a read-only transaction")
        return errors.CommitInDoubt(
            "the connection was lost while COMMIT was on its way: whether the unit of work was stored is unknown; "
            "look before doing it again"
        )

    async def rollback(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._connections.roll_back(connection)

    async def abandon(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            cut(connection)
            await self._connections.give_back(connection)

    def distrust(self) -> None:
        if self._connection is not None:
            cut(self._connection)


class PooledSavepoint:
    """A savepoint of a :class:`PooledTransaction`."""

    __slots__ = ("_connection", "_name")

    def __init__(self, connection: DriverConnection, name: str) -> None:
        self._connection = connection
        self._name = name

    async def release(self) -> None:
        await self._connection.execute(f"RELEASE SAVEPOINT {self._name}")

    async def rollback(self) -> None:
        await self._connection.execute(f"ROLLBACK TO SAVEPOINT {self._name}; RELEASE SAVEPOINT {self._name}")


def _opening_failure(error: BaseException, *, lost: bool) -> BaseException:
    if isinstance(error, (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidParameterValueError)):
        return errors.ConfigurationError(
            "the login may not take the role of this unit of work, or the role does not exist: run "
            "`platform-db migrate up`, then GRANT the role TO the login of PLATFORM_DB_URL"
        )
    return translate(error, connection_lost=lost)

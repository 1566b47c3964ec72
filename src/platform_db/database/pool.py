"""The database as an application sees it: opened once, then units of work."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar, cast
from weakref import WeakKeyDictionary

from platform_db.database.attempts import connect
from platform_db.database.codecs import prepare_connection
from platform_db.database.connections import Connections, is_gone
from platform_db.database.driver import create_pool
from platform_db.database.enlist import EnlistedTransaction
from platform_db.database.identity import Identity
from platform_db.database.opening import TransactionOptions
from platform_db.database.retry import retried
from platform_db.database.transaction import PooledTransaction
from platform_db.database.translate import declared_constraints, translate
from platform_db.database.unit_of_work import UnitOfWork
from platform_db.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Awaitable, Callable
    from types import TracebackType

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

    from platform_db.database.driver import DriverPool
    from platform_db.database.identity import Role
    from platform_db.database.translate import Catalog
    from platform_db.settings import Settings

__all__ = ["BaseDatabase", "Health"]

W = TypeVar("W", bound=UnitOfWork)
T = TypeVar("T")

DEFAULT_OPTIONS: Final = TransactionOptions()
_CLOSE_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Health:
    """What one round trip to the server tells."""

    server_version: str
    is_replica: bool
    seconds: float
    connections: int
    idle_connections: int
    max_connections: int


@dataclass(slots=True)
class _Opened:
    connections: Connections
    openings: int = 1


async def _keep_session(_: object) -> None:
    """Reset nothing: everything the library sets ends with its transaction.

    The driver's own reset costs a round trip of four statements at each return. It still
    rolls back a transaction that was left open.
    """


class BaseDatabase(Generic[W]):
    """A pool of connections and the units of work on it.

    ``async with database:`` opens it for the running event loop and closes it at the end.
    Each loop has connections of its own, so one object serves a web service as well as a
    worker that calls ``asyncio.run`` for every task; inside one loop openings nest.
    A subclass names the class of its units in ``work_type``.
    """

    work_type: type[W]

    def __init__(self, settings: Settings, *, catalog: Callable[[], Catalog] = declared_constraints) -> None:
        self._settings = settings
        self._catalog = catalog
        self._pools: WeakKeyDictionary[AbstractEventLoop, _Opened] = WeakKeyDictionary()
        # Loops of several threads may open the same object.
        self._registry = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings.masked_url})"

    @property
    def settings(self) -> Settings:
        """The settings it was made with."""
        return self._settings

    # -- opening ----------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Open the pool of the running event loop, with ``pool_min_size`` connections.

        Raises
        ------
        ConfigurationError
            The URL is missing or wrong, or the server refuses the login.
        ConnectionLost
            The server cannot be reached.
        """
        loop = asyncio.get_running_loop()
        with self._registry:
            known = self._pools.get(loop)
            if known is not None:
                known.openings += 1
                return
        pool = await self._connect()
        with self._registry:
            other = self._pools.get(loop)
            if other is None:
                self._pools[loop] = _Opened(
                    Connections(pool, wait=self._settings.pool_timeout, command_timeout=self._settings.command_timeout)
                )
                return
            # Another task of this loop was faster.
            other.openings += 1
        await pool.close()

    async def _connect(self) -> DriverPool:
        settings = self._settings
        pooler = settings.pgbouncer == "transaction"
        dsn = settings.dsn()
        try:
            return await create_pool(
                dsn,
                connect=connect,
                min_size=settings.pool_min_size,
                max_size=settings.pool_max_size,
                max_inactive_connection_lifetime=settings.pool_idle_timeout,
                init=prepare_connection,
                reset=_keep_session,
                timeout=settings.connect_timeout,
                command_timeout=settings.command_timeout,
                statement_cache_size=0 if pooler else settings.statement_cache_size,
                max_cached_statement_lifetime=0,
                # PgBouncer carries these two; it drops or refuses others.
                server_settings={"application_name": settings.application_name, "timezone": "UTC"},
            )
        except TimeoutError:
            failure = translate(ConnectionError(), connection_lost=True)
        except ValueError:
            # The driver quotes the URL in what it says.
            failure = ConfigurationError(
                "PLATFORM_DB_URL cannot be read: check its form and options "
                "(sslmode=verify-full needs a root certificate: sslrootcert=FILE)"
            )
        except Exception as error:
            failure = translate(error, connection_lost=True)
            if failure is error:
                raise
        raise failure

    async def close(self) -> None:
        """Undo one :meth:`open`; the last one closes the connections of the running event loop.

        Units of work still running have ten seconds to end; then their connections are cut.
        """
        loop = asyncio.get_running_loop()
        with self._registry:
            known = self._pools.get(loop)
            if known is None:
                return
            known.openings -= 1
            if known.openings:
                return
            del self._pools[loop]
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await known.connections.pool.close()
        except TimeoutError:
            known.connections.pool.terminate()

    def _connections(self) -> Connections:
        known = self._pools.get(asyncio.get_running_loop())
        if known is None:
            message = "the database is not open in this event loop: use it inside `async with database:`"
            raise UsageError(message)
        return known.connections

    # -- work -------------------------------------------------------------------------

    def unit_of_work(
        self, *, as_user: Identity | int | None = None, options: TransactionOptions = DEFAULT_OPTIONS
    ) -> W:
        """Give a new unit of work: ``async with database.unit_of_work() as work``.

        As platform_worker, or as platform_app for the user given here or by
        ``work.as_user``. A connection is taken at the first statement.

        Raises
        ------
        UsageError
            The database is not open in the running event loop, or ``as_user`` is no user's id.
        """
        transaction = PooledTransaction(self._connections(), options, options.bounded_by(self._settings), self._catalog)
        identity = None if as_user is None else Identity.of(as_user)
        return self.work_type(transaction, identity=identity, catalog=self._catalog)

    async def run(
        self,
        function: Callable[[W], Awaitable[T]],
        *,
        as_user: Identity | int | None = None,
        options: TransactionOptions = DEFAULT_OPTIONS,
        attempts: int | None = None,
    ) -> T:
        """Run ``function(work)`` in a unit of work of its own, again while that can help.

        The whole unit is repeated, COMMIT included, and only for errors whose
        ``retryable`` is true; so ``function`` must do nothing outside the database that
        may not happen twice. ``attempts`` unset takes the settings' ``retry_attempts``.

        Raises
        ------
        CommitInDoubt
            The connection was lost during COMMIT. Never repeated: look first.
        """
        if attempts is not None and attempts < 1:
            message = "attempts counts the first one too: at least 1"
            raise UsageError(message)

        async def attempt() -> T:
            async with self.unit_of_work(as_user=as_user, options=options) as work:
                return await function(work)

        return await retried(attempt, attempts or self._settings.retry_attempts)

    def enlist(
        self,
        target: AsyncConnection | AsyncSession,
        *,
        as_user: Identity | int | None = None,
        role: Role | None = None,
    ) -> W:
        """Give a unit of work inside the transaction of a caller's SQLAlchemy connection or session.

        The caller commits or rolls back; when an exception leaves the block, the caller
        must roll back. The connection keeps its role unless one is given, which then holds
        for the caller's own statements too until the transaction ends. Nothing is retried.

        Raises
        ------
        ConfigurationError
            At the first statement: another driver than asyncpg, an AUTOCOMMIT engine, or a
            login that passes by row security and no ``role``.
        """
        identity = None if as_user is None else Identity.of(as_user)
        return self.work_type(
            EnlistedTransaction(target, role), identity=identity, catalog=self._catalog, enlisted=True
        )

    async def health(self) -> Health:
        """Ask the server one question; outside any role, so it needs no rights.

        Raises
        ------
        Transient
            No connection is free or the server does not answer.
        """
        connections = self._connections()
        failure: BaseException | None = None
        row = None
        begin = time.perf_counter()
        connection = await connections.acquire()
        try:
            row = await connection.fetchrow("SELECT current_setting('server_version'), pg_is_in_recovery()")
        except Exception as error:  # noqa: BLE001 - translated here, raised outside the handler
            failure = translate(error, connection_lost=is_gone(connection))
        finally:
            await connections.give_back(connection)
        if failure is not None:
            raise failure
        seconds = time.perf_counter() - begin
        pool = connections.pool
        version, is_replica = cast("tuple[str, bool]", tuple(row or ()))
        return Health(
            server_version=version,
            is_replica=is_replica,
            seconds=seconds,
            connections=pool.get_size(),
            idle_connections=pool.get_idle_size(),
            max_connections=pool.get_max_size(),
        )

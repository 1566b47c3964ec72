"""Taking connections from the pool and giving them back."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db import errors
from platform_db.database.translate import translate

if TYPE_CHECKING:
    from platform_db.database.driver import DriverConnection, DriverPool

__all__ = ["Connections", "cut", "is_gone"]

_log = logging.getLogger("platform_db.database")

_CLEANUP_SECONDS: Final = 5.0

_BROKEN: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What a connection says that will not serve again; the driver too loses count when a server is killed."""


def is_gone(connection: DriverConnection) -> bool:
    """Whether a connection is closed; the pool takes back its handle of one that broke."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


def cut(connection: DriverConnection) -> None:
    """Close a connection at once, whatever it is doing."""
    if not is_gone(connection):
        connection.terminate()


@dataclass(frozen=True, slots=True)
class Connections:
    """The pool of one event loop, and how long to wait for it (seconds)."""

    pool: DriverPool
    wait: float
    command_timeout: float

    async def acquire(self) -> DriverConnection:
        """Take a connection.

        Raises
        ------
        PoolExhausted
            All are in use, and none became free in time.
        ConnectionLost
            The server cannot be reached.
        ConfigurationError
            The server refuses the login.
        """
        try:
            # Not acquire(timeout=…): the driver starts a task for that, on every checkout.
            async with asyncio.timeout(self.wait):
                return await self.pool.acquire()
        except TimeoutError:
            failure: BaseException = self._late()
        except Exception as error:
            failure = translate(error, connection_lost=True)
            if failure is error:
                raise
        raise failure

    def _late(self) -> errors.Transient:
        size = self.pool.get_max_size()
        if self.pool.get_size() >= size and not self.pool.get_idle_size():
            return errors.PoolExhausted(
                f"no connection became free within {self.wait:g} s: all {size} are in use "
                "(PLATFORM_DB_POOL_MAX_SIZE, PLATFORM_DB_POOL_TIMEOUT)"
            )
        return errors.ConnectionLost(f"the server did not accept a connection within {self.wait:g} s")

    async def give_back(self, connection: DriverConnection) -> None:
        """Return a connection whose transaction is over; one that is broken is replaced."""
        try:
            await self.pool.release(connection)
        except _BROKEN as error:
            _log.debug("a connection could not be reused (%s)", type(error).__name__)

    async def roll_back(self, connection: DriverConnection) -> None:
        """End the transaction of a connection and return it."""
        try:
            if not is_gone(connection):
                await connection.execute("ROLLBACK", timeout=_CLEANUP_SECONDS)
        except _BROKEN as error:
            _log.debug("ROLLBACK failed (%s); ending the connection does the same", type(error).__name__)
            cut(connection)
        except BaseException:
            cut(connection)
            raise
        finally:
            await self.give_back(connection)

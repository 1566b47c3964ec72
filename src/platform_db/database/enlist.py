"""A transaction that a caller's SQLAlchemy connection or session already has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from platform_db import errors
from platform_db.database.identity import IDENTITY_SETTINGS

if TYPE_CHECKING:
    from sqlalchemy.engine import RootTransaction
    from sqlalchemy.ext.asyncio import AsyncSessionTransaction, AsyncTransaction

    from platform_db.database.driver import DriverConnection
    from platform_db.database.identity import Identity, Role
    from platform_db.database.transaction import Savepoint

__all__ = ["EnlistedTransaction"]

_BYPASSES: Final = "(SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user)"


def _opening(role: Role | None) -> str:
    calls = [f"set_config('{name}', ${place}, true)" for place, name in enumerate(IDENTITY_SETTINGS, start=1)]
    if role is not None:
        calls.append(f"set_config('role', '{role.value}', true)")
    return f"SELECT {_BYPASSES}, {', '.join(calls)}"


class EnlistedTransaction:
    """Works inside the caller's transaction, which the caller ends.

    Statements run on the driver's connection below SQLAlchemy, so rows are the same as on
    the pool. SQLAlchemy is asked for it before each statement: it may owe the server a
    BEGIN, a SAVEPOINT or a flush.
    """

    def __init__(self, target: AsyncConnection | AsyncSession, role: Role | None) -> None:
        self._target = target
        self._role = role
        self._root: RootTransaction | None = None
        self._driver: DriverConnection | None = None

    @property
    def is_begun(self) -> bool:
        return self._driver is not None

    @property
    def patience(self) -> float | None:
        """The bound that the caller's engine has."""
        return None

    @property
    def is_lost(self) -> bool:
        return self._driver is not None and self._driver.is_closed()

    async def connection(self, identity: Identity | None) -> DriverConnection:
        connection = await self._sqlalchemy()
        if self._driver is None:
            self._driver = await self._begin(connection, identity)
            self._root = connection.sync_connection.get_transaction() if connection.sync_connection else None
        elif not self._is_same_transaction(connection):
            message = "the caller ended its transaction inside the enlisted block; enlist again after it"
            raise errors.UsageError(message)
        return self._driver

    async def _sqlalchemy(self) -> AsyncConnection:
        target = self._target
        if isinstance(target, AsyncConnection):
            return target
        # As session.execute() does, so that a statement sees the objects added before it.
        if target.autoflush and (target.new or target.dirty or target.deleted):
            await target.flush()
        return await target.connection()

    def _is_same_transaction(self, connection: AsyncConnection) -> bool:
        current = connection.sync_connection.get_transaction() if connection.sync_connection else None
        # Outside a transaction the driver would store each statement at once.
        return current is self._root and self._driver is not None and self._driver.is_in_transaction()

    async def _begin(self, connection: AsyncConnection, identity: Identity | None) -> DriverConnection:
        driver = (await connection.get_raw_connection()).driver_connection
        if not isinstance(driver, asyncpg.Connection):
            message = "enlist takes a connection of the asyncpg driver: create the engine with postgresql+asyncpg://"
            raise errors.ConfigurationError(message)
        settings = identity.settings() if identity else dict.fromkeys(IDENTITY_SETTINGS, "")
        # Through SQLAlchemy, which begins its transaction with its first statement only.
        result = await connection.exec_driver_sql(_opening(self._role), tuple(settings.values()))
        bypasses = cast("bool", result.scalar_one() if self._role is None else False)
        if not driver.is_in_transaction():
            message = "enlist takes a connection in a transaction: this engine or connection is in AUTOCOMMIT"
            raise errors.ConfigurationError(message)
        if bypasses:
            message = (
                "this login passes by row security (superuser or BYPASSRLS): connect as a member of "
                "platform_worker, or give enlist a role, which then holds for your own statements too"
            )
            raise errors.ConfigurationError(message)
        return cast("DriverConnection", cast("object", driver))

    async def savepoint(self, identity: Identity | None) -> Savepoint:
        await self.connection(identity)
        # A session sends its SAVEPOINT when it is next asked for the connection, as each statement does.
        return EnlistedSavepoint(await self._target.begin_nested())

    async def commit(self) -> None:
        """Leave the COMMIT to the caller."""

    async def rollback(self) -> None:
        """Leave the ROLLBACK to the caller."""

    async def abandon(self) -> None:
        """Leave the connection to the caller."""

    def distrust(self) -> None:
        """Leave the connection to the caller."""


class EnlistedSavepoint:
    """A savepoint that SQLAlchemy knows of."""

    __slots__ = ("_nested",)

    def __init__(self, nested: AsyncTransaction | AsyncSessionTransaction) -> None:
        self._nested = nested

    async def release(self) -> None:
        await self._nested.commit()

    async def rollback(self) -> None:
        await self._nested.rollback()

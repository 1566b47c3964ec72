"""What the library uses of asyncpg, which publishes no types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.database.executor import Row, Write

__all__ = ["DriverConnection", "DriverCursor", "DriverPool", "create_pool"]


class DriverCursor(Protocol):
    """An open cursor."""

    async def fetch(self, n: int) -> list[Row]: ...


class DriverConnection(Protocol):
    """A connection, or the pool's handle of one. ``timeout`` is the driver's own, in seconds."""

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> list[Row]: ...  # noqa: ASYNC109
    async def fetchrow(self, query: str, *args: object, timeout: float | None = None) -> Row | None: ...  # noqa: ASYNC109
    async def fetchval(self, query: str, *args: object, timeout: float | None = None) -> object: ...  # noqa: ASYNC109
    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str: ...  # noqa: ASYNC109
    async def copy_from_query(
        self,
        query: str,
        *args: object,
        output: Write,
        format: str,  # noqa: A002
        header: bool,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> str: ...
    def cursor(self, query: str, *args: object, timeout: float | None = None) -> Awaitable[DriverCursor]: ...
    async def set_type_codec(
        self,
        typename: str,
        *,
        schema: str,
        format: str,  # noqa: A002
        encoder: Callable[[str], bytes] | Callable[[object], bytes],
        decoder: Callable[[bytes], object],
    ) -> None: ...
    def is_closed(self) -> bool: ...
    def is_in_transaction(self) -> bool: ...
    def terminate(self) -> None: ...


class DriverPool(Protocol):
    """A pool of connections of one event loop."""

    def acquire(self) -> Awaitable[DriverConnection]: ...
    async def release(self, connection: DriverConnection) -> None: ...
    async def close(self) -> None: ...
    def terminate(self) -> None: ...
    def get_size(self) -> int: ...
    def get_idle_size(self) -> int: ...
    def get_max_size(self) -> int: ...


create_pool = cast("Callable[..., Awaitable[DriverPool]]", asyncpg.create_pool)

"""What the benchmarks use of asyncpg directly, which publishes no types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from platform_db.database import Row

__all__ = ["Connection", "Pool", "create_pool"]


class Connection(Protocol):
    async def fetch(self, query: str, *arguments: object) -> list[Row]: ...
    async def fetchrow(self, query: str, *arguments: object) -> Row | None: ...
    async def fetchval(self, query: str, *arguments: object) -> object: ...
    async def execute(self, query: str, *arguments: object) -> str: ...
    def cursor(self, query: str, /, *, prefetch: int) -> AsyncIterable[Row]: ...
    def transaction(self, *, isolation: str | None = None) -> AbstractAsyncContextManager[None]: ...
    async def close(self) -> None: ...


class Pool(Protocol):
    def acquire(self) -> AbstractAsyncContextManager[Connection]: ...
    async def close(self) -> None: ...


create_pool = cast("Callable[..., Awaitable[Pool]]", asyncpg.create_pool)

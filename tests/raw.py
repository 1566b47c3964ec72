"""What the tests use of asyncpg, which publishes no types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable, Iterable

__all__ = ["Raw", "Row", "Transaction", "connect", "refusal"]


class Row(Protocol):
    """A record: its values by name or place."""

    def __getitem__(self, key: str | int | slice, /) -> Any: ...  # noqa: ANN401 (a column's type is the query's)
    def items(self) -> Iterable[tuple[str, object]]: ...


class Transaction(Protocol):
    """A transaction or savepoint."""

    async def start(self) -> None: ...
    async def commit(self) -> None: ...
    async def rollback(self) -> None: ...
    async def __aenter__(self) -> None: ...
    async def __aexit__(self, *_: object) -> None: ...


class Raw(Protocol):
    """A connection past the library."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def fetch(self, query: str, *args: object) -> list[Row]: ...
    async def fetchrow(self, query: str, *args: object) -> Row: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...  # noqa: ANN401
    async def set_type_codec(self, typename: str, **codec: object) -> None: ...
    async def close(self) -> None: ...
    def cursor(self, query: str, *, prefetch: int) -> AsyncIterable[Row]: ...
    def transaction(self, *, isolation: str = ..., readonly: bool = ...) -> Transaction: ...


connect = cast("Callable[[str], Awaitable[Raw]]", asyncpg.connect)


def refusal(error: Exception) -> tuple[str | None, str | None, str | None]:
    """Constraint, table and column that a server's error names."""
    fields: dict[str, str | None] = vars(error)
    return fields.get("constraint_name"), fields.get("table_name"), fields.get("column_name")

"""The small interface that repositories speak to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from platform_db.database.statement import Statement

__all__ = ["Executor", "Parameters", "Row", "Write"]

Parameters = Mapping[str, object]
Write = Callable[[bytes], Awaitable[None]]

NO_PARAMETERS: Final[Parameters] = {}


class Row(Protocol):
    """One row: values by column name or position; ``dict(row)`` gives the mapping."""

    def __getitem__(self, key: str | int, /) -> object: ...
    def __iter__(self) -> Iterator[object]: ...
    def __len__(self) -> int: ...
    def get(self, key: str, /) -> object: ...
    def keys(self) -> Iterator[str]: ...
    def values(self) -> Iterator[object]: ...
    def items(self) -> Iterator[tuple[str, object]]: ...


class Executor(Protocol):
    """Runs statements inside somebody's transaction; never commits.

    Every method raises the errors of :mod:`platform_db.errors` and nothing of a driver's.
    """

    async def fetch(self, statement: Statement, parameters: Parameters = ...) -> list[Row]:
        """Give all rows."""
        ...

    async def fetch_row(self, statement: Statement, parameters: Parameters = ...) -> Row | None:
        """Give the first row, or ``None``."""
        ...

    async def fetch_value(self, statement: Statement, parameters: Parameters = ...) -> object:
        """Give the first column of the first row, or ``None``."""
        ...

    async def execute(self, statement: Statement, parameters: Parameters = ...) -> int:
        """Run a statement; give how many rows it touched."""
        ...

    def stream(
        self, statement: Statement, parameters: Parameters = ..., *, batch: int = ...
    ) -> AsyncIterator[list[Row]]:
        """Give the rows in lists of at most ``batch``; memory holds one list at a time."""
        ...

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo only what the block did when it fails; the transaction goes on."""
        ...

    async def copy_out(self, statement: Statement, write: Write, parameters: Parameters = ...) -> int:
        """Write the rows as CSV with a header through ``COPY``; give how many."""
        ...

"""How many statements a unit of work sends: a fixture for tests that hold it to a number."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from platform_db.database import BaseDatabase
from platform_db.repositories.work import Work

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from platform_db.database.driver import DriverConnection

T = TypeVar("T")

__all__ = ["CountedDatabase", "CountedWork"]


class CountedWork(Work):
    """Counts each statement that leaves for the server, those that open and end the transaction apart."""

    sent = 0

    async def _run(self, operation: Callable[[DriverConnection], Awaitable[T]]) -> T:
        self.sent += 1
        return await super()._run(operation)

    @asynccontextmanager
    async def exactly(self, statements: int) -> AsyncGenerator[None]:
        """The block sends so many statements."""
        before = self.sent
        yield
        assert self.sent - before == statements, f"{self.sent - before} statements, not {statements}"


class CountedDatabase(BaseDatabase[CountedWork]):
    """A database whose units of work count."""

    work_type = CountedWork

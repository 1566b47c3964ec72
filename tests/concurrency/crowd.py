"""Sixteen at once: who they are, and how they begin together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.users import NewUser
from platform_db.errors import PlatformError
from tests.invoice_examples import DAY, SERIES, draft
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database, Work

T = TypeVar("T")

SIZE = 16
USERS = 8
ARRANGED_ENTRIES = USERS + 1
"""Audit entries of arranging a crowd: its users and the series."""

_WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@dataclass(frozen=True, slots=True)
class Crowd:
    """The library on a database of the test's own, and users who own what is written."""

    database: Database
    url: str
    users: tuple[int, ...]

    @classmethod
    async def gathered(cls, database: Database, url: str) -> Crowd:
        """Register the users and open the series."""
        async with database.unit_of_work() as work:
            await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
            users = [
                (await work.users.register(NewUser(email=f"muhasebe{place}@ornek-imalat.com.tr"))).id
                for place in range(USERS)
            ]
        return cls(database, url, tuple(users))

    def owner(self, member: int) -> int:
        """The user for whom a member of the crowd writes."""
        return self.users[member % USERS]

    async def at_once(self, act: Callable[[int], Awaitable[T]], size: int = SIZE) -> list[T | PlatformError]:
        """Let the members act together; an outcome each, in their order. What is no error of ours is raised."""
        start = asyncio.Barrier(size)

        async def one(member: int) -> T | PlatformError:
            await start.wait()
            try:
                return await act(member)
            except PlatformError as error:
                return error

        return await asyncio.gather(*(one(member) for member in range(size)))


async def somebody_waits(url: str) -> int:
    """Come back when a transaction in the database waits for a lock; give its backend's process number."""
    connection = await connect(url)
    try:
        async with asyncio.timeout(10):
            while (pid := await connection.fetchval(_WAITING)) is None:  # noqa: ASYNC110 - the server tells it only when asked
                await asyncio.sleep(0.01)
            return pid
    finally:
        await connection.close()


async def issued(work: Work, user: int, document: dict[str, object] | None = None) -> Invoice:
    """Draft and issue in this unit of work."""
    return await work.invoices.issue(await work.invoices.draft(draft(user, document)), SERIES)

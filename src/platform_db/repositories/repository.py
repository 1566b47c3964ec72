"""What every repository of rows with versions can do: find, lock, list, stream, count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from platform_db.domain.models import Versioned
from platform_db.repositories.filters import Filter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.filters import Listing
    from platform_db.repositories.paging import Page
    from platform_db.repositories.rows import Rows

__all__ = ["Repository"]

M = TypeVar("M", bound=Versioned)
F = TypeVar("F", bound=Filter)

_EVERY = Filter()


class Repository(Generic[M, F]):
    """Rows of one table, read as ``M`` and chosen by ``F``. Belongs to one unit of work and never commits.

    As a user (platform_app) it sees that user's rows only, where the table has owners; as
    background work (platform_worker) all of them.
    """

    def __init__(self, executor: Executor, audit: AuditTrail, rows: Rows[M], listing: Listing[M]) -> None:
        self._executor = executor
        self._audit = audit
        self._rows = rows
        self._listing = listing

    async def get(self, key: int) -> M:
        """The row of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await self._rows.get(self._executor, key)

    async def get_for_update(self, key: int) -> M:
        """The row of this id, locked until the unit of work ends: nobody else changes it meanwhile.

        Rows that refer to it may still be added. Not needed for a change: that names the
        version it read. Take locks of several rows in the order of their ids.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        NotAllowed
            This identity may not change rows of the table.
        LockTimeout
            Somebody else held it for too long.
        """
        return await self._rows.get_for_update(self._executor, key)

    async def page(self, chosen: F | None = None, *, after: str | None = None, limit: int = 50) -> Page[M]:
        """Rows in the order of the repository's list; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await self._listing.page(self._executor, chosen or _EVERY, after=after, limit=limit)

    def stream(self, chosen: F | None = None) -> AsyncIterator[M]:
        """Every row, by id, in one snapshot; memory holds one batch.

        Other statements of the unit of work may run in between.
        """
        return self._listing.stream(self._executor, chosen or _EVERY)

    async def count(self, chosen: F | None = None) -> int:
        """How many rows there are; reads each of them, so a page does not ask for it."""
        return await self._listing.count(self._executor, chosen or _EVERY)

    async def exists(self, chosen: F | None = None) -> bool:
        """Whether there is a row; stops at the first."""
        return await self._listing.exists(self._executor, chosen or _EVERY)

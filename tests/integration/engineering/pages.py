"""Lists read to their end, two rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from platform_db.domain.models import Identified

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from platform_db.repositories.paging import Page

__all__ = ["ids", "page_by_page"]

M = TypeVar("M", bound=Identified)


def ids(rows: Sequence[Identified]) -> list[int]:
    return [row.id for row in rows]


async def page_by_page(page: Callable[[str | None], Awaitable[Page[M]]]) -> list[int]:
    """The ids of all pages, in order; ``page`` reads the one after a cursor."""
    found: list[int] = []
    cursor: str | None = None
    while True:
        read = await page(cursor)
        found += ids(read.items)
        cursor = read.next_cursor
        if cursor is None:
            return found

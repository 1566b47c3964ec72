"""This library, as a service uses it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.contenders.contender import PAGE, Entry, Mark, Reading

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from platform_db.domain.invoices.draft import InvoiceDraft
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database

__all__ = ["Library"]


@dataclass(frozen=True, slots=True)
class Library:
    database: Database
    name: str = "platform_db"

    @asynccontextmanager
    async def reading(self, user_id: int | None) -> AsyncGenerator[Reading]:
        async with self.database.unit_of_work(as_user=user_id) as work:

            async def invoices_after(mark: Mark) -> Sequence[Invoice]:
                return (await work.invoices.page(after=mark.cursor, limit=PAGE)).items

            yield Reading(work.users.get, work.invoices.get, invoices_after)

    async def insert(self, draft: InvoiceDraft, entry: Entry) -> int:  # noqa: ARG002 - it writes its own entry
        async with self.database.unit_of_work(as_user=draft.user_id) as work:
            return (await work.invoices.draft(draft)).id

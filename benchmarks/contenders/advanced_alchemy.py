"""advanced-alchemy: a service a table, and its own conversion to the domain object."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from advanced_alchemy.filters import LimitOffset, OrderBy
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from advanced_alchemy.service import SQLAlchemyAsyncRepositoryService
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.contenders.contender import PAGE, Entry, Mark, Reading, StoredInvoice, StoredUser
from benchmarks.contenders.entities import EntryEntity, InvoiceEntity, UserEntity
from benchmarks.contenders.orm import aggregate, entry_entity
from benchmarks.contenders.sqlalchemy_engine import begin_as
from platform_db.domain.invoices.draft import draft_rows
from platform_db.schema.invoices import invoices

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from platform_db.domain.invoices.draft import InvoiceDraft

__all__ = ["AdvancedAlchemy"]


class _Users(SQLAlchemyAsyncRepositoryService[Any]):
    class Repository(SQLAlchemyAsyncRepository[Any]):
        model_type = UserEntity

    repository_type = Repository


class _Invoices(SQLAlchemyAsyncRepositoryService[Any]):
    class Repository(SQLAlchemyAsyncRepository[Any]):
        model_type = InvoiceEntity

    repository_type = Repository


class _Entries(SQLAlchemyAsyncRepositoryService[Any]):
    class Repository(SQLAlchemyAsyncRepository[Any]):
        model_type = EntryEntity

    repository_type = Repository


def _service(kind: type[Any], session: AsyncSession) -> Any:  # noqa: ANN401 - its classes are generic in what mappers add
    return kind(session=session)


@dataclass(frozen=True, slots=True)
class AdvancedAlchemy:
    engine: AsyncEngine
    name: str = "advanced-alchemy"

    @asynccontextmanager
    async def reading(self, user_id: int | None) -> AsyncGenerator[Reading]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await begin_as(session, user_id)
            of_users, of_invoices = _service(_Users, session), _service(_Invoices, session)

            # Forgotten after each reading, as a new request would.
            async def user(key: int) -> StoredUser:
                read: StoredUser = of_users.to_schema(await of_users.get(key), schema_type=StoredUser)
                session.expunge_all()
                return read

            async def invoice(key: int) -> StoredInvoice:
                read: StoredInvoice = of_invoices.to_schema(await of_invoices.get(key), schema_type=StoredInvoice)
                session.expunge_all()
                return read

            async def invoices_after(mark: Mark) -> Sequence[StoredInvoice]:
                found = await of_invoices.list(
                    sa.tuple_(invoices.c.created_at, invoices.c.id) < sa.tuple_(mark.created_at, mark.id),
                    OrderBy("created_at", "desc"),
                    OrderBy("id", "desc"),
                    LimitOffset(PAGE + 1, 0),
                )
                read: Any = of_invoices.to_schema(found[:PAGE], schema_type=StoredInvoice)
                session.expunge_all()
                return read.items

            yield Reading(user, invoice, invoices_after)

    async def insert(self, draft: InvoiceDraft, entry: Entry) -> int:
        rows = draft_rows(draft)
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await begin_as(session, draft.user_id)
            of_invoices = _service(_Invoices, session)
            made = await of_invoices.create(aggregate(rows))
            invoice: StoredInvoice = of_invoices.to_schema(made, schema_type=StoredInvoice)
            await _service(_Entries, session).create(entry_entity(entry, rows, draft.user_id, invoice.id))
            return invoice.id

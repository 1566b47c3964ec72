"""The SQLAlchemy ORM: an entity in a session, then the domain object from its attributes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.contenders.contender import PAGE, Entry, Mark, Reading
from benchmarks.contenders.core import AFTER
from benchmarks.contenders.entities import (
    EntryEntity,
    InvoiceEntity,
    LineEntity,
    SubtotalEntity,
    UserEntity,
    WithholdingEntity,
)
from benchmarks.contenders.sqlalchemy_engine import begin_as, part_rows
from platform_db.domain.invoices.draft import draft_rows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.trust import FROM_DATABASE
from platform_db.domain.users import User
from platform_db.schema.invoices import invoices

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from platform_db.domain.invoices.draft import DraftRows, InvoiceDraft

__all__ = ["Orm", "aggregate", "entry_entity"]

_PAGE: Final = (
    sa.select(InvoiceEntity).where(AFTER).order_by(invoices.c.created_at.desc(), invoices.c.id.desc()).limit(PAGE + 1)
)


def _made(kind: type[object], values: dict[str, object]) -> Any:  # noqa: ANN401 - the mapper adds the attributes
    return cast("Callable[..., object]", kind)(**values)


def aggregate(rows: DraftRows) -> InvoiceEntity:
    """An invoice with its parts, by relationship."""
    parts = part_rows(rows, None)
    invoice = cast("InvoiceEntity", _made(InvoiceEntity, dict(rows.invoice)))
    invoice.lines = [_made(LineEntity, row) for row in parts["lines"]]
    invoice.tax_subtotals = [_made(SubtotalEntity, row) for row in parts["tax_subtotals"]]
    invoice.withholdings = [_made(WithholdingEntity, row) for row in parts["withholdings"]]
    return invoice


def entry_entity(entry: Entry, rows: DraftRows, user_id: int, invoice_id: int) -> EntryEntity:
    values: dict[str, object] = {
        "user_id": user_id,
        "action": entry.action,
        "entity_type": entry.entity_type,
        "entity_id": invoice_id,
        "event_type": entry.event_type,
        "payload": entry.payload_for(rows.ettn),
    }
    return cast("EntryEntity", _made(EntryEntity, values))


def _read_user(entity: object) -> User:
    return User.model_validate(entity, from_attributes=True, context=FROM_DATABASE)


def _read_invoice(entity: object) -> Invoice:
    return Invoice.model_validate(entity, from_attributes=True, context=FROM_DATABASE)


@dataclass(frozen=True, slots=True)
class Orm:
    engine: AsyncEngine
    name: str = "SQLAlchemy ORM"

    @asynccontextmanager
    async def reading(self, user_id: int | None) -> AsyncGenerator[Reading]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await begin_as(session, user_id)

            # Forgotten after each reading, as a new request would: otherwise the identity map answers.
            async def user(key: int) -> User:
                read = _read_user(await session.get_one(UserEntity, key))
                session.expunge_all()
                return read

            async def invoice(key: int) -> Invoice:
                read = _read_invoice(await session.get_one(InvoiceEntity, key))
                session.expunge_all()
                return read

            async def invoices_after(mark: Mark) -> Sequence[Invoice]:
                found = await session.scalars(_PAGE, {"created_at": mark.created_at, "id": mark.id})
                read = [_read_invoice(entity) for entity in found.all()[:PAGE]]
                session.expunge_all()
                return read

            yield Reading(user, invoice, invoices_after)

    async def insert(self, draft: InvoiceDraft, entry: Entry) -> int:
        rows = draft_rows(draft)
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await begin_as(session, draft.user_id)
            entity = aggregate(rows)
            session.add(entity)
            await session.flush()
            invoice = _read_invoice(entity)
            session.add(entry_entity(entry, rows, draft.user_id, invoice.id))
            return invoice.id

"""SQLAlchemy Core: statements built once, run by SQLAlchemy, each row validated."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from benchmarks.contenders.contender import PAGE, Entry, Mark, Reading
from benchmarks.contenders.sqlalchemy_engine import begin_as, part_rows
from platform_db.domain.invoices.draft import draft_rows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.users import User
from platform_db.repositories.rows import reader
from platform_db.schema.audit_logs import audit_logs
from platform_db.schema.invoices import invoice_lines, invoice_tax_subtotals, invoice_withholdings, invoices
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from platform_db.database import Row
    from platform_db.domain.invoices.draft import InvoiceDraft

__all__ = ["AFTER", "Core"]

_read_user = reader(User)
_read_invoice = reader(Invoice)

_USER: Final = sa.select(users).where(users.c.id == sa.bindparam("id"))
_INVOICE: Final = sa.select(invoices).where(invoices.c.id == sa.bindparam("id"))
AFTER: Final = sa.tuple_(invoices.c.created_at, invoices.c.id) < sa.tuple_(
    sa.bindparam("created_at", type_=invoices.c.created_at.type), sa.bindparam("id", type_=invoices.c.id.type)
)
_PAGE: Final = (
    sa.select(invoices).where(AFTER).order_by(invoices.c.created_at.desc(), invoices.c.id.desc()).limit(PAGE + 1)
)
_INSERT: Final = sa.insert(invoices).returning(*invoices.c)
_PARTS: Final = {
    "lines": sa.insert(invoice_lines),
    "tax_subtotals": sa.insert(invoice_tax_subtotals),
    "withholdings": sa.insert(invoice_withholdings),
}
_ENTRY: Final = sa.insert(audit_logs).inline()


async def _one(connection: AsyncConnection, statement: sa.Select[Any], key: int) -> Row:
    return cast("Row", (await connection.execute(statement, {"id": key})).mappings().one())


@dataclass(frozen=True, slots=True)
class Core:
    engine: AsyncEngine
    name: str = "SQLAlchemy Core"

    @asynccontextmanager
    async def reading(self, user_id: int | None) -> AsyncGenerator[Reading]:
        async with self.engine.begin() as connection:
            await begin_as(connection, user_id)

            async def user(key: int) -> User:
                return _read_user(await _one(connection, _USER, key))

            async def invoice(key: int) -> Invoice:
                return _read_invoice(await _one(connection, _INVOICE, key))

            async def invoices_after(mark: Mark) -> Sequence[Invoice]:
                found = await connection.execute(_PAGE, {"created_at": mark.created_at, "id": mark.id})
                return [_read_invoice(cast("Row", row)) for row in found.mappings().all()[:PAGE]]

            yield Reading(user, invoice, invoices_after)

    async def insert(self, draft: InvoiceDraft, entry: Entry) -> int:
        rows = draft_rows(draft)
        async with self.engine.begin() as connection:
            await begin_as(connection, draft.user_id)
            stored = (await connection.execute(_INSERT, dict(rows.invoice))).mappings().one()
            invoice = _read_invoice(cast("Row", stored))
            for name, parts in part_rows(rows, invoice.id).items():
                if parts:
                    await connection.execute(_PARTS[name], parts)
            told = {
                "user_id": draft.user_id,
                "action": entry.action,
                "entity_type": entry.entity_type,
                "entity_id": invoice.id,
                "event_type": entry.event_type,
                "payload": entry.payload_for(rows.ettn),
            }
            await connection.execute(_ENTRY, told)
            return invoice.id

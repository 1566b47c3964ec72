"""SQLModel: table models made of this library's columns, then the validated domain object."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from pydantic import Field as SchemaField
from pydantic import JsonValue, create_model
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.contenders.contender import PAGE, Entry, Mark, Reading
from benchmarks.contenders.entities import WRITTEN_OF_ENTRY
from benchmarks.contenders.sqlalchemy_engine import begin_as, part_rows
from platform_db.domain.invoices.draft import draft_rows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.trust import FROM_DATABASE
from platform_db.domain.users import User
from platform_db.schema.audit_logs import audit_logs
from platform_db.schema.invoices import invoice_lines, invoice_tax_subtotals, invoice_withholdings, invoices
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine

    from platform_db.domain.invoices.draft import InvoiceDraft

__all__ = ["SqlModel"]

_METADATA: Final = "metadata_"
"""A declarative class has an attribute ``metadata`` already."""


def _modelled(table: sa.Table, only: Iterable[str] | None = None) -> Any:  # noqa: ANN401 - made while running
    """A SQLModel class with the columns of ``table``."""
    fields: dict[str, Any] = {
        _METADATA if column.name == "metadata" else column.name: (
            Any,
            Field(default=None, sa_column=column._copy()),  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        )
        for column in table.columns
        if only is None or column.name in only
    }
    return create_model(table.name, __base__=SQLModel, __cls_kwargs__={"table": True}, **fields)


_UserRow: Final = _modelled(users)
_InvoiceRow: Final = _modelled(invoices)
_EntryRow: Final = _modelled(audit_logs, WRITTEN_OF_ENTRY)
_PARTS: Final = {
    "lines": _modelled(invoice_lines),
    "tax_subtotals": _modelled(invoice_tax_subtotals),
    "withholdings": _modelled(invoice_withholdings),
}
_PAGE: Final = (
    select(_InvoiceRow)
    .where(
        sa.tuple_(col(_InvoiceRow.created_at), col(_InvoiceRow.id))
        < sa.tuple_(
            sa.bindparam("created_at", type_=invoices.c.created_at.type), sa.bindparam("id", type_=invoices.c.id.type)
        )
    )
    .order_by(col(_InvoiceRow.created_at).desc(), col(_InvoiceRow.id).desc())
    .limit(PAGE + 1)
)


class _UserRead(User):
    """The domain's user, read from an attribute that is not called ``metadata``."""

    metadata: dict[str, JsonValue] | None = SchemaField(default=None, validation_alias=_METADATA)


def _read_user(row: object) -> User:
    return _UserRead.model_validate(row, from_attributes=True, context=FROM_DATABASE)


def _read_invoice(row: object) -> Invoice:
    return Invoice.model_validate(row, from_attributes=True, context=FROM_DATABASE)


@dataclass(frozen=True, slots=True)
class SqlModel:
    engine: AsyncEngine
    name: str = "SQLModel"

    @asynccontextmanager
    async def reading(self, user_id: int | None) -> AsyncGenerator[Reading]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await begin_as(session, user_id)

            # Forgotten after each reading, as a new request would.
            async def user(key: int) -> User:
                read = _read_user(await session.get_one(_UserRow, key))
                session.expunge_all()
                return read

            async def invoice(key: int) -> Invoice:
                read = _read_invoice(await session.get_one(_InvoiceRow, key))
                session.expunge_all()
                return read

            async def invoices_after(mark: Mark) -> Sequence[Invoice]:
                found = await session.exec(_PAGE, params={"created_at": mark.created_at, "id": mark.id})
                read = [_read_invoice(row) for row in found.all()[:PAGE]]
                session.expunge_all()
                return read

            yield Reading(user, invoice, invoices_after)

    async def insert(self, draft: InvoiceDraft, entry: Entry) -> int:
        rows = draft_rows(draft)
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await begin_as(session, draft.user_id)
            row = _InvoiceRow(**rows.invoice)
            session.add(row)
            await session.flush()
            invoice = _read_invoice(row)
            for name, parts in part_rows(rows, invoice.id).items():
                session.add_all([_PARTS[name](**part) for part in parts])
            told: dict[str, object] = {
                "user_id": draft.user_id,
                "action": entry.action,
                "entity_type": entry.entity_type,
                "entity_id": invoice.id,
                "event_type": entry.event_type,
                "payload": entry.payload_for(rows.ettn),
            }
            session.add(_EntryRow(**told))
            return invoice.id

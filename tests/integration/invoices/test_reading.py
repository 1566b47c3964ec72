"""Invoices are listed, streamed, and seen by their owner."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from platform_db.domain.invoices.codes import InvoiceStatus, InvoiceTypeCode
from platform_db.errors import (
    NotAllowed,
    NotFound,
)
from platform_db.repositories.invoices import InvoiceFilter
from tests.integration.invoices.scene import issued, refusing, register
from tests.invoice_examples import DAY, SERIES, WITHHELD, draft

if TYPE_CHECKING:
    from platform_db.domain.invoices.subtotals import InvoiceWithholding
    from platform_db.repositories.work import Database, Work


async def as_owner(url: str, statement: str) -> None:
    """Run a statement past the library, as a migration would."""
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=sa.NullPool)
    async with engine.begin() as connection:
        await connection.execute(sa.text("SET ROLE platform_owner"))
        await connection.execute(sa.text(statement))
    await engine.dispose()


async def test_pages_hold_every_invoice_once_and_refuse_a_strange_cursor(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft_many([draft(user) for _ in range(5)])
        chosen = InvoiceFilter(user_id=user, statuses=frozenset({InvoiceStatus.DRAFT, InvoiceStatus.ISSUED}))
        seen: list[int] = []
        cursor: str | None = None
        while True:
            page = await work.invoices.page(chosen, after=cursor, limit=2)
            seen += [invoice.id for invoice in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        first = await work.invoices.page(chosen, limit=2)

        async with refusing(work, "page_cursor"):
            await work.invoices.page(after=first.next_cursor, limit=2)
        async with refusing(work, "page_limit"):
            await work.invoices.page(limit=0)

    assert seen == sorted((invoice.id for invoice in made), reverse=True)


async def test_lists_are_narrowed_counted_and_streamed(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sale = await issued(work, user)
        withheld = await work.invoices.draft(draft(user, WITHHELD))
        drafts = InvoiceFilter(statuses=frozenset({InvoiceStatus.DRAFT}))
        of_july = InvoiceFilter(issued_from=DAY, issued_until=DAY)

        assert await work.invoices.count() == 2
        assert await work.invoices.count(drafts) == 1
        assert await work.invoices.count(of_july) == 2
        assert not await work.invoices.exists(InvoiceFilter(issued_from=DAY + timedelta(days=1)))
        assert await work.invoices.exists(InvoiceFilter(type_code=InvoiceTypeCode.TEVKIFAT))
        assert [invoice.id async for invoice in work.invoices.stream()] == [sale.id, withheld.id]
        assert await work.invoices.get_many([withheld.id, sale.id, -1]) == (sale, withheld)


async def test_a_user_sees_and_writes_only_their_own(database: Database, user: int) -> None:
    stranger = await register(database, "depo")
    async with database.unit_of_work(as_user=user) as work:
        own = await work.invoices.draft(draft(user))

    async with database.unit_of_work(as_user=stranger) as work:
        assert await work.invoices.count() == 0
        for attempt in (
            work.invoices.get(own.id),
            work.invoices.document(own.id),
            work.invoices.issue(own, SERIES),
            work.invoices.delete_draft(own),
        ):
            with pytest.raises(NotFound):
                await attempt
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=stranger) as work:
            await work.invoices.draft(draft(user))
    async with database.unit_of_work() as work:
        assert await work.invoices.get(own.id) == own


async def test_an_aggregate_survives_a_change_of_its_parts_columns(
    database: Database, user: int, database_url: str
) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, WITHHELD))
        await work.invoices.document(made.id)
    await as_owner(database_url, "ALTER TABLE invoice_withholdings ALTER COLUMN percent TYPE bigint")

    async def whole(work: Work) -> tuple[InvoiceWithholding, ...]:
        return (await work.invoices.document(made.id)).withholdings

    assert [item.percent for item in await database.run(whole, as_user=user)] == [50]

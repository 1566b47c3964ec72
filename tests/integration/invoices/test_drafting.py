"""Drafts are stored whole, read back equal, deleted."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from platform_db.database import Statement
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.errors import (
    NotFound,
    StillReferenced,
)
from tests.integration.invoices.scene import issued, refusing
from tests.invoice_examples import MANY_SIDED, WITHHELD, draft, issue_document

if TYPE_CHECKING:
    from platform_db.repositories.work import Database

COUNT_LINES = Statement(sa.text("SELECT count(*) FROM invoice_lines"))


async def test_a_draft_reads_back_whole_and_equal(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft(draft(user, MANY_SIDED))
    async with database.unit_of_work(as_user=user) as work:
        whole = await work.invoices.document(made.id)

    assert whole.invoice == made
    assert (made.status, made.number, made.user_id, made.customer_phone) == (
        InvoiceStatus.DRAFT,
        None,
        user,
        "+902122930000",
    )
    assert made.exchange_rate == Decimal("40.123456")
    assert made.meta == {"sepet": 41, "oran": 0.5}
    assert [item.line_number for item in whole.lines] == [1, 2, 3]
    assert (whole.lines[0].quantity, whole.lines[0].unit_price) == (Decimal("1.33333333"), Decimal("0.00000001"))
    tax = {"code": "0071", "rate": "7.5", "amount_cents": whole.lines[1].other_taxes_cents, "in_kdv_base": True}
    assert whole.lines[1].other_taxes == [tax]
    assert whole.lines[2].item_data == {"parti": "7"}
    assert sum(item.kdv_cents for item in whole.lines) == made.kdv_cents
    assert [(item.tax_code, item.rate) for item in whole.tax_subtotals] == [
        ("0015", Decimal(0)),
        ("0015", Decimal(10)),
        ("0015", Decimal(20)),
        ("0071", Decimal("7.5")),
    ]


async def test_many_drafts_are_stored_in_two_statements_in_their_order(database: Database, user: int) -> None:
    documents = [issue_document(note=f"Not {place}") for place in range(7)] + [WITHHELD, MANY_SIDED]

    async with database.unit_of_work(as_user=user) as work:
        made = await work.invoices.draft_many([draft(user, document) for document in documents])
        one = await work.invoices.draft(draft(user, WITHHELD))
        bulk, single = await work.invoices.document(made[7].id), await work.invoices.document(one.id)

    assert [invoice.note for invoice in made[:7]] == [f"Not {place}" for place in range(7)]
    own = {"id", "invoice_id", "ettn", "created_at", "updated_at"}
    assert single.invoice.model_dump(exclude=own) == bulk.invoice.model_dump(exclude=own)
    assert [part.model_dump(exclude=own) for part in (*single.lines, *single.tax_subtotals, *single.withholdings)] == [
        part.model_dump(exclude=own) for part in (*bulk.lines, *bulk.tax_subtotals, *bulk.withholdings)
    ]


async def test_drafting_nothing_stores_nothing(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        assert await work.invoices.draft_many([]) == ()
        assert await work.invoices.count() == 0


async def test_what_a_draft_names_must_be_the_same_users(database: Database, user: int) -> None:
    with pytest.raises(StillReferenced) as refusal:
        async with database.unit_of_work(as_user=user) as work:
            await work.invoices.draft(draft(user, issue_document(license_id=99)))

    assert refusal.value.constraint == "fk_invoices_license_id_licenses"
    async with database.unit_of_work() as work:
        assert await work.invoices.count() == 0


async def test_a_draft_is_deleted_with_its_parts_and_an_issued_invoice_is_not(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        gone = await work.invoices.draft(draft(user))
        kept = await issued(work, user)
        await work.invoices.delete_draft(gone)

        async with refusing(work, "ck_invoices_issued_is_kept"):
            await work.invoices.delete_draft(kept)
        with pytest.raises(NotFound):
            await work.invoices.get(gone.id)
        with pytest.raises(NotFound):
            await work.invoices.delete_draft(gone)
        assert await work.fetch_value(COUNT_LINES) == 1

"""A whole invoice is returned once, to the kuruş."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.invoices.codes import InvoiceTypeCode
from platform_db.domain.invoices.returns import InvoiceReturn
from platform_db.errors import (
    AlreadyExists,
    PlatformError,
)
from tests.integration.invoices.scene import issued
from tests.invoice_examples import DAY, SERIES, WITHHELD, issue_document, line

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work


async def test_a_return_is_issued_and_mirrors_its_original(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sold = await issued(work, user, WITHHELD)
        drafted = await work.invoices.draft_return(sold, InvoiceReturn(issue_date=DAY + timedelta(days=2)))
        with pytest.raises(AlreadyExists):
            await work.invoices.draft_return(sold, InvoiceReturn(issue_date=DAY))
        returned = await work.invoices.issue(drafted, SERIES)
        original, mirror = await work.invoices.document(sold.id), await work.invoices.document(returned.id)

    assert (returned.type_code, returned.return_of_invoice_id, returned.sequence) == (InvoiceTypeCode.IADE, sold.id, 2)
    assert returned.payable_cents == sold.payable_cents == 1980000
    assert [item.net_cents for item in mirror.lines] == [item.net_cents for item in original.lines]
    assert [item.amount_cents for item in mirror.withholdings] == [180000]


@pytest.mark.parametrize(
    "document",
    [
        issue_document(type="TEVKIFAT", lines=[line(unit_price="100", withholding_code="604")]),
        issue_document(type="IHRACKAYITLI", lines=[line(exemption_code="701"), line(unit_price="5")]),
        issue_document(tax_inclusive_prices=True, lines=[line(discount={"rate": "3"}, charge={"amount": "1"})]),
        issue_document(rounding="document", lines=[line(unit_price="0.333"), line(unit_price="0.333", kdv_rate="10")]),
        issue_document(
            allowances=[{"amount": "7.77"}],
            lines=[line(other_taxes=[{"code": "0071", "amount": "5"}]), line(kdv_rate="0", exemption_code="351")],
        ),
    ],
    ids=["below the limit", "export-registered", "inclusive", "per document", "other taxes"],
)
async def test_the_database_takes_the_return_of_every_kind_of_sale(
    database: Database, user: int, document: dict[str, object]
) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sold = await issued(work, user, document)
        drafted = await work.invoices.draft_return(sold, InvoiceReturn(issue_date=DAY))
        returned = await work.invoices.issue(drafted, SERIES)

    assert returned.payable_cents == sold.payable_cents


async def test_sixteen_who_return_one_invoice_draft_one_return(database: Database, user: int) -> None:
    async with database.unit_of_work(as_user=user) as work:
        sold = await issued(work, user)

    async def give_back(work: Work) -> int:
        return (await work.invoices.draft_return(sold, InvoiceReturn(issue_date=DAY))).id

    async def attempt() -> str:
        try:
            await database.run(give_back, as_user=user)
        except PlatformError as error:
            return type(error).__name__
        return "drafted"

    outcomes = await asyncio.gather(*(attempt() for _ in range(16)))

    assert sorted(outcomes) == ["AlreadyExists"] * 15 + ["drafted"]
    async with database.unit_of_work() as work:
        assert len(await work.invoices.returns_of(sold.id)) == 1

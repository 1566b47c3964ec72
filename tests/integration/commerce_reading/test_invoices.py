"""Invoices in lists for dunning, the period's record, statements and products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest_asyncio

from platform_db.domain.invoices.account import AccountLine
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.money import Currency, money
from platform_db.domain.payments.inputs import NewPayment
from platform_db.domain.users import NewUser
from platform_db.repositories.invoices import InvoiceFilter
from tests.integration.stored import store, to_the_end
from tests.invoice_examples import MANY_SIDED, SERIES, draft, issue_document, line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database
    from tests.raw import Raw

JULY_1, JULY_2, JULY_31 = date(2025, 7, 1), date(2025, 7, 2), date(2025, 7, 31)
AUGUST_1, AUGUST_2 = date(2025, 8, 1), date(2025, 8, 2)
STATES = {
    "cancelled": JULY_1,
    "sent": JULY_1,
    "paid": JULY_2,
    "partial": JULY_31,
    "issued": AUGUST_1,
    "draft": JULY_2,
}


@dataclass(frozen=True)
class Books:
    """A user with an invoice of 24.000,00 in each state, and one with an invoice in USD of the last day."""

    user: int
    other: int
    product: int


@pytest_asyncio.fixture(loop_scope="session")
async def books(database: Database, worker: Raw) -> Books:
    nobody = {"vendor_id": None, "created_by_user_id": None, "updated_by_user_id": None}
    product = await store(worker, "products", **nobody)
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=2025))
        user, other = [(await work.users.register(NewUser(email=f"{name}@firma.com.tr"))).id for name in ("bir", "iki")]
    for state, day in STATES.items():
        document = issue_document(
            issue_date=day.isoformat(), lines=[line(product_id=product)], meta={"sepet": {"hal": state, "tur": 1}}
        )
        async with database.unit_of_work() as work:
            invoice = await work.invoices.draft(draft(user, document))
            if state == "draft":
                continue
            invoice = await work.invoices.issue(invoice, SERIES)
            if state == "cancelled":
                await work.invoices.cancel(invoice, "Mükerrer")
            if state == "sent":
                await work.invoices.mark_sent(invoice)
            if state in {"paid", "partial"}:
                new = NewPayment(
                    user_id=user,
                    amount={"paid": "24000", "partial": "4000"}[state],  # pyright: ignore[reportArgumentType]
                    invoice_id=invoice.id,
                    provider="havale",
                    provider_ref=state,
                )
                await work.payments.complete(await work.payments.record(new), datetime.now(UTC))
    async with database.unit_of_work() as work:
        foreign = await work.invoices.draft(draft(other, {**MANY_SIDED, "issue_date": AUGUST_1.isoformat()}))
        await work.invoices.issue(foreign, SERIES)
    return Books(user, other, product)


def states(invoices: Iterable[Invoice]) -> list[str]:
    return [f"{invoice.issue_date:%m-%d} {invoice.status}" for invoice in invoices]


async def test_unpaid_is_what_money_is_expected_on(database: Database, books: Books) -> None:
    async with database.unit_of_work() as work:
        every = await to_the_end(lambda after: work.invoices.unpaid(after=after, limit=1))
        in_lira = await work.invoices.unpaid(InvoiceFilter(currency=Currency.TRY, issued_until=JULY_31))
    async with database.unit_of_work(as_user=books.other) as work:
        own = await work.invoices.unpaid()

    assert states(every) == ["08-01 issued", "08-01 issued", "07-31 partial", "07-01 sent"]
    assert states(in_lira.items) == ["07-31 partial", "07-01 sent"]
    assert [invoice.currency for invoice in own.items] == [Currency.USD]


async def test_a_period_s_record_has_every_number_in_the_order_of_days(database: Database, books: Books) -> None:
    async with database.unit_of_work() as work:
        every = await to_the_end(lambda after: work.invoices.issued_between(JULY_1, AUGUST_1, after=after, limit=1))
        july = await work.invoices.issued_between(JULY_2, JULY_31)
    async with database.unit_of_work(as_user=books.other) as work:
        own = await work.invoices.issued_between(JULY_1, AUGUST_1)

    assert [invoice.sequence for invoice in every] == [1, 2, 3, 4, 5, 6]
    assert states(july.items) == ["07-02 paid", "07-31 partial"]
    assert [invoice.sequence for invoice in own.items] == [6]


async def test_an_account_sums_up_each_state(database: Database, books: Books) -> None:
    def lira(status: InvoiceStatus, paid: int) -> AccountLine:
        payable, came, nothing = (money(cents, Currency.TRY) for cents in (2_400_000, paid, 0))
        return AccountLine(status, is_return=False, count=1, payable=payable, paid=came, returned=nothing)

    async with database.unit_of_work() as work:
        account = await work.invoices.account(books.user, Currency.TRY, JULY_1, AUGUST_1)
        assert await work.invoices.account(books.user, Currency.USD, JULY_1, AUGUST_1) == ()
        assert await work.invoices.account(books.user, Currency.TRY, AUGUST_2, AUGUST_2) == ()
    async with database.unit_of_work(as_user=books.other) as work:
        assert await work.invoices.account(books.user, Currency.TRY, JULY_1, AUGUST_1) == ()

    assert account == (
        lira(InvoiceStatus.ISSUED, 0),
        lira(InvoiceStatus.SENT, 0),
        lira(InvoiceStatus.PAID, 2_400_000),
        lira(InvoiceStatus.PARTIAL, 400_000),
        lira(InvoiceStatus.CANCELLED, 0),
    )
    assert [each.open.amount for each in account] == [24_000, 24_000, 0, 20_000, 0]


async def test_invoices_are_found_by_what_the_caller_attached(database: Database, books: Books) -> None:
    async with database.unit_of_work(as_user=books.user) as work:
        one = await work.invoices.page(InvoiceFilter(meta={"sepet": {"hal": "sent"}}))
        every = await work.invoices.count(InvoiceFilter(meta={"sepet": {"tur": 1}}))
        none = await work.invoices.exists(InvoiceFilter(meta={"sepet": {"tur": 2}}))

    assert (states(one.items), every, none) == (["07-01 sent"], 6, False)


async def test_lines_that_sold_a_product_newest_first(database: Database, books: Books) -> None:
    async with database.unit_of_work(as_user=books.user) as work:
        own = await to_the_end(lambda after: work.invoices.lines_of_product(books.product, after=after, limit=4))
        invoices = {invoice.id: invoice for invoice in (await work.invoices.page()).items}
    async with database.unit_of_work(as_user=books.other) as work:
        hidden = await work.invoices.lines_of_product(books.product)

    assert states(invoices[each.invoice_id] for each in own) == [
        "07-02 draft",
        "08-01 issued",
        "07-31 partial",
        "07-02 paid",
        "07-01 sent",
        "07-01 cancelled",
    ]
    assert hidden.items == ()

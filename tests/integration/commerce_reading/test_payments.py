"""Payments in lists for sweeps, reports and statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest_asyncio

from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.money import Currency, money
from platform_db.domain.payments import PaymentStatus
from platform_db.domain.payments.inputs import NewPayment
from platform_db.domain.payments.totals import PaymentTotals
from platform_db.domain.users import NewUser
from platform_db.repositories.filters import Period
from platform_db.repositories.payments import PaymentFilter, WaitingPayments
from tests.integration.stored import to_the_end
from tests.invoice_examples import DAY, SERIES, draft

if TYPE_CHECKING:
    from platform_db.domain.payments.payment import Payment
    from platform_db.repositories.work import Database

NOON = datetime(2025, 7, 2, 12, tzinfo=UTC)
DAY_OF_PAYMENT = Period(since=NOON, until=NOON + timedelta(days=1))


@dataclass(frozen=True)
class Books:
    """Two users with an invoice of 24.000,00 each.

    The first paid 10.000,00 at noon, is owed back 4.000,00 an hour later, disputes 1.000,00 of that noon,
    and left 500,00 pending; the second paid 2.000,00 at noon, and 3.000,00 a day later.
    """

    user: int
    other: int


@pytest_asyncio.fixture(loop_scope="session")
async def books(database: Database) -> Books:
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        users = [(await work.users.register(NewUser(email=f"{name}@firma.com.tr"))).id for name in ("bir", "iki")]
        first, second = [
            (await work.invoices.issue(await work.invoices.draft(draft(user)), SERIES)).id for user in users
        ]

    async def recorded(reference: str, invoice: int, amount: str) -> Payment:
        user = users[0] if invoice == first else users[1]
        new = NewPayment(
            user_id=user,
            amount=Decimal(amount),
            invoice_id=invoice,
            provider="iyzico",
            provider_ref=reference,
            meta={"kasa": {"no": 1, "ref": reference}},
        )
        async with database.unit_of_work() as work:
            return await work.payments.record(new)

    async with database.unit_of_work() as work:
        charge = await work.payments.complete(await recorded("r-1", first, "10000"), NOON)
        await work.payments.complete(
            await work.payments.refund(charge, "4000", "iade", "r-2"), NOON + timedelta(hours=1)
        )
    async with database.unit_of_work() as work:
        disputed = await work.payments.complete(await recorded("r-3", first, "1000"), NOON)
        await work.payments.dispute(disputed)
        await work.payments.complete(await recorded("r-4", second, "2000"), NOON)
        await work.payments.complete(await recorded("r-5", second, "3000"), NOON + timedelta(days=1))
    await recorded("r-6", first, "500")
    async with database.unit_of_work() as work:
        await work.payments.start_processing(await recorded("r-7", second, "600"))
    return Books(*users)


def references(payments: list[Payment] | tuple[Payment, ...]) -> list[str]:
    return [payment.provider_ref for payment in payments]


async def test_what_waits_comes_by_status_and_age(database: Database, books: Books) -> None:
    async with database.unit_of_work() as work:
        every = await to_the_end(lambda after: work.payments.waiting(after=after, limit=1))
        pending = await work.payments.waiting(WaitingPayments(status=PaymentStatus.PENDING))
        late = await work.payments.waiting(WaitingPayments(older_than=timedelta(hours=1)))
    async with database.unit_of_work(as_user=books.other) as work:
        own = await work.payments.waiting()

    assert references(every) == ["r-6", "r-7", "r-3"]
    assert references(pending.items) == ["r-6"]
    assert late.items == ()
    assert references(own.items) == ["r-7"]


async def test_money_that_moved_in_a_period_comes_in_its_order(database: Database, books: Books) -> None:
    async with database.unit_of_work() as work:
        moved = await to_the_end(lambda after: work.payments.moved(DAY_OF_PAYMENT, after=after, limit=1))
        hour = Period(since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=1, microseconds=1))
        in_the_hour = await work.payments.moved(hour)
    async with database.unit_of_work(as_user=books.other) as work:
        own = await work.payments.moved(DAY_OF_PAYMENT)

    assert references(moved) == ["r-1", "r-3", "r-4", "r-2"]
    assert references(in_the_hour.items) == ["r-2"]
    assert references(own.items) == ["r-4"]


async def test_totals_are_what_came_and_went_back(database: Database, books: Books) -> None:
    def lira(charged: int, refunded: int) -> PaymentTotals:
        return PaymentTotals(money(charged * 100, Currency.TRY), money(refunded * 100, Currency.TRY))

    async with database.unit_of_work() as work:
        first = await work.payments.totals(books.user, Currency.TRY, DAY_OF_PAYMENT)
        second = await work.payments.totals(books.other, Currency.TRY, DAY_OF_PAYMENT)
        in_euros = await work.payments.totals(books.user, Currency.EUR, DAY_OF_PAYMENT)
    async with database.unit_of_work(as_user=books.other) as work:
        hidden = await work.payments.totals(books.user, Currency.TRY, DAY_OF_PAYMENT)

    assert (first, first.net) == (lira(11_000, 4_000), money(700_000, Currency.TRY))
    assert second == lira(2_000, 0)
    assert in_euros == PaymentTotals(money(0, Currency.EUR), money(0, Currency.EUR))
    assert hidden == lira(0, 0)


async def test_payments_are_found_by_what_the_caller_attached(database: Database, books: Books) -> None:
    async with database.unit_of_work() as work:
        one = await work.payments.page(PaymentFilter(meta={"kasa": {"ref": "r-4"}}))
        every = await to_the_end(
            lambda after: work.payments.page(PaymentFilter(meta={"kasa": {"no": 1}}), after=after, limit=2)
        )
        none = await work.payments.page(PaymentFilter(meta={"kasa": {"no": 2}}))
    async with database.unit_of_work(as_user=books.user) as work:
        own = await work.payments.page(PaymentFilter(meta={"kasa": {"no": 1}}))

    assert references(one.items) == ["r-4"]
    assert references(every) == ["r-7", "r-6", "r-5", "r-4", "r-3", "r-1"]
    assert none.items == ()
    assert references(own.items) == ["r-6", "r-3", "r-1"]

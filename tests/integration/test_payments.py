"""Payments are recorded once, move as the provider reports, and carry their sums to the invoice."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.payments import Payment, PaymentKind, PaymentStatus
from platform_db.domain.payments.inputs import NewPayment, Settlement
from platform_db.domain.users import NewUser
from platform_db.errors import (
    AlreadyExists,
    IdempotencyMismatch,
    NotAllowed,
    NotFound,
    RuleViolation,
    StaleVersion,
    StillReferenced,
)
from platform_db.repositories.payments import PaymentFilter
from tests.invoice_examples import DAY, SERIES, draft

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Database, Work

AT = datetime(2025, 7, 2, 8, 30, tzinfo=UTC)
PAYABLE = Decimal("24000.00")


@dataclass(frozen=True)
class Sale:
    """An issued invoice of 24.000,00 and who owns it."""

    user: int
    invoice: Invoice

    def charge(self, **changes: Any) -> NewPayment:  # noqa: ANN401 - fields
        given: dict[str, Any] = {
            "user_id": self.user,
            "amount": PAYABLE,
            "invoice_id": self.invoice.id,
            "provider": "iyzico",
            "provider_ref": "r-1",
        }
        return NewPayment(**{**given, **changes})


@pytest_asyncio.fixture(loop_scope="session")
async def sale(database: Database) -> Sale:
    async with database.unit_of_work() as work:
        user = (await work.users.register(NewUser(email="muhasebe@ornek-imalat.com.tr"))).id
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        invoice = await work.invoices.issue(await work.invoices.draft(draft(user)), SERIES)
    return Sale(user, invoice)


async def paid(work: Work, sale: Sale, **changes: Any) -> Payment:  # noqa: ANN401 - fields
    return await work.payments.complete(await work.payments.record(sale.charge(**changes)), AT)


@asynccontextmanager
async def refusing(work: Work, rule: str) -> AsyncGenerator[None]:
    with pytest.raises(RuleViolation) as refusal:
        async with work.savepoint():
            yield
    assert refusal.value.rule == rule


# -- recording -------------------------------------------------------------------------


async def test_the_same_again_is_the_payment_recorded_first(database: Database, sale: Sale) -> None:
    async with database.unit_of_work(as_user=sale.user) as work:
        first = await work.payments.record(sale.charge())
    async with database.unit_of_work() as work:
        completed = await work.payments.complete(first, AT)
        again = await work.payments.record(sale.charge())

    assert (first.status, first.amount_cents, first.amount_try_cents) == (PaymentStatus.PENDING, 2400000, 2400000)
    assert again == completed
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("payments", first.id)).items
    assert [entry.event_type for entry in reversed(entries)] == ["payment.recorded", "payment.completed"]


async def test_sixteen_who_record_one_reference_make_one_row(database: Database, sale: Sale) -> None:
    async def record(work: Work) -> int:
        return (await work.payments.record(sale.charge())).id

    ids = await asyncio.gather(*(database.run(record, as_user=sale.user) for _ in range(16)))

    assert len(set(ids)) == 1
    async with database.unit_of_work() as work:
        assert [payment.id async for payment in work.payments.stream()] == [ids[0]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "23999.99"}, "amount_cents"),
        (
            {
                "currency": "EUR",
                "exchange_rate": Decimal("45.1"),
                "exchange_rate_date": DAY,
                "exchange_rate_source": "TCMB",
            },
            "currency",
        ),
        ({"invoice_id": 10**6}, "invoice_id"),
    ],
)
async def test_one_reference_for_something_else_is_a_conflict(
    database: Database, sale: Sale, change: dict[str, object], field: str
) -> None:
    async with database.unit_of_work() as work:
        await work.payments.record(sale.charge())

    with pytest.raises(IdempotencyMismatch) as refusal:
        async with database.unit_of_work() as work:
            await work.payments.record(sale.charge(**change))

    assert refusal.value.fields == (field,)


async def test_a_reference_of_another_user_is_a_conflict_that_tells_nothing(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        stranger = (await work.users.register(NewUser(email="depo@ornek-imalat.com.tr"))).id
        other = await work.invoices.draft(draft(stranger))
        await work.payments.record(sale.charge())

    with pytest.raises(IdempotencyMismatch) as refusal:
        async with database.unit_of_work(as_user=stranger) as work:
            await work.payments.record(sale.charge(user_id=stranger, invoice_id=other.id))

    assert refusal.value.fields == ("provider_ref",)


async def test_user_and_currency_are_those_of_what_is_paid(database: Database, sale: Sale) -> None:
    euro = {"currency": "EUR", "exchange_rate": Decimal(45), "exchange_rate_date": DAY, "exchange_rate_source": "TCMB"}

    for change in (euro, {"invoice_id": 10**6}):
        with pytest.raises(StillReferenced) as refusal:
            async with database.unit_of_work() as work:
                await work.payments.record(sale.charge(**change))
        assert refusal.value.constraint == "fk_payments_invoice_id_invoices"


async def test_the_providers_own_number_is_one_payment(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        await work.payments.record(sale.charge(provider_payment_id="p-1"))

    with pytest.raises(AlreadyExists) as refusal:
        async with database.unit_of_work() as work:
            await work.payments.record(sale.charge(provider_ref="r-2", provider_payment_id="p-1"))

    assert refusal.value.constraint == "uq_payments_provider_provider_payment_id"


async def test_a_user_records_for_nobody_else_and_settles_nothing(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        stranger = (await work.users.register(NewUser(email="depo@ornek-imalat.com.tr"))).id
    async with database.unit_of_work(as_user=sale.user) as work:
        pending = await work.payments.record(sale.charge())

    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=stranger) as work:
            await work.payments.record(sale.charge(provider_ref="r-2"))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=sale.user) as work:
            await work.payments.complete(pending, AT)
    async with database.unit_of_work(as_user=stranger) as work:
        with pytest.raises(NotFound):
            await work.payments.get(pending.id)
    async with database.unit_of_work() as work:
        assert await work.payments.get(pending.id) == pending


# -- moving ----------------------------------------------------------------------------


async def test_a_completed_charge_pays_the_invoice(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        pending = await work.payments.record(sale.charge(amount="10000.50"))
        processing = await work.payments.start_processing(pending)
        part = await work.payments.complete(
            processing, AT, Settlement(provider_payment_id="p-1", fee=Decimal("120.25"))
        )
        halfway = await work.invoices.get(sale.invoice.id)
        await paid(work, sale, amount="13999.50", provider_ref="r-2")
        whole = await work.invoices.get(sale.invoice.id)

    assert (part.status, part.paid_at, part.fee_cents, part.provider_payment_id) == (
        PaymentStatus.COMPLETED,
        AT,
        12025,
        "p-1",
    )
    assert (halfway.status, halfway.paid_cents, halfway.open_cents) == (InvoiceStatus.PARTIAL, 1000050, 1399950)
    assert (whole.status, whole.paid_cents, whole.paid_at, whole.open_cents) == (InvoiceStatus.PAID, 2400000, AT, 0)


async def test_no_more_than_the_payable_is_taken(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        await paid(work, sale)
        second = await work.payments.record(sale.charge(amount="0.01", provider_ref="r-2"))
        async with refusing(work, "ck_invoices_paid_within_payable"):
            await work.payments.complete(second, AT)

        assert (await work.payments.get(second.id)).status is PaymentStatus.PENDING
        assert (await work.invoices.get(sale.invoice.id)).paid_cents == 2400000


async def test_a_draft_takes_no_money(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        drafted = await work.invoices.draft(draft(sale.user))
        async with refusing(work, "ck_invoices_status_matches_payments"):
            await paid(work, sale, invoice_id=drafted.id)


async def test_what_failed_or_was_given_up_is_final(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        failed = await work.payments.fail(await work.payments.record(sale.charge()), "51", "Yetersiz bakiye")
        given_up = await work.payments.cancel(await work.payments.record(sale.charge(provider_ref="r-2")))

        for settled in (failed, given_up):
            async with refusing(work, "ck_payments_transition_allowed"):
                await work.payments.complete(settled, AT)

    assert (failed.status, failed.failure_code, failed.failure_reason) == (
        PaymentStatus.FAILED,
        "51",
        "Yetersiz bakiye",
    )
    assert given_up.status is PaymentStatus.CANCELLED


async def test_of_two_reports_the_second_reads_again(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        pending = await work.payments.record(sale.charge())
        await work.payments.start_processing(pending)

        with pytest.raises(StaleVersion):
            await work.payments.complete(pending, AT)


async def test_sixteen_parts_paid_at_once_add_up(database: Database, sale: Sale) -> None:
    async def pay(work: Work, place: int) -> None:
        await paid(work, sale, amount="1500", provider_ref=f"part-{place}")

    await asyncio.gather(*(database.run(lambda work, place=place: pay(work, place)) for place in range(16)))

    async with database.unit_of_work() as work:
        invoice = await work.invoices.get(sale.invoice.id)
    assert (invoice.status, invoice.paid_cents) == (InvoiceStatus.PAID, 2400000)


# -- refunds ---------------------------------------------------------------------------


async def test_a_refund_goes_back_in_parts_and_frees_the_invoice(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        charge = await paid(work, sale)
        first = await work.payments.refund(charge, "4000", "Eksik teslim", "i-1")
        await work.payments.complete(first, AT)
        partly = await work.payments.get(charge.id)
        second = await work.payments.refund(partly, Decimal(20000), "İptal", "i-2")
        await work.payments.complete(second, AT)
        whole, invoice = await work.payments.get(charge.id), await work.invoices.get(sale.invoice.id)
        cancelled = await work.invoices.cancel(invoice, "Müşteri vazgeçti")

    assert (first.kind, first.status, first.refunds_payment_id) == (
        PaymentKind.REFUND,
        PaymentStatus.PENDING,
        charge.id,
    )
    assert (partly.status, partly.refunded_cents) == (PaymentStatus.PARTIAL_REFUND, 400000)
    assert (whole.status, whole.refunded_cents) == (PaymentStatus.REFUNDED, 2400000)
    assert (invoice.status, invoice.paid_cents, invoice.refunded_cents) == (InvoiceStatus.REFUNDED, 2400000, 2400000)
    assert cancelled.status is InvoiceStatus.CANCELLED


async def test_the_same_refund_again_is_the_first_also_when_nothing_is_left(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        charge = await paid(work, sale)
        first = await work.payments.refund(charge, PAYABLE, "İptal", "i-1")
        completed = await work.payments.complete(first, AT)
        charge = await work.payments.get(charge.id)

        assert await work.payments.refund(charge, PAYABLE, "İptal", "i-1") == completed
        with pytest.raises(IdempotencyMismatch):
            await work.payments.refund(charge, "1", "İptal", "i-1")
        async with refusing(work, "ck_payments_refunds_within_charge"):
            await work.payments.refund(charge, "0.01", "İptal", "i-2")


async def test_open_refunds_cannot_add_up_to_more_than_the_charge(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        charge = await paid(work, sale)
        refunds = [await work.payments.refund(charge, "15000", "İptal", f"i-{place}") for place in range(2)]
        await work.payments.complete(refunds[0], AT)
        async with refusing(work, "ck_payments_refunds_within_charge"):
            await work.payments.complete(refunds[1], AT)

        assert (await work.payments.get(charge.id)).refunded_cents == 1500000


async def test_an_invoice_that_holds_money_is_not_cancelled(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        await paid(work, sale, amount="1")
        invoice = await work.invoices.get(sale.invoice.id)
        async with refusing(work, "ck_invoices_status_matches_payments"):
            await work.invoices.cancel(invoice, "Yanlış alıcı")


async def test_a_disputed_charge_counts_until_it_is_refunded(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        disputed = await work.payments.dispute(await paid(work, sale))
        held = await work.invoices.get(sale.invoice.id)
        await work.payments.complete(await work.payments.refund(disputed, PAYABLE, "İtiraz", "i-1"), AT)
        gone = await work.invoices.get(sale.invoice.id)

    assert (held.status, gone.status) == (InvoiceStatus.PAID, InvoiceStatus.REFUNDED)


# -- reading ---------------------------------------------------------------------------


async def test_payments_are_found_listed_and_streamed(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        charge = await paid(work, sale)
        refund = await work.payments.refund(charge, "1", "Eksik", "i-1")
        refunds = PaymentFilter(kind=PaymentKind.REFUND, refunds_payment_id=charge.id)
        of_invoice = PaymentFilter(invoice_id=sale.invoice.id, user_id=sale.user)
        first = await work.payments.page(of_invoice, limit=1)
        second = await work.payments.page(of_invoice, after=first.next_cursor, limit=1)

        assert await work.payments.by_reference("iyzico", "r-1") == charge
        with pytest.raises(NotFound):
            await work.payments.by_reference("iyzico", "r-9")
        assert (first.items, second.items, second.next_cursor) == ((refund,), (charge,), None)
        assert (await work.payments.page(refunds)).items == (refund,)
        open_ones = PaymentFilter(statuses=frozenset({PaymentStatus.PENDING}))
        assert [payment async for payment in work.payments.stream(open_ones)] == [refund]

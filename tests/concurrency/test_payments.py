"""Payments at once: one reference is one row, and no sum passes its bound."""

from __future__ import annotations

from asyncio import create_task
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, get_args

import pytest
import pytest_asyncio

from platform_db.database import Isolation, TransactionOptions
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.payments import Payment, PaymentStatus
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import IdempotencyMismatch, PlatformError, RuleViolation
from tests.concurrency.books import as_auditor, books_of
from tests.concurrency.crowd import ARRANGED_ENTRIES, SIZE, Crowd, issued, somebody_waits
from tests.invoice_examples import SERIES
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.repositories.work import Work

AT = datetime(2025, 7, 2, 8, 30, tzinfo=UTC)
PATIENCE = 100
"""Attempts of a unit of work among sixteen that want the same row."""

LOCK = "PERFORM FROM invoices WHERE id = NEW.invoice_id FOR NO KEY UPDATE;"
"""How ``apply_payment`` makes charges of one invoice wait for each other: what the last test removes."""

at_every_isolation = pytest.mark.parametrize("isolation", get_args(Isolation))


@pytest_asyncio.fixture(loop_scope="session")
async def invoice(crowd: Crowd) -> Invoice:
    """An issued invoice with 24.000,00 to pay."""
    async with crowd.database.unit_of_work() as work:
        made = await issued(work, crowd.users[0])
    assert made.payable_cents == 2400000
    return made


def charge(invoice: Invoice, amount: str = "24000", provider_ref: str = "r-1") -> NewPayment:
    return NewPayment(
        user_id=invoice.user_id,
        amount=Decimal(amount),
        invoice_id=invoice.id,
        provider="iyzico",
        provider_ref=provider_ref,
    )


async def charged(crowd: Crowd, invoice: Invoice, *amounts: str) -> list[Payment]:
    """Pending charges of these amounts."""
    async with crowd.database.unit_of_work() as work:
        return [
            await work.payments.record(charge(invoice, amount=amount, provider_ref=f"c-{place}"))
            for place, amount in enumerate(amounts)
        ]


def repeated(
    crowd: Crowd, isolation: Isolation, act: Callable[[Work, int], Coroutine[None, None, Payment]]
) -> Callable[[int], Coroutine[None, None, Payment]]:
    """Let each member act in a unit of work that is repeated while that can help."""
    options = TransactionOptions(isolation=isolation)

    async def member_acts(member: int) -> Payment:
        return await crowd.database.run(lambda work: act(work, member), options=options, attempts=PATIENCE)

    return member_acts


def refusals(outcomes: list[Payment | PlatformError]) -> list[str]:
    return [outcome.rule for outcome in outcomes if isinstance(outcome, RuleViolation)]


# -- one reference ---------------------------------------------------------------------


@at_every_isolation
async def test_of_sixteen_with_one_reference_the_first_is_the_payment(
    crowd: Crowd, invoice: Invoice, isolation: Isolation
) -> None:
    # given sixteen who record one reference, half of them for another amount
    async def record(work: Work, member: int) -> Payment:
        return await work.payments.record(charge(invoice, amount="24000" if member % 2 else "23999.99"))

    # when they do it at once
    outcomes = await crowd.at_once(repeated(crowd, isolation, record))

    # then there is one row; who named its amount got it, who named the other amount was refused
    async with crowd.database.unit_of_work() as work:
        first = await work.payments.by_reference("iyzico", "r-1")
    wins = 1 if first.amount_cents == 2400000 else 0
    assert [it for member, it in enumerate(outcomes) if member % 2 == wins] == [first] * 8
    others = [it for member, it in enumerate(outcomes) if member % 2 != wins]
    assert [(type(it), it.fields) for it in others if isinstance(it, IdempotencyMismatch)] == [
        (IdempotencyMismatch, ("amount_cents",))
    ] * 8
    # and the log has one entry of it
    books = await books_of(crowd.url, SERIES)
    assert (books.payments, books.verification.rows) == (1, ARRANGED_ENTRIES + 2 + 1)
    assert books.verification.verified


async def test_sixteen_references_are_sixteen_payments(crowd: Crowd, invoice: Invoice) -> None:
    async def record(member: int) -> Payment:
        async with crowd.database.unit_of_work(as_user=invoice.user_id) as work:
            return await work.payments.record(charge(invoice, provider_ref=f"r-{member}"))

    outcomes = await crowd.at_once(record)

    assert len({it.id for it in outcomes if isinstance(it, Payment)}) == SIZE


# -- sums ------------------------------------------------------------------------------


@at_every_isolation
async def test_charges_that_complete_at_once_stay_within_the_payable(
    crowd: Crowd, invoice: Invoice, isolation: Isolation
) -> None:
    # given sixteen pending charges of 5.000,00 for 24.000,00
    pending = await charged(crowd, invoice, *["5000"] * SIZE)

    # when they complete at once
    async def complete(work: Work, member: int) -> Payment:
        return await work.payments.complete(pending[member], AT)

    outcomes = await crowd.at_once(repeated(crowd, isolation, complete))

    # then four come, and the others are refused and still pending
    assert refusals(outcomes) == ["ck_invoices_paid_within_payable"] * 12
    assert await _states(crowd, "charge") == {PaymentStatus.COMPLETED: 4, PaymentStatus.PENDING: 12}
    after = await _read(crowd, invoice)
    assert (after.status, after.paid_cents, after.refunded_cents) == (InvoiceStatus.PARTIAL, 2000000, 0)
    books = await books_of(crowd.url, SERIES)
    assert (books.unbalanced, books.verification.verified) == (None, True)


@at_every_isolation
async def test_refunds_that_complete_at_once_stay_within_their_charge(
    crowd: Crowd, invoice: Invoice, isolation: Isolation
) -> None:
    # given a charge of 20.000,00 and sixteen pending refunds of 3.000,00
    (pending,) = await charged(crowd, invoice, "20000")
    async with crowd.database.unit_of_work() as work:
        paid = await work.payments.complete(pending, AT)
        refunds = [await work.payments.refund(paid, "3000", "İptal", f"i-{place}") for place in range(SIZE)]

    # when they complete at once
    async def complete(work: Work, member: int) -> Payment:
        return await work.payments.complete(refunds[member], AT)

    outcomes = await crowd.at_once(repeated(crowd, isolation, complete))

    # then six went back, and the charge and the invoice tell so
    assert refusals(outcomes) == ["ck_payments_refunds_within_charge"] * 10
    assert await _states(crowd, "refund") == {PaymentStatus.COMPLETED: 6, PaymentStatus.PENDING: 10}
    async with crowd.database.unit_of_work() as work:
        left = await work.payments.get(paid.id)
    assert (left.status, left.refunded_cents) == (PaymentStatus.PARTIAL_REFUND, 1800000)
    after = await _read(crowd, invoice)
    assert (after.status, after.paid_cents, after.refunded_cents) == (InvoiceStatus.PARTIAL, 2000000, 1800000)
    assert (await books_of(crowd.url, SERIES)).unbalanced is None


async def test_refunds_recorded_at_once_for_more_than_is_left_are_refused(crowd: Crowd, invoice: Invoice) -> None:
    # given a charge of 20.000,00 of which 18.000,00 went back, and callers who read it before that
    (pending,) = await charged(crowd, invoice, "20000")
    async with crowd.database.unit_of_work() as work:
        paid = await work.payments.complete(pending, AT)
        await work.payments.complete(await work.payments.refund(paid, "18000", "İptal", "i-0"), AT)

    # when sixteen want 3.000,00 back
    async def refund(member: int) -> Payment:
        async with crowd.database.unit_of_work() as work:
            return await work.payments.refund(paid, "3000", "İptal", f"j-{member}")

    outcomes = await crowd.at_once(refund)

    # then nobody gets it
    assert refusals(outcomes) == ["ck_payments_refunds_within_charge"] * SIZE
    assert await _states(crowd, "refund") == {PaymentStatus.COMPLETED: 1}


async def test_charges_and_refunds_of_one_invoice_do_not_lock_each_other_out(crowd: Crowd, invoice: Invoice) -> None:
    # given 16.000,00 paid, eight charges of 1.000,00 and eight refunds of 1.000,00 of the first
    first, *charges = await charged(crowd, invoice, "16000", *["1000"] * 8)
    async with crowd.database.unit_of_work() as work:
        paid = await work.payments.complete(first, AT)
        refunds = [await work.payments.refund(paid, Decimal(1000), "Eksik teslim", f"i-{place}") for place in range(8)]

    # when all complete at once, each tried once
    async def complete(member: int) -> Payment:
        async with crowd.database.unit_of_work() as work:
            return await work.payments.complete([*charges, *refunds][member], AT)

    outcomes = await crowd.at_once(complete)

    # then all of them do
    assert [it.status for it in outcomes if isinstance(it, Payment)] == [PaymentStatus.COMPLETED] * SIZE
    after = await _read(crowd, invoice)
    assert (after.status, after.paid_cents, after.refunded_cents) == (InvoiceStatus.PARTIAL, 2400000, 800000)
    assert (await books_of(crowd.url, SERIES)).unbalanced is None


async def test_one_charge_reported_by_sixteen_counts_once(crowd: Crowd, invoice: Invoice) -> None:
    (pending,) = await charged(crowd, invoice, "24000")

    async def complete(member: int) -> Payment:
        del member
        async with crowd.database.unit_of_work() as work:
            return await work.payments.complete(pending, AT)

    outcomes = await crowd.at_once(complete)

    assert sorted(type(it).__name__ for it in outcomes) == ["Payment", *["StaleVersion"] * 15]
    assert (await _read(crowd, invoice)).paid_cents == 2400000


# -- without the guard -----------------------------------------------------------------


async def test_without_the_lock_on_the_invoice_these_sums_would_be_wrong(crowd: Crowd, invoice: Invoice) -> None:
    # given a database whose trigger does not lock the invoice before it sums
    await _without_lock(crowd)
    one, two = await charged(crowd, invoice, "14000", "14000")

    # when two charges of 14.000,00 complete for 24.000,00, the second before the first has committed
    async with crowd.database.unit_of_work() as work:
        await work.payments.complete(one, AT)
        second = create_task(crowd.database.run(lambda other: other.payments.complete(two, AT)))
        await somebody_waits(crowd.url)
    await second

    # then too much was taken, and the books show it
    assert (await books_of(crowd.url, SERIES)).unbalanced == [invoice.id]


async def _without_lock(crowd: Crowd) -> None:
    connection = await connect(crowd.url)
    try:
        source: str = await connection.fetchval("SELECT pg_get_functiondef('apply_payment'::regproc)")
        assert source.count(LOCK) == 1
        await connection.execute("SET ROLE platform_owner")
        await connection.execute(source.replace(LOCK, "PERFORM FROM invoices WHERE id = NEW.invoice_id;"))
    finally:
        await connection.close()


async def _read(crowd: Crowd, invoice: Invoice) -> Invoice:
    async with crowd.database.unit_of_work() as work:
        return await work.invoices.get(invoice.id)


async def _states(crowd: Crowd, kind: str) -> dict[str, int]:
    """How many payments of a kind are in which state."""
    async with as_auditor(crowd.url) as connection:
        rows = await connection.fetch(
            "SELECT status::text, count(*) FROM payments WHERE kind::text = $1 GROUP BY status", kind
        )
    return {row[0]: row[1] for row in rows}

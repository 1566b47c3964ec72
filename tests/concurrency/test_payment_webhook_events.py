"""Provider events at once: of many deliveries one is applied, and no order of arrival makes the sums wrong."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any, cast

import pytest
import pytest_asyncio

from platform_db.domain.payments import PaymentStatus
from platform_db.domain.payments.webhook_events import PaymentWebhookEvent, ReceiptOutcome, WebhookEventStatus
from platform_db.errors import IdempotencyMismatch
from tests.concurrency.books import as_auditor, books_of
from tests.concurrency.crowd import SIZE, Crowd, somebody_waits
from tests.integration.payments.provider import FAILED, REFUND, body, read
from tests.integration.payments.scene import AT, PROVIDER, Shop, opened_for, paid
from tests.invoice_examples import SERIES
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.domain.payments.reports import ProviderReport
    from platform_db.domain.payments.webhook_events import DeliveredEvent, Receipt
    from platform_db.repositories.work import Work

S = WebhookEventStatus
PATIENCE = 100
_CHARGE = "SELECT status::text, refunded_cents FROM payments WHERE provider_ref = 'r-1'"


@pytest_asyncio.fixture(loop_scope="session")
async def worker(crowd: Crowd) -> AsyncGenerator[Raw]:
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def shop(crowd: Crowd, worker: Raw) -> Shop:
    return await opened_for(crowd.users[0], crowd.database, worker)


async def deliver(crowd: Crowd, event: DeliveredEvent) -> PaymentWebhookEvent:
    """As a service does: receive in one unit, apply in the next."""

    async def receive(work: Work) -> Receipt:
        return await work.payment_webhook_events.receive(event)

    async def apply(work: Work) -> PaymentWebhookEvent:
        report = cast("ProviderReport", read(receipt.event))
        return await work.payment_webhook_events.apply(receipt.event, report)

    receipt = await crowd.database.run(receive, attempts=PATIENCE)
    return await crowd.database.run(apply, attempts=PATIENCE)


async def charge_of(crowd: Crowd) -> tuple[str, int]:
    async with as_auditor(crowd.url) as connection:
        row = await connection.fetchrow(_CHARGE)
        return row[0], row[1]


async def counted(crowd: Crowd, query: str) -> Any:  # noqa: ANN401 - the query's
    async with as_auditor(crowd.url) as connection:
        return await connection.fetchval(query)


async def test_of_sixteen_deliveries_one_is_the_first(crowd: Crowd, shop: Shop) -> None:
    del shop

    async def receive(member: int) -> Receipt:
        async with crowd.database.unit_of_work() as work:
            return await work.payment_webhook_events.receive(body("paid", channel="web" if member % 2 else "app"))

    outcomes = await crowd.at_once(receive)

    # then one stored it, seven came after, and the eight with the other body were refused
    stored = [it for it in outcomes if not isinstance(it, Exception)]
    assert sorted(it.outcome for it in stored) == [ReceiptOutcome.RECEIVED, *[ReceiptOutcome.SEEN_BEFORE] * 7]
    assert {it.event.id for it in stored} == {stored[0].event.id}
    refused = [it for it in outcomes if isinstance(it, IdempotencyMismatch)]
    assert [it.fields for it in refused] == [("payload_hash",)] * 8
    assert await counted(crowd, "SELECT count(*) FROM payment_webhook_events") == 1


async def test_sixteen_deliveries_of_one_event_are_applied_once(crowd: Crowd, shop: Shop) -> None:
    async with crowd.database.unit_of_work() as work:
        await work.payments.record(shop.charge())

    # when sixteen receive and apply it at once
    outcomes = await crowd.at_once(lambda _: deliver(crowd, body("paid")))

    # then all see it applied, and it was tried once
    settled = [it for it in outcomes if isinstance(it, PaymentWebhookEvent)]
    assert [(it.status, it.attempts) for it in settled] == [(S.PROCESSED, 1)] * SIZE
    assert await charge_of(crowd) == ("completed", 0)
    assert (
        await counted(crowd, "SELECT count(*) FROM audit_logs WHERE event_type = 'payment.completed'"),
        await counted(crowd, "SELECT paid_cents FROM invoices"),
    ) == (1, 2_400_000)
    assert (await books_of(crowd.url, SERIES)).verification.verified


async def test_sixteen_events_of_one_payment_wait_for_each_other(crowd: Crowd, shop: Shop) -> None:
    # given sixteen events that each tell the same of one payment
    async with crowd.database.unit_of_work() as work:
        await work.payments.record(shop.charge())

    # when they are applied at once
    outcomes = await crowd.at_once(lambda member: deliver(crowd, body("paid", f"e-{member}")))

    # then one is applied, and the others say that it was told; none has to be tried again
    settled = [it for it in outcomes if isinstance(it, PaymentWebhookEvent)]
    assert sorted((it.status, it.last_error) for it in settled) == [
        *[(S.IGNORED, "told before: the payment is completed")] * 15,
        (S.PROCESSED, None),
    ]
    assert await counted(crowd, "SELECT paid_cents FROM invoices") == 2_400_000


async def test_sixteen_refund_events_of_one_charge_stay_within_it(crowd: Crowd, shop: Shop) -> None:
    # given a charge of 24.000,00
    async with crowd.database.unit_of_work() as work:
        await paid(work, shop.charge())

    # when sixteen refunds of 4.000,00 are told at once, half of them recorded by us before
    async with crowd.database.unit_of_work() as work:
        charge = await work.payments.by_reference(PROVIDER, "r-1")
        for member in range(0, SIZE, 2):
            await work.payments.refund(charge, "4000", "Eksik teslim", f"i-{member}")
    outcomes = await crowd.at_once(
        lambda member: deliver(crowd, body("refunded", f"e-{member}", **{**REFUND, "refund": f"i-{member}"}))
    )

    # then six went back, and the other events say why not
    settled = [it for it in outcomes if isinstance(it, PaymentWebhookEvent)]
    assert sorted(it.status for it in settled) == [*[S.FAILED] * 10, *[S.PROCESSED] * 6]
    reasons = {str(it.last_error)[:50] for it in settled if it.status is S.FAILED}
    assert reasons == {"RuleViolation: ck_payments_refunds_within_charge ("}
    assert await charge_of(crowd) == ("refunded", 2_400_000)
    assert await counted(crowd, "SELECT refunded_cents FROM invoices") == 2_400_000
    books = await books_of(crowd.url, SERIES)
    assert (books.unbalanced, books.verification.verified) == (None, True)


async def test_a_refund_told_while_it_is_recorded_was_told_before(crowd: Crowd, shop: Shop) -> None:
    # given a refund that is recorded and completed at this moment
    async with crowd.database.unit_of_work() as work:
        charge = await paid(work, shop.charge())
    async with crowd.database.unit_of_work() as work:
        await work.payments.complete(await work.payments.refund(charge, "4000", "Eksik teslim", "i-1"), AT)
        # when sixteen events tell of it
        telling = asyncio.create_task(
            crowd.at_once(lambda member: deliver(crowd, body("refunded", f"e-{member}", **REFUND)))
        )
        await somebody_waits(crowd.url)
    # then it went back once, and no event fails
    settled = [it for it in await telling if isinstance(it, PaymentWebhookEvent)]
    assert [(it.status, it.last_error) for it in settled] == [
        (S.IGNORED, "told before: the payment is completed")
    ] * SIZE
    assert await charge_of(crowd) == ("partial_refund", 400_000)


@pytest.mark.parametrize("seed", range(3))
async def test_events_in_any_order_end_in_the_same_state(crowd: Crowd, shop: Shop, seed: int) -> None:
    # given a pending charge, and what is told of it sixteen times over: paid, failed, refunded in part
    async with crowd.database.unit_of_work() as work:
        await work.payments.record(shop.charge())
    events = [body("paid"), body("refunded", **REFUND)] * 6 + [body("refunded", "e-again", **REFUND)] * 4
    random.Random(seed).shuffle(events)  # noqa: S311 - an order, not a secret

    # when they come at once, and what came too early is tried again; then a failure is told
    await crowd.at_once(lambda member: deliver(crowd, events[member]))
    again = [
        await deliver(crowd, event) for event in (body("refunded", **REFUND), body("refunded", "e-again", **REFUND))
    ]
    late = await deliver(crowd, body("failed", **FAILED))

    # then the charge was paid once and refunded once, and every event says what became of it
    assert sorted(it.status for it in again) == [S.IGNORED, S.PROCESSED]
    assert (late.status, late.last_error) == (
        S.IGNORED,
        "told after the money moved: the payment stays partial_refund",
    )
    assert await charge_of(crowd) == (PaymentStatus.PARTIAL_REFUND, 400_000)
    assert await counted(crowd, "SELECT array_agg(ROW(paid_cents, refunded_cents)::text) FROM invoices") == [
        "(2400000,400000)"
    ]
    assert await counted(crowd, "SELECT count(*) FROM payment_webhook_events WHERE status = 'failed'") == 0


async def test_sixteen_workers_settle_each_event_once(crowd: Crowd, shop: Shop) -> None:
    # given forty charges of 600,00 and an event for each
    async with crowd.database.unit_of_work() as work:
        for number in range(40):
            await work.payments.record(shop.charge("600", f"r-{number}"))
            await work.payment_webhook_events.receive(body("paid", f"e-{number}", ref=f"r-{number}", amount="600"))

    # when sixteen workers settle what is due until nothing is
    async def work_off(_: int) -> int:
        settled = 0
        while batch := await crowd.database.run(
            lambda work: work.payment_webhook_events.process_due(read, 3), attempts=PATIENCE
        ):
            settled += len(batch)
        return settled

    shares = await crowd.at_once(work_off)

    # then each was settled once, and the invoice is paid to the last kuruş
    assert sum(it for it in shares if isinstance(it, int)) == 40
    assert await counted(
        crowd, "SELECT array_agg(DISTINCT ROW(status, attempts)::text) FROM payment_webhook_events"
    ) == ["(processed,1)"]
    assert await counted(crowd, "SELECT paid_cents FROM invoices") == 2_400_000
    assert (await books_of(crowd.url, SERIES)).unbalanced is None

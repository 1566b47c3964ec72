"""Provider events: received once, applied once, in whatever order they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.payments import PaymentStatus
from platform_db.domain.payments.webhook_events import ReceiptOutcome
from platform_db.errors import IdempotencyMismatch, NotAllowed, RuleViolation, StaleVersion
from platform_db.repositories.audit_logs import AuditFilter
from tests.integration.payments.provider import AMOUNT, FAILED, REFUND, S, body, ends, read, status_of, told
from tests.integration.payments.scene import AT, PROVIDER, TARGETS, Shop, Target, paid, sums

if TYPE_CHECKING:
    from platform_db.domain.payments.reports import ProviderReport
    from platform_db.repositories.work import Database
    from tests.raw import Raw

# -- receiving -------------------------------------------------------------------------


async def test_an_event_is_received_once(database: Database) -> None:
    async with database.unit_of_work() as work:
        first = await work.payment_webhook_events.receive(body("paid"))
    async with database.unit_of_work() as work:
        again = await work.payment_webhook_events.receive(body("paid"))

    assert (first.outcome, again.outcome) == (ReceiptOutcome.RECEIVED, ReceiptOutcome.SEEN_BEFORE)
    assert again.event == first.event
    assert (first.event.status, first.event.attempts, first.event.payload_hash) == (
        S.RECEIVED,
        0,
        body("paid").payload_hash,
    )


async def test_another_body_under_the_same_id_is_refused(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.payment_webhook_events.receive(body("paid"))
        with pytest.raises(IdempotencyMismatch) as refused:
            await work.payment_webhook_events.receive(body("paid", amount="1.00"))

    assert refused.value.fields == ("payload_hash",)
    assert await worker.fetchval("SELECT payload->>'amount' FROM payment_webhook_events") == AMOUNT


async def test_one_id_of_two_providers_is_two_events(database: Database, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.payment_webhook_events.receive(body("paid"))
        other = await work.payment_webhook_events.receive(body("paid").model_copy(update={"provider": "paytr"}))

    assert other.outcome is ReceiptOutcome.RECEIVED
    assert await worker.fetchval("SELECT count(*) FROM payment_webhook_events") == 2


async def test_a_user_receives_no_event(database: Database, worker: Raw, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=shop.user) as work:
            await work.payment_webhook_events.receive(body("paid"))

    assert await worker.fetchval("SELECT count(*) FROM payment_webhook_events") == 0


# -- applying --------------------------------------------------------------------------


@pytest.mark.parametrize("target", TARGETS)
async def test_a_paid_event_completes_the_payment_and_pays_its_target(
    database: Database, worker: Raw, shop: Shop, target: Target
) -> None:
    async with database.unit_of_work() as work:
        payment = await work.payments.record(shop.charge(target=target))
        (event,) = await told(work, body("paid", number="p-9"))
        settled = await work.payments.get(payment.id)

    assert (event.status, event.payment_id, event.attempts, event.last_error) == (S.PROCESSED, payment.id, 1, None)
    assert event.processed_at is not None
    assert (settled.status, settled.paid_at, settled.provider_payment_id) == (PaymentStatus.COMPLETED, AT, "p-9")
    assert await sums(worker, shop, target) == (2_400_000, 0)
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("payments", payment.id)).items
    assert [entry.event_type for entry in reversed(entries)] == ["payment.recorded", "payment.completed"]


async def test_an_event_that_is_applied_again_changes_nothing(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge())
        (first,) = await told(work, body("paid"))
        again = await work.payment_webhook_events.apply(first, cast("ProviderReport", read(first)))

    assert again == first


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"amount": "23999.99"}, "report_matches_amount"),
        ({"amount": "24000.01"}, "report_matches_amount"),
        ({"currency": "USD"}, "report_matches_currency"),
    ],
)
async def test_an_event_of_another_amount_or_currency_moves_nothing(
    database: Database, worker: Raw, shop: Shop, changes: dict[str, str], rule: str
) -> None:
    async with database.unit_of_work() as work:
        payment = await work.payments.record(shop.charge())
        (event,) = await told(work, body("paid", **changes))

        assert await work.payments.get(payment.id) == payment
    assert (event.status, event.attempts, event.payment_id) == (S.FAILED, 1, None)
    assert str(event.last_error).startswith(f"RuleViolation: {rule} (")
    assert await sums(worker, shop, "invoice_id") == (0, 0)


async def test_a_failed_event_fails_the_payment(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        payment = await work.payments.record(shop.charge())
        (event,) = await told(work, body("failed", **FAILED))
        failed = await work.payments.get(payment.id)

    assert (event.status, event.payment_id) == (S.PROCESSED, payment.id)
    assert (failed.status, failed.failure_code, failed.failure_reason) == (
        PaymentStatus.FAILED,
        "51",
        "Yetersiz bakiye",
    )


async def test_a_refund_that_the_provider_made_is_recorded(database: Database, worker: Raw, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        charge = await paid(work, shop.charge())
        (event,) = await told(work, body("refunded", **REFUND))
        refund = await work.payments.by_reference(PROVIDER, "i-1")

    assert (event.status, event.payment_id) == (S.PROCESSED, refund.id)
    assert (refund.status, refund.refunds_payment_id, refund.amount_cents, refund.refund_reason) == (
        PaymentStatus.COMPLETED,
        charge.id,
        400_000,
        "Eksik teslim",
    )
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 400_000)


async def test_a_refund_that_was_recorded_is_completed(database: Database, worker: Raw, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        charge = await paid(work, shop.charge())
        pending = await work.payments.refund(charge, "4000", "Hasarlı", "i-1")
        (event, again) = await told(work, body("refunded", **REFUND), body("refunded", "e-2", **REFUND))
        refund = await work.payments.get(pending.id)

    assert (event.status, event.payment_id, refund.status) == (S.PROCESSED, refund.id, PaymentStatus.COMPLETED)
    assert ends([again]) == [(S.IGNORED, "told before: the payment is completed")]
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 400_000)


async def test_a_refund_above_what_is_left_leaves_no_trace(database: Database, worker: Raw, shop: Shop) -> None:
    # given a charge of which 21.000,00 went back
    async with database.unit_of_work() as work:
        charge = await paid(work, shop.charge())
        await work.payments.complete(await work.payments.refund(charge, "21000", "İptal", "i-0"), AT)
    before = await worker.fetchval("SELECT count(*) FROM payments")

    # when a refund of 4.000,00 is told
    async with database.unit_of_work() as work:
        (event,) = await told(work, body("refunded", **REFUND))

    # then nothing of it is stored, nor told by the audit log
    assert str(event.last_error).startswith("RuleViolation: ck_payments_refunds_within_charge (")
    assert await worker.fetchval("SELECT count(*) FROM payments") == before
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 2_100_000)
    async with database.unit_of_work() as work:
        entries = (await work.audit.page(AuditFilter(event_type="payment.recorded"))).items
    assert len(entries) == before


async def test_a_step_that_fails_halfway_is_undone_with_its_entry(database: Database, worker: Raw, shop: Shop) -> None:
    # given an event that records a refund, and then cannot complete it: its fee exceeds its amount
    async with database.unit_of_work() as work:
        await paid(work, shop.charge())

    # when it is applied
    async with database.unit_of_work() as work:
        (event,) = await told(work, body("refunded", **REFUND, fee="4000.01"))

    # then neither the refund nor the entry of its recording is there
    assert str(event.last_error).startswith("RuleViolation: ck_payments_fee_within_amount (")
    assert await worker.fetchval("SELECT count(*) FROM payments") == 1
    async with database.unit_of_work() as work:
        entries = (await work.audit.page(AuditFilter(event_type="payment.recorded"))).items
    assert len(entries) == 1


async def test_a_number_of_another_payment_moves_nothing(database: Database, worker: Raw, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        await paid(work, shop.charge("1", "r-0", provider_payment_id="p-9"))
        payment = await work.payments.record(shop.charge("1", "r-1"))
        (event,) = await told(work, body("paid", amount="1", number="p-9"))
        assert await work.payments.get(payment.id) == payment

    assert str(event.last_error).startswith("RuleViolation: report_names_one_payment (")
    assert await sums(worker, shop, "invoice_id") == (100, 0)


async def test_a_disputed_event_disputes_the_charge(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        await paid(work, shop.charge())
        events = await told(work, body("disputed"), body("disputed", "e-2"))
        status = await status_of(work)

    assert status is PaymentStatus.DISPUTED
    assert ends(events) == [
        (S.PROCESSED, None),
        (S.IGNORED, "nothing left to dispute: the payment is disputed"),
    ]


# -- out of order ----------------------------------------------------------------------


async def test_a_failure_told_after_the_money_came_is_ignored(database: Database, worker: Raw, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        payment = await work.payments.record(shop.charge())
        paid_first, late = await told(work, body("paid"), body("failed", **FAILED))
        status = await status_of(work)

    assert paid_first.status is S.PROCESSED
    assert ends([late]) == [(S.IGNORED, "told after the money moved: the payment stays completed")]
    assert (late.payment_id, status) == (payment.id, PaymentStatus.COMPLETED)
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 0)


async def test_a_refund_told_before_the_payment_waits_for_it(database: Database, worker: Raw, shop: Shop) -> None:
    # given a refund that is told while the charge is still pending
    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge())
        (early,) = await told(work, body("refunded", **REFUND))
        assert early.status is S.FAILED
        assert str(early.last_error).startswith("RuleViolation: ck_payments_refund_matches_charge (")

    # when the charge is paid, and the refund is tried again
    async with database.unit_of_work() as work:
        await told(work, body("paid"))
        report = cast("ProviderReport", read(early))
        applied = await work.payment_webhook_events.apply(early, report)

    # then both are as if they had come in order
    assert (applied.status, applied.attempts) == (S.PROCESSED, 2)
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 400_000)


async def test_an_event_before_its_payment_waits_for_it(database: Database, worker: Raw, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        (early,) = await told(work, body("paid"))
    assert ends([early]) == [(S.FAILED, "NotFound: no such payment, or none that this identity may see")]

    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge())
        applied = await work.payment_webhook_events.apply(early, cast("ProviderReport", read(early)))

    assert applied.status is S.PROCESSED
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 0)


async def test_money_for_what_was_given_up_waits_for_a_person(database: Database, worker: Raw, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        await work.payments.cancel(await work.payments.record(shop.charge()))
        (event,) = await told(work, body("paid"))
        status = await status_of(work)

    assert status is PaymentStatus.CANCELLED
    assert event.status is S.FAILED
    assert str(event.last_error).startswith("RuleViolation: ck_payments_transition_allowed (")
    assert await sums(worker, shop, "invoice_id") == (0, 0)

    # when a person has looked
    async with database.unit_of_work() as work:
        closed = await work.payment_webhook_events.ignore(event, "paid back by hand")
    # then it is closed, with the reason, and on the record
    assert ends([closed]) == [(S.IGNORED, "paid back by hand")]
    async with database.unit_of_work() as work:
        (entry,) = (await work.audit.history("payment_webhook_events", event.id)).items
        with pytest.raises(RuleViolation) as refused:
            await work.payment_webhook_events.ignore(closed, "again")
        with pytest.raises(StaleVersion):
            await work.payment_webhook_events.ignore(event, "again")
    assert (entry.action, entry.event_type, entry.payload) == (
        AuditAction.UPDATE,
        "webhook.ignored",
        {"before": {"status": "failed"}, "after": {"status": "ignored"}},
    )
    assert refused.value.rule == "ck_payment_webhook_events_transition_allowed"

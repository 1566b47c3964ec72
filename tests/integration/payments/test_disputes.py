"""A dispute ends: won, and the charge is as it was; lost, and what is left of it goes back."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.payments import Payment, PaymentKind, PaymentStatus
from platform_db.errors import IdempotencyMismatch, RuleViolation, StaleVersion
from tests.concurrency.crowd import somebody_waits
from tests.integration.payments.scene import AT, TARGETS, Shop, Target, paid, sums

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

of_either = pytest.mark.parametrize("target", TARGETS)


async def refunded_in_part(work: Work, shop: Shop, target: Target) -> Payment:
    """A charge of 24.000,00 of which 4.000,00 went back."""
    charge = await paid(work, shop.charge(target=target))
    await work.payments.complete(await work.payments.refund(charge, "4000", "Eksik teslim", "i-1"), AT)
    return await work.payments.get(charge.id)


@of_either
async def test_a_dispute_that_is_won_leaves_the_charge_as_it_was(
    database: Database, worker: Raw, shop: Shop, target: Target
) -> None:
    async with database.unit_of_work() as work:
        whole = await work.payments.win_dispute(
            await work.payments.dispute(await paid(work, shop.charge("1000", "r-0", target)))
        )

    assert (whole.status, whole.refunded_cents) == (PaymentStatus.COMPLETED, 0)
    assert await sums(worker, shop, target) == (100_000, 0)
    async with database.unit_of_work() as work:
        latest = (await work.audit.history("payments", whole.id)).items[0]
    assert (latest.action, latest.event_type, latest.payload) == (
        AuditAction.UPDATE,
        "payment.dispute_won",
        {"before": {"status": "disputed"}, "after": {"status": "completed"}},
    )


async def test_a_dispute_of_a_charge_refunded_in_part_ends_where_it_began(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        part = await refunded_in_part(work, shop, "invoice_id")
        won = await work.payments.win_dispute(await work.payments.dispute(part))

    assert (part.status, won.status, won.refunded_cents) == (
        PaymentStatus.PARTIAL_REFUND,
        PaymentStatus.PARTIAL_REFUND,
        400_000,
    )


@of_either
async def test_a_dispute_that_is_lost_sends_back_what_is_left(
    database: Database, worker: Raw, shop: Shop, target: Target
) -> None:
    async with database.unit_of_work() as work:
        disputed = await work.payments.dispute(await refunded_in_part(work, shop, target))
        refund = await work.payments.lose_dispute(disputed, AT, "Ters ibraz", "cb-1")
        charge = await work.payments.get(disputed.id)

    assert (refund.kind, refund.status, refund.amount_cents, refund.refund_reason, refund.paid_at) == (
        PaymentKind.REFUND,
        PaymentStatus.COMPLETED,
        2_000_000,
        "Ters ibraz",
        AT,
    )
    assert (charge.status, charge.refunded_cents) == (PaymentStatus.REFUNDED, 2_400_000)
    assert await sums(worker, shop, target) == (2_400_000, 2_400_000)
    async with database.unit_of_work() as work:
        told = (await work.audit.history("payments", refund.id)).items
    assert [entry.event_type for entry in reversed(told)] == ["payment.recorded", "payment.completed"]


async def test_a_loss_told_twice_is_one_refund(database: Database, worker: Raw, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        disputed = await work.payments.dispute(await paid(work, shop.charge()))
        first = await work.payments.lose_dispute(disputed, AT, "Ters ibraz", "cb-1")
        again = await work.payments.lose_dispute(disputed, AT, "Ters ibraz", "cb-1")

    assert again == first
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 2_400_000)


async def test_a_loss_told_twice_is_one_refund_whoever_read_the_charge_anew(
    database: Database, worker: Raw, shop: Shop
) -> None:
    # given a dispute of what is left of a charge, lost
    async with database.unit_of_work() as work:
        disputed = await work.payments.dispute(await refunded_in_part(work, shop, "invoice_id"))
        first = await work.payments.lose_dispute(disputed, AT, "Ters ibraz", "cb-1")
    # when it is told again to somebody who reads the charge as it is now
    async with database.unit_of_work() as work:
        charge = await work.payments.get(disputed.id)
        again = await work.payments.lose_dispute(charge, AT, "Ters ibraz", "cb-1")
        # then it is the refund recorded first, and another reference is none
        assert again == first
        with pytest.raises(RuleViolation) as refused:
            await work.payments.lose_dispute(charge, AT, "Ters ibraz", "cb-2")
        with pytest.raises(IdempotencyMismatch):
            await work.payments.lose_dispute(charge, AT, "Ters ibraz", "r-1")
    assert refused.value.rule == "ck_payments_transition_allowed"
    assert await worker.fetchval("SELECT count(*) FROM payments") == 3
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 2_400_000)


async def test_an_end_of_a_dispute_that_has_ended_is_refused(database: Database, worker: Raw, shop: Shop) -> None:
    # given a dispute that was won, and somebody who still reads it as open
    async with database.unit_of_work() as work:
        disputed = await work.payments.dispute(await paid(work, shop.charge()))
        won = await work.payments.win_dispute(disputed)

    # when it is said to be lost, then the charge moved on, and no refund stays
    with pytest.raises(StaleVersion):
        async with database.unit_of_work() as work:
            await work.payments.lose_dispute(disputed, AT, "Ters ibraz", "cb-1")
    # and who reads it anew is told that there is no dispute
    async with database.unit_of_work() as work:
        for end in (work.payments.win_dispute(won), work.payments.lose_dispute(won, AT, "Ters ibraz", "cb-1")):
            with pytest.raises(RuleViolation) as refused:
                await end
            assert refused.value.rule == "ck_payments_transition_allowed"
    assert await worker.fetchval("SELECT count(*) FROM payments") == 1
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 0)


async def test_the_reference_of_another_payment_is_no_chargeback(database: Database, worker: Raw, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        disputed = await work.payments.dispute(await paid(work, shop.charge()))
        with pytest.raises(IdempotencyMismatch):
            await work.payments.lose_dispute(disputed, AT, "Ters ibraz", "r-1")

    assert await worker.fetchval("SELECT status::text FROM payments") == "disputed"


async def test_a_lost_dispute_that_cannot_be_completed_leaves_no_refund(
    database: Database, worker: Raw, shop: Shop
) -> None:
    # given a caller who names no zone, catches the error and goes on
    async with database.unit_of_work() as work:
        disputed = await work.payments.dispute(await paid(work, shop.charge()))
        with pytest.raises(RuleViolation) as refused:
            await work.payments.lose_dispute(disputed, datetime(2025, 7, 2, 8, 30), "Ters ibraz", "cb-1")  # noqa: DTZ001

    # then neither the refund nor an entry of it stays
    assert refused.value.fields == ("paid_at",)
    assert await worker.fetchval("SELECT count(*) FROM payments") == 1
    assert await worker.fetchval("SELECT count(*) FROM audit_logs WHERE event_type = 'payment.recorded'") == 1


async def test_two_ends_of_one_dispute_wait_for_each_other(database: Database, shop: Shop, database_url: str) -> None:
    # given a dispute that somebody has lost, and not committed
    async with database.unit_of_work() as work:
        disputed = await work.payments.dispute(await refunded_in_part(work, shop, "invoice_id"))

    async def lose(reference: str) -> Payment:
        async with database.unit_of_work() as work:
            return await work.payments.lose_dispute(disputed, AT, "Ters ibraz", reference)

    async with database.unit_of_work() as work:
        await work.payments.lose_dispute(disputed, AT, "Ters ibraz", "cb-1")
        late = asyncio.create_task(lose("cb-2"))
        await somebody_waits(database_url)

    # then whoever ends it too finds that the charge moved on, and has recorded nothing
    with pytest.raises(StaleVersion):
        await late
    async with database.unit_of_work() as work:
        assert await work.payments.count() == 3

"""Charges that nobody ends: cancelled or failed a batch at a time, by the server's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.payments import PaymentStatus
from platform_db.errors import NotAllowed, RuleViolation
from platform_db.repositories.audit_logs import AuditFilter
from tests.integration.clock import ago
from tests.integration.payments.scene import AT, Shop
from tests.integration.stored import store

if TYPE_CHECKING:
    from platform_db.domain.audit_logs import AuditLog
    from platform_db.repositories.work import Database
    from tests.raw import Raw

HOUR = timedelta(hours=1)


async def left(worker: Raw, shop: Shop, *references: str, status: str = "pending", **columns: object) -> list[int]:
    """Store charges of two hours ago, each a second after the one before; their ids."""
    kept = {"user_id": shop.user, "invoice_id": shop.targets["invoice_id"], "order_transaction_id": None}
    plain = {"amount_cents": 100, "amount_try_cents": 100, "refunded_cents": 0, "fee_cents": 0, "paid_at": None}
    return [
        await store(
            worker,
            "payments",
            provider_ref=ref,
            provider_payment_id=None,
            status=status,
            created_at=ago(seconds=7200 - place),
            version=1,
            **{**kept, **plain, **columns},
        )
        for place, ref in enumerate(references)
    ]


async def entries(database: Database, event: str) -> list[AuditLog]:
    async with database.unit_of_work() as work:
        return list((await work.audit.page(AuditFilter(event_type=event))).items)


async def states(worker: Raw) -> dict[str, str]:
    rows = await worker.fetch("SELECT provider_ref, status::text FROM payments")
    return {row[0]: row[1] for row in rows}


async def test_charges_left_pending_are_cancelled_the_oldest_first(database: Database, worker: Raw, shop: Shop) -> None:
    # given of two hours ago three pending charges, one in processing, and a refund; and a pending charge of now
    await left(worker, shop, "r-1", "r-2", "r-3")
    await left(worker, shop, "r-begun", status="processing")
    (charge,) = await left(worker, shop, "r-paid", status="completed", paid_at=AT)
    await left(worker, shop, "i-1", kind="refund", refunds_payment_id=charge, refund_reason="Eksik")
    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge("1", "r-new"))

    # when they are swept in batches of two
    async with database.unit_of_work() as work:
        first = await work.payments.cancel_abandoned(HOUR, 2)
        second = await work.payments.cancel_abandoned(HOUR, 2)
        third = await work.payments.cancel_abandoned(HOUR, 2)

    # then the abandoned charges are cancelled and nothing else is
    assert [[it.provider_ref for it in batch] for batch in (first, second, third)] == [["r-1", "r-2"], ["r-3"], []]
    assert {it.status for it in (*first, *second)} == {PaymentStatus.CANCELLED}
    assert await states(worker) == {
        **dict.fromkeys(("r-1", "r-2", "r-3"), "cancelled"),
        "r-new": "pending",
        "r-begun": "processing",
        "r-paid": "completed",
        "i-1": "pending",
    }
    # and each batch that did something is one entry
    told = await entries(database, "payment.abandoned")
    assert [(it.action, it.entity_type, it.payload) for it in reversed(told)] == [
        (
            AuditAction.UPDATE,
            "payments",
            {"after": {"older_than_seconds": 3600, "payments": [it.id for it in batch], "count": len(batch)}},
        )
        for batch in (first, second)
    ]


async def test_charges_left_in_processing_fail_for_want_of_an_answer(
    database: Database, worker: Raw, shop: Shop
) -> None:
    await left(worker, shop, "r-1", status="processing")
    await left(worker, shop, "r-pending")
    async with database.unit_of_work() as work:
        await work.payments.start_processing(await work.payments.record(shop.charge("1", "r-new")))

    async with database.unit_of_work() as work:
        swept = await work.payments.fail_unanswered(HOUR)

    assert [(it.provider_ref, it.status, it.failure_code) for it in swept] == [
        ("r-1", PaymentStatus.FAILED, "no_answer")
    ]
    assert await states(worker) == {"r-1": "failed", "r-new": "processing", "r-pending": "pending"}
    assert [it.payload["after"] for it in await entries(database, "payment.unanswered")] == [
        {"older_than_seconds": 3600, "payments": [swept[0].id], "count": 1}
    ]


async def test_a_charge_that_somebody_holds_is_passed_over(database: Database, worker: Raw, shop: Shop) -> None:
    held, _ = await left(worker, shop, "r-1", "r-2")

    async with database.unit_of_work() as work:
        await work.payments.complete(await work.payments.get(held), AT)
        async with database.unit_of_work() as other:
            swept = await other.payments.cancel_abandoned(HOUR)

    assert [it.provider_ref for it in swept] == ["r-2"]
    assert await states(worker) == {"r-1": "completed", "r-2": "cancelled"}


@pytest.mark.parametrize(
    ("older_than", "limit", "rule"),
    [
        (timedelta(0), 10, "span_range"),
        (-HOUR, 10, "span_range"),
        (HOUR, 0, "page_limit"),
        (HOUR, 1001, "page_limit"),
    ],
)
async def test_a_sweep_is_bounded(database: Database, older_than: timedelta, limit: int, rule: str) -> None:
    async with database.unit_of_work() as work:
        for sweep in (work.payments.cancel_abandoned, work.payments.fail_unanswered):
            with pytest.raises(RuleViolation) as refused:
                await sweep(older_than, limit)
            assert refused.value.rule == rule


async def test_a_user_sweeps_nothing(database: Database, worker: Raw, shop: Shop) -> None:
    await left(worker, shop, "r-1")

    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=shop.user) as work:
            await work.payments.cancel_abandoned(HOUR)
    assert await states(worker) == {"r-1": "pending"}

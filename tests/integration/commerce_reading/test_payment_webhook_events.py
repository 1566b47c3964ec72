"""Webhook events are claimed once at a time, oldest first, and rest between attempts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from platform_db.domain.payments.webhook_events import LAST_ATTEMPT, WebhookEventStatus
from platform_db.errors import NotAllowed, NotFound, RuleViolation
from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.domain.payments.webhook_events import PaymentWebhookEvent
    from tests.raw import Raw

RECEIVED = {"status": "received", "attempts": 0, "last_error": None, "processed_at": None, "payment_id": None}
FAILED = {"status": "failed", "processed_at": None, "payment_id": None}
DONE = {"payment_id": None}
TASKS = 16


async def event(worker: Raw, name: str, **columns: object) -> int:
    return await store(worker, "payment_webhook_events", event_id=name, version=1, **columns)


def names(events: tuple[PaymentWebhookEvent, ...]) -> list[str]:
    return [each.event_id for each in events]


async def test_the_oldest_open_events_are_claimed_and_counted(database: Database, worker: Raw) -> None:
    same = ago(minutes=20)
    await event(worker, "e-done", **DONE, created_at=ago(days=9), updated_at=ago(days=9))
    await event(worker, "e-failed", **FAILED, attempts=3, created_at=ago(days=1), updated_at=ago(minutes=5))
    await event(worker, "e-late", **RECEIVED, created_at=ago(minutes=1))
    await event(worker, "e-tie", **RECEIVED, created_at=same)
    await event(worker, "e-tie-too", **RECEIVED, created_at=same)

    async with database.unit_of_work() as work:
        first = await work.payment_webhook_events.claim(2)
    async with database.unit_of_work() as work:
        second = await work.payment_webhook_events.claim(10)
        third = await work.payment_webhook_events.claim(10)

    assert (names(first), names(second), third) == (["e-failed", "e-tie"], ["e-tie-too", "e-late"], ())
    assert [(each.status, each.attempts, each.version) for each in first] == [
        (WebhookEventStatus.FAILED, 4, 2),
        (WebhookEventStatus.RECEIVED, 1, 2),
    ]


@pytest.mark.parametrize(
    ("attempts", "rested", "is_claimed"),
    [
        (1, timedelta(seconds=50), False),
        (1, timedelta(seconds=60), True),
        (2, timedelta(seconds=110), False),
        (2, timedelta(seconds=120), True),
        (5, timedelta(minutes=15), False),
        (5, timedelta(minutes=16), True),
        (LAST_ATTEMPT - 1, timedelta(hours=23), False),
        (LAST_ATTEMPT - 1, timedelta(hours=24), True),
        (LAST_ATTEMPT, timedelta(days=30), False),
    ],
)
async def test_a_tried_event_rests_twice_as_long_each_time_a_day_at_most(
    database: Database, worker: Raw, attempts: int, rested: timedelta, *, is_claimed: bool
) -> None:
    tried_at = datetime.now(UTC) - rested
    await event(worker, "e", **FAILED, attempts=attempts, created_at=ago(days=30), updated_at=tried_at)

    async with database.unit_of_work() as work:
        claimed = await work.payment_webhook_events.claim()

    assert names(claimed) == (["e"] if is_claimed else [])


async def test_a_unit_that_rolls_back_gives_its_events_back(database: Database, worker: Raw) -> None:
    await event(worker, "e", **RECEIVED, created_at=ago(minutes=1))
    async with database.unit_of_work() as work:
        before = await work.payment_webhook_events.by_event("iyzico", "e")

    async def fail_with_it() -> None:
        async with database.unit_of_work() as work:
            assert names(await work.payment_webhook_events.claim()) == ["e"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_with_it()

    async with database.unit_of_work() as work:
        assert await work.payment_webhook_events.get(before.id) == before
        assert names(await work.payment_webhook_events.claim()) == ["e"]


async def test_of_sixteen_who_claim_at_once_each_event_is_one_s(database_url: str, worker: Raw) -> None:
    for number in range(40):
        await event(worker, f"e-{number:02}", **RECEIVED, created_at=ago(minutes=60 - number))
    everybody_has_claimed = asyncio.Barrier(TASKS)
    settings = Settings(url=SecretStr(database_url), environment="testing", pool_max_size=TASKS)

    async def claim(database: Database) -> list[str]:
        async with database.unit_of_work() as work:
            mine = names(await work.payment_webhook_events.claim(3))
            await everybody_has_claimed.wait()
            return mine

    async with Database(settings) as database:
        shares = await asyncio.gather(*(claim(database) for _ in range(TASKS)))

    assert sorted(name for share in shares for name in share) == [f"e-{number:02}" for number in range(40)]
    assert sorted(map(len, shares)) == [0, 0, 1, *[3] * 13]


async def test_events_of_a_payment_come_oldest_first(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "odeyen")
    amounts = {"subtotal_cents": 0, "tax_cents": 0, "shipping_cents": 111_000, "discount_cents": 0}
    order = await store(worker, "orders", buyer_id=user, **amounts)
    attempt = {"status": "pending", "paid_cents": 0, "refunded_cents": 0, "payment_method_id": None}
    transaction = await store(worker, "order_transactions", order_id=order, buyer_id=user, **attempt)
    target = {"invoice_id": None, "order_transaction_id": transaction, "status": "pending", "paid_at": None}
    payment = await store(worker, "payments", user_id=user, **target)
    await event(worker, "e-2", **{**DONE, "payment_id": payment}, created_at=ago(minutes=2))
    await event(worker, "e-1", **{**RECEIVED, "payment_id": payment}, created_at=ago(minutes=3))
    await event(worker, "e-0", **RECEIVED, created_at=ago(minutes=4))

    async with database.unit_of_work() as work:
        told = await to_the_end(lambda after: work.payment_webhook_events.of_payment(payment, after=after, limit=1))
        with pytest.raises(NotFound):
            await work.payment_webhook_events.by_event("paytr", "e-1")
        with pytest.raises(RuleViolation):
            await work.payment_webhook_events.claim(0)

    assert names(tuple(told)) == ["e-1", "e-2"]


async def test_a_user_sees_no_event(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "odeyen")

    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.payment_webhook_events.by_event("iyzico", "e")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.payment_webhook_events.claim()

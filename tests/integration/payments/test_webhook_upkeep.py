"""Provider events in batches, in lists, after two years, and past the library."""

from __future__ import annotations

from datetime import timedelta
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any, Final, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.payments import PaymentStatus
from platform_db.domain.payments.reports import ProviderReport
from platform_db.errors import NotFound
from platform_db.repositories.audit_logs import AuditFilter
from platform_db.repositories.payment_webhook_events import WebhookEventFilter
from platform_db.repositories.payments import PaymentRepository
from tests.integration.clock import ago
from tests.integration.payments.provider import AMOUNT, FAILED, S, body, ends, read, told
from tests.integration.payments.scene import AT, PROVIDER, Shop, sums
from tests.integration.stored import store
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.domain.payments.reports import Decision
    from platform_db.domain.payments.webhook_events import PaymentWebhookEvent
    from platform_db.repositories.work import Database
    from tests.raw import Raw

IGNORED: Final = {"status": "ignored"}

# -- batches ---------------------------------------------------------------------------


async def test_what_is_due_is_settled_each_on_its_own(database: Database, worker: Raw, shop: Shop) -> None:
    # given five events: one to apply, one of a kind that says nothing, two that nobody can read, one of no payment
    unreadable = body("paid", "e-4")
    unreadable = unreadable.model_copy(update={"payload": {"outcome": "paid", "card": "4111"}})
    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge())
        for event in (
            body("paid", "e-1"),
            body("installment_changed", "e-2"),
            body("paid", "e-3", amount="1.234"),
            unreadable,
            body("paid", "e-5", ref="r-unknown"),
        ):
            await work.payment_webhook_events.receive(event)

    # when they are settled
    async with database.unit_of_work() as work:
        settled = await work.payment_webhook_events.process_due(read, limit=10)
        none_left = await work.payment_webhook_events.process_due(read, limit=10)

    # then one failing event does not keep the others, and no reason quotes a body
    by_name = {event.event_id: event for event in settled}
    assert ends([by_name["e-1"], by_name["e-2"]]) == [
        (S.PROCESSED, None),
        (S.IGNORED, "says nothing about a payment"),
    ]
    assert [(by_name[name].status, str(by_name[name].last_error)[:35]) for name in ("e-3", "e-4", "e-5")] == [
        (S.FAILED, "not readable: RuleViolation: amount"),
        (S.FAILED, "not readable: KeyError"),
        (S.FAILED, "NotFound: no such payment, or none "),
    ]
    assert {event.attempts for event in settled} == {1}
    assert none_left == ()
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 0)


UNREAD: Final[list[Exception]] = [
    InvalidOperation("4111"),
    OverflowError("4111"),
    AttributeError("4111"),
    RecursionError("4111"),
    NotImplementedError("4111"),
]
"""What a service's reader may raise of a body that is not as expected."""


@pytest.mark.parametrize("unread", UNREAD, ids=lambda it: type(it).__name__)
async def test_a_body_that_cannot_be_read_keeps_no_other_back(
    database: Database, worker: Raw, shop: Shop, unread: Exception
) -> None:
    # given an event that fails its reader, older than one that does not
    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge())
        await work.payment_webhook_events.receive(body("paid", "e-bad"))
        await work.payment_webhook_events.receive(body("paid", "e-good"))

    def reader(event: PaymentWebhookEvent) -> ProviderReport | None:
        if event.event_id == "e-bad":
            raise unread
        return read(event)

    # when both are settled, then the next is applied, and the reason quotes nothing
    async with database.unit_of_work() as work:
        settled = await work.payment_webhook_events.process_due(reader, 10)
    assert {it.event_id: (it.status, it.last_error, it.attempts) for it in settled} == {
        "e-bad": (S.FAILED, f"not readable: {type(unread).__name__}", 1),
        "e-good": (S.PROCESSED, None, 1),
    }
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 0)


async def test_a_fault_of_ours_undoes_the_unit(
    database: Database, worker: Raw, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge())
        await work.payment_webhook_events.receive(body("paid"))

    async def faulty(_repository: PaymentRepository, _provider: str, _report: ProviderReport) -> Decision:
        raise ZeroDivisionError

    monkeypatch.setattr(PaymentRepository, "apply", faulty)
    with pytest.raises(ZeroDivisionError):
        async with database.unit_of_work() as work:
            await work.payment_webhook_events.process_due(read)

    row = await worker.fetchrow("SELECT status::text, attempts FROM payment_webhook_events")
    assert (row[0], row[1]) == ("received", 0)


async def test_a_batch_is_one_event_where_nothing_else_is_said(database: Database, shop: Shop) -> None:
    del shop
    async with database.unit_of_work() as work:
        for name in ("e-1", "e-2"):
            await work.payment_webhook_events.receive(body("installment_changed", name))
    async with database.unit_of_work() as work:
        assert [it.event_id for it in await work.payment_webhook_events.process_due(read)] == ["e-1"]


async def test_what_failed_twenty_times_waits_for_a_person(database: Database, worker: Raw, shop: Shop) -> None:
    # given events that were tried often, long ago
    old: dict[str, Any] = {"status": "failed", "processed_at": None, "payment_id": None, "version": 1}
    stamps = {"created_at": ago(days=30), "updated_at": ago(days=3)}
    for name, attempts in (("e-19", 19), ("e-20", 20), ("e-21", 21)):
        payload = body("paid", name).payload
        await store(
            worker, "payment_webhook_events", event_id=name, attempts=attempts, payload=payload, **old, **stamps
        )
    await store(
        worker, "payment_webhook_events", event_id="e-done", attempts=20, **{**old, "processed_at": ago()} | IGNORED
    )
    # when what is due is claimed
    async with database.unit_of_work() as work:
        claimed = await work.payment_webhook_events.claim(10)
        left = await work.payment_webhook_events.left_open(limit=2)
        rest = await work.payment_webhook_events.left_open(after=left.next_cursor)
    # then one more attempt is made of the first, and the others are listed
    assert [(it.event_id, it.attempts) for it in claimed] == [("e-19", 20)]
    assert [it.event_id for it in (*left.items, *rest.items)] == ["e-19", "e-20", "e-21"]
    # and a person who mended what kept them applies or ignores them
    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge())
        _, second, third = (*left.items, *rest.items)
        applied = await work.payment_webhook_events.apply(second, cast("ProviderReport", read(second)))
        await work.payment_webhook_events.ignore(third, "paid back by hand")
        assert [it.event_id for it in (await work.payment_webhook_events.left_open()).items] == ["e-19"]
    assert (applied.status, applied.attempts) == (S.PROCESSED, 21)


async def test_events_are_listed_by_what_became_of_them(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        await work.payments.record(shop.charge())
        await told(work, body("paid"), body("failed", **FAILED), body("paid", "e-9", ref="r-9"))
        chosen = WebhookEventFilter(provider=PROVIDER, statuses=frozenset({S.FAILED, S.IGNORED}))
        page = await work.payment_webhook_events.page(chosen)

        assert [event.event_id for event in page.items] == ["e-failed", "e-9"]
        assert await work.payment_webhook_events.count() == 3
        assert await work.payment_webhook_events.exists(WebhookEventFilter(event_type="payment.refunded")) is False


# -- forgetting ------------------------------------------------------------------------


async def test_events_are_kept_two_years_after_they_ended(database: Database, worker: Raw) -> None:
    # given events that ended on either side of two years, and an old one that is open
    none = {"payment_id": None, "version": 1}
    old = ago(days=800)
    for name, ended in (
        ("e-1", timedelta(days=732)),
        ("e-2", timedelta(days=731, minutes=1)),
        ("e-3", timedelta(days=729)),
    ):
        await store(worker, "payment_webhook_events", event_id=name, created_at=old, processed_at=ago() - ended, **none)
    await store(
        worker, "payment_webhook_events", event_id="e-open", status="failed", processed_at=None, created_at=old, **none
    )

    # when the old ones are deleted, one at a time
    async with database.unit_of_work() as work:
        deleted = [await work.payment_webhook_events.delete_old(1) for _ in range(3)]

    # then two are gone, and each batch that deleted is one entry
    assert deleted == [1, 1, 0]
    rows = await worker.fetch("SELECT event_id FROM payment_webhook_events ORDER BY id")
    assert [row[0] for row in rows] == ["e-3", "e-open"]
    async with database.unit_of_work() as work:
        entries = (await work.audit.page(AuditFilter(event_type="webhook.deleted"))).items
    assert [(entry.action, entry.payload) for entry in entries] == [
        (AuditAction.DELETE, {"after": {"count": 1}}),
        (AuditAction.DELETE, {"after": {"count": 1}}),
    ]


async def test_an_old_event_that_somebody_holds_is_passed_over(database: Database, worker: Raw) -> None:
    # given two old events, the first of them held by a transaction
    none = {"payment_id": None, "version": 1, "created_at": ago(days=800), "processed_at": ago(days=732)}
    for name in ("e-1", "e-2"):
        await store(worker, "payment_webhook_events", event_id=name, **none)
    await worker.execute("BEGIN")
    await worker.execute("SELECT FROM payment_webhook_events WHERE event_id = 'e-1' FOR NO KEY UPDATE")
    # when one is deleted, then it is the second, without waiting
    async with database.unit_of_work() as work:
        assert await work.payment_webhook_events.delete_old(1) == 1
    await worker.execute("COMMIT")
    assert await worker.fetchval("SELECT array_agg(event_id) FROM payment_webhook_events") == ["e-1"]


# -- past the library ------------------------------------------------------------------


CHANGES: Final[list[tuple[dict[str, Any], str, str]]] = [
    ({}, "status = 'received', processed_at = NULL", "transition_allowed"),
    ({}, "status = 'ignored'", "transition_allowed"),
    ({"status": "ignored"}, "status = 'failed', processed_at = NULL", "transition_allowed"),
    ({"status": "failed", "processed_at": None}, "status = 'received'", "transition_allowed"),
    ({}, "payload = '{}'", "delivery_is_fixed"),
    ({}, "payload = payload || '{\"a\": 1}'", "delivery_is_fixed"),
    ({}, "payload_hash = repeat('0', 64)", "delivery_is_fixed"),
    ({}, "provider = 'paytr'", "delivery_is_fixed"),
    ({}, "event_id = 'e-2'", "delivery_is_fixed"),
    ({}, "event_type = 'other'", "delivery_is_fixed"),
    ({"payment_id": 1}, "payment_id = NULL", "payment_is_final"),
]
"""What is stored, what is done to it, and the rule that it breaks."""


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case[1])
async def test_the_database_refuses_the_same(
    database: Database, worker: Raw, shop: Shop, case: tuple[dict[str, Any], str, str]
) -> None:
    stored, change, constraint = case
    async with database.unit_of_work() as work:
        assert (await work.payments.record(shop.charge())).id == 1
    key = await store(worker, "payment_webhook_events", event_id="e-1", **{"payment_id": None, "version": 1, **stored})

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(f"UPDATE payment_webhook_events SET {change} WHERE id = $1", key)  # noqa: S608 - above

    assert refusal(refused.value)[:2] == (f"ck_payment_webhook_events_{constraint}", "payment_webhook_events")


async def test_polled_reports_are_applied_without_an_event(database: Database, worker: Raw, shop: Shop) -> None:
    told_by_polling = ProviderReport.parse(
        {"provider_ref": "r-1", "outcome": "paid", "currency": "TRY", "amount": AMOUNT, "at": AT}
    )
    async with database.unit_of_work() as work:
        with pytest.raises(NotFound):
            await work.payments.apply(PROVIDER, told_by_polling)
        await work.payments.record(shop.charge())
        first = await work.payments.apply(PROVIDER, told_by_polling)
        again = await work.payments.apply(PROVIDER, told_by_polling)

    assert (first.step, first.payment.status, again.step) == ("complete", PaymentStatus.COMPLETED, "nothing")
    assert again.payment == first.payment
    assert await sums(worker, shop, "invoice_id") == (2_400_000, 0)

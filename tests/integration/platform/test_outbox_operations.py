"""Events are written with a change, delivered at least once, and each claim reports for itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.outbox_events import NewEvent
from platform_db.errors import LeaseLost, NotAllowed, RuleViolation
from tests.integration.clock import ago
from tests.integration.stored import new_user, store
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.domain.outbox_events import OutboxEvent
    from platform_db.repositories.work import Database
    from tests.raw import Raw

MINUTE = timedelta(minutes=1)


def event(number: int = 7) -> NewEvent:
    return NewEvent(
        event_type="invoice.issued", aggregate_type="invoices", aggregate_id=number, payload={"number": number}
    )


async def claimed(database: Database, limit: int = 10) -> list[OutboxEvent]:
    async with database.unit_of_work() as work:
        return list(await work.outbox_events.claim(limit, MINUTE))


async def state(worker: Raw) -> list[tuple[Any, ...]]:
    rows = await worker.fetch(
        "SELECT attempts, claimed_until IS NOT NULL AS held, delivered_at IS NOT NULL AS done, last_error "
        "FROM outbox_events ORDER BY id"
    )
    return [tuple(value for _, value in row.items()) for row in rows]


async def test_an_event_is_stored_with_its_change_or_not_at_all(database: Database, worker: Raw) -> None:
    # given a unit of work that publishes one event, and a second that does not fit
    user = await new_user(worker, "siparis")
    too_large = event().model_copy(update={"payload": {"a": "x" * 70_000}})

    async def publish_both() -> None:
        async with database.unit_of_work(as_user=user) as work:
            await work.outbox_events.publish(event())
            await work.outbox_events.publish(too_large)

    with pytest.raises(RuleViolation):
        await publish_both()
    assert await state(worker) == []
    # when one publishes and ends well, then the events are there under the names that it was given, in its order
    async with database.unit_of_work(as_user=user) as work:
        first = await work.outbox_events.publish(event(1))
        others = await work.outbox_events.publish_many([event(2), event(3)])
        assert await work.outbox_events.publish_many([]) == ()
    rows = await worker.fetch("SELECT event_id, aggregate_id FROM outbox_events ORDER BY id")
    assert [(row["event_id"], row["aggregate_id"]) for row in rows] == [
        (name, number) for number, name in enumerate([first, *others], start=1)
    ]


async def test_a_user_publishes_and_neither_claims_nor_reports(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "siparis")
    async with database.unit_of_work() as work:
        await work.outbox_events.publish(event())
    [held] = await claimed(database)
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.outbox_events.claim(1, MINUTE)
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.outbox_events.delivered([held])
    assert await state(worker) == [(1, True, False, None)]


async def test_what_was_delivered_is_not_claimed_again(database: Database, worker: Raw) -> None:
    # given two claimed events
    async with database.unit_of_work() as work:
        await work.outbox_events.publish_many([event(1), event(2)])
    held = await claimed(database)
    # when both are reported, one of them twice
    async with database.unit_of_work() as work:
        done = await work.outbox_events.delivered(held)
        assert await work.outbox_events.delivered(held[:1]) == ()
    # then they are delivered, and nothing is due
    assert [each.id for each in done] == [each.id for each in held]
    assert await state(worker) == [(1, False, True, None)] * 2
    assert await claimed(database) == []


async def test_a_failure_is_kept_and_tried_again_later(database: Database, worker: Raw) -> None:
    # given a claimed event whose delivery failed
    async with database.unit_of_work() as work:
        await work.outbox_events.publish(event())
    [held] = await claimed(database)
    async with database.unit_of_work() as work:
        later = await work.outbox_events.failed(held, "503 from the receiver")
    # then it waits at most ten seconds, and nobody holds it
    assert timedelta(0) <= later.available_at - held.available_at <= timedelta(seconds=15)
    assert await state(worker) == [(1, False, False, "503 from the receiver")]
    # and once it is delivered the error is gone
    await worker.execute("UPDATE outbox_events SET available_at = now()")
    [again] = await claimed(database)
    async with database.unit_of_work() as work:
        await work.outbox_events.delivered([again])
    assert (again.event_id, again.attempts) == (held.event_id, 2)
    assert await state(worker) == [(2, False, True, None)]


async def test_a_relay_whose_lease_ended_reports_nothing(database: Database, worker: Raw) -> None:
    # given an event whose first relay hung until another claimed it
    async with database.unit_of_work() as work:
        await work.outbox_events.publish(event())
    [late] = await claimed(database)
    await worker.execute("UPDATE outbox_events SET claimed_until = now() - interval '1 second'")
    [held] = await claimed(database)
    # when the first one reports, then nothing changes
    async with database.unit_of_work() as work:
        assert await work.outbox_events.delivered([late]) == ()
        with pytest.raises(LeaseLost):
            await work.outbox_events.failed(late, "too late")
    assert await state(worker) == [(2, True, False, None)]
    # and the second one's report counts
    async with database.unit_of_work() as work:
        assert [each.attempts for each in await work.outbox_events.delivered([held])] == [2]


@pytest.mark.parametrize("error", ["", "x" * 1001])
async def test_an_error_has_a_length(database: Database, worker: Raw, error: str) -> None:
    async with database.unit_of_work() as work:
        await work.outbox_events.publish(event())
    [held] = await claimed(database)
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.outbox_events.failed(held, error)
    assert [item.rule for item in refused.value.violations] == ["ck_outbox_events_last_error_length"]
    assert await state(worker) == [(1, True, False, None)]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("payload = '{}'", "ck_outbox_events_event_is_fixed"),
        ("event_id = gen_random_uuid()", "ck_outbox_events_event_is_fixed"),
        ("delivered_at = NULL", "ck_outbox_events_delivered_is_final"),
        ("delivered_at = now() + interval '1 day'", "ck_outbox_events_delivered_is_final"),
    ],
)
async def test_what_was_written_and_delivered_stays(database: Database, worker: Raw, change: str, rule: str) -> None:
    # given a delivered event
    async with database.unit_of_work() as work:
        await work.outbox_events.publish(event())
    async with database.unit_of_work() as work:
        await work.outbox_events.delivered(await work.outbox_events.claim(1, MINUTE))
    # when it is changed past the library, then the database refuses by name
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(f"UPDATE outbox_events SET {change}")  # noqa: S608 - above
    assert refusal(refused.value)[0] == rule


async def test_the_sweep_deletes_what_was_delivered_long_ago(database: Database, worker: Raw) -> None:
    # given events delivered eight and six days ago, and one that waits
    for days in (8, 6, 9):
        await store(worker, "outbox_events", event_id=uuid4(), claimed_until=None, delivered_at=ago(days=days))
    kept = await store(worker, "outbox_events", event_id=uuid4(), claimed_until=None, delivered_at=None)
    # when the sweep runs twice
    async with database.unit_of_work() as work:
        assert [
            await work.outbox_events.delete_old(1),
            await work.outbox_events.delete_old(),
            await work.outbox_events.delete_old(),
        ] == [
            1,
            1,
            0,
        ]
    # then two are left, and each sweep that did something is told
    told = "SELECT payload::text FROM audit_logs WHERE event_type = 'event.deleted' ORDER BY id"
    assert [row["payload"] for row in await worker.fetch(told)] == ['{"after": {"count": 1}}'] * 2
    assert await worker.fetchval("SELECT count(*) FROM outbox_events") == 2
    assert await worker.fetchval("SELECT max(id) FROM outbox_events") == kept

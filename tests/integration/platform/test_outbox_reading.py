"""Events of the outbox: each goes to one relay at a time, in order, until it is delivered."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from platform_db.domain.outbox_events import OutboxEvent
from platform_db.errors import NotAllowed, NotFound, RuleViolation
from platform_db.repositories.outbox_events import OutboxFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

MINUTE = timedelta(minutes=1)


async def added(worker: Raw, aggregate: int = 700, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"event_type": "invoice.issued", "aggregate_type": "invoices", "aggregate_id": aggregate, "payload": "{}"}
    row |= {"available_at": ago(minutes=5)} | columns
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    return await worker.fetchval(
        f"INSERT INTO outbox_events ({', '.join(row)}) VALUES ({places}) RETURNING id",  # noqa: S608
        *row.values(),
    )


async def test_an_aggregates_events_are_listed_oldest_first(database: Database, worker: Raw) -> None:
    # given events of two aggregates of one kind, one delivered, and of another kind under the same key
    own = [await added(worker) for _ in range(3)]
    await added(worker, 701)
    await added(worker, aggregate_type="orders")
    delivered = await added(worker, delivered_at=ago(minutes=1))
    chosen = OutboxFilter(aggregate_type="invoices", aggregate_id=700)
    async with database.unit_of_work() as work:
        events = await to_the_end(lambda after: work.outbox_events.page(chosen, after=after, limit=2))
    assert [event.id for event in events] == [*own, delivered]


async def test_an_event_is_found_by_its_name(database: Database, worker: Raw) -> None:
    name = UUID("2f1c9a44-7f0b-4a57-9a51-0d0b8f5f6f11")
    event = await added(worker, event_id=name)
    async with database.unit_of_work() as work:
        assert (await work.outbox_events.by_event_id(name)).id == event
        with pytest.raises(NotFound):
            await work.outbox_events.by_event_id(uuid4())


async def test_a_claim_takes_what_is_due_in_order(database: Database, worker: Raw) -> None:
    # given events due together and earlier, one whose lease is over; and one each not due, leased, delivered
    tied = [await added(worker) for _ in range(2)]
    earliest = await added(worker, available_at=ago(hours=1))
    dropped = await added(worker, available_at=ago(hours=2), claimed_until=ago(seconds=1), attempts=3)
    await added(worker, available_at=ago(minutes=-5))
    await added(worker, claimed_until=ago(minutes=-5))
    await added(worker, delivered_at=ago(minutes=1))
    # when a relay claims three and then the rest
    async with database.unit_of_work() as work:
        first = await work.outbox_events.claim(3, MINUTE)
        now = await worker.fetchval("SELECT now()")
    async with database.unit_of_work() as work:
        rest = await work.outbox_events.claim(3, MINUTE)
        nothing = await work.outbox_events.claim(3, MINUTE)
    # then those due first come first, each with one attempt more and a lease of a minute
    assert [(event.id, event.attempts) for event in first] == [(dropped, 4), (earliest, 1), (tied[0], 1)]
    assert [event.id for event in rest] == [tied[1]]
    assert nothing == ()
    leases = {event.claimed_until for event in first}
    assert len(leases) == 1
    assert abs(leases.pop() - now - MINUTE) < timedelta(seconds=5)
    assert isinstance(first[0], OutboxEvent)


async def test_sixteen_relays_claim_each_event_once(database: Database, worker: Raw) -> None:
    # given 200 events
    await worker.execute(
        "INSERT INTO outbox_events (event_type, aggregate_type, aggregate_id, payload) "
        "SELECT 'invoice.issued', 'invoices', i, '{}' FROM generate_series(1, 200) AS i"
    )
    begun = asyncio.Barrier(16)

    async def relay() -> list[int]:
        taken: list[int] = []
        await begun.wait()
        while True:
            async with database.unit_of_work() as work:
                events = await work.outbox_events.claim(7, timedelta(hours=1))
                assert len(events) <= 7
                await asyncio.sleep(0)
            if not events:
                return taken
            taken += [event.id for event in events]

    # when sixteen relays claim until nothing is left
    claimed = Counter(event for taken in await asyncio.gather(*(relay() for _ in range(16))) for event in taken)
    # then each event went to one of them, once
    assert (len(claimed), set(claimed.values())) == (200, {1})
    assert await worker.fetchval("SELECT array_agg(DISTINCT attempts) FROM outbox_events") == [1]


async def test_a_claim_that_is_rolled_back_leaves_the_event(database: Database, worker: Raw) -> None:
    event = await added(worker)

    async def claims_and_fails(work: Work) -> None:
        await work.outbox_events.claim(1, MINUTE)
        # meanwhile nobody else gets it
        async with database.unit_of_work() as other:
            assert await other.outbox_events.claim(1, MINUTE) == ()
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(claims_and_fails)
    async with database.unit_of_work() as work:
        assert [each.id for each in await work.outbox_events.claim(1, MINUTE)] == [event]


@pytest.mark.parametrize(("limit", "lease", "rule"), [(0, MINUTE, "page_limit"), (1, timedelta(0), "span_range")])
async def test_a_claim_has_bounds(database: Database, limit: int, lease: timedelta, rule: str) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.outbox_events.claim(limit, lease)
    assert refused.value.rule == rule


async def test_delivered_events_go_after_a_week(database: Database, worker: Raw) -> None:
    later = await added(worker, delivered_at=ago(days=7, minutes=1))
    first = await added(worker, delivered_at=ago(days=8))
    await added(worker, delivered_at=ago(days=6))
    await added(worker)
    async with database.unit_of_work() as work:
        assert [event.id for event in await work.outbox_events.due_for_deletion()] == [first, later]
        assert [event.id for event in await work.outbox_events.due_for_deletion(1)] == [first]


async def test_a_users_request_reads_no_events(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.outbox_events.claim(1, MINUTE)

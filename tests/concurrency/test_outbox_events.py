"""Sixteen relays at once: each event is delivered by one of them, and a hung one's report does not count."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from platform_db.domain.outbox_events import NewEvent
from tests.concurrency.crowd import SIZE
from tests.raw import connect

if TYPE_CHECKING:
    from tests.concurrency.crowd import Crowd

EVENTS = 200
LEASE = timedelta(minutes=5)


async def test_each_event_is_delivered_once(crowd: Crowd) -> None:
    # given events that users have published, sixteen at once
    async def publish(member: int) -> None:
        async with crowd.database.unit_of_work(as_user=crowd.owner(member)) as work:
            events = [
                NewEvent(event_type="model.stored", aggregate_type="models", aggregate_id=place + 1, payload={})
                for place in range(member, EVENTS, SIZE)
            ]
            await work.outbox_events.publish_many(events)

    assert await crowd.at_once(publish) == [None] * SIZE

    async def relay(_: int) -> list[int]:
        sent: list[int] = []
        while True:
            async with crowd.database.unit_of_work() as work:
                held = await work.outbox_events.claim(7, LEASE)
            if not held:
                return sent
            async with crowd.database.unit_of_work() as work:
                done = await work.outbox_events.delivered(held)
            assert len(done) == len(held)
            sent += [event.aggregate_id for event in done]

    # when sixteen relays deliver until nothing is due
    outcomes = await crowd.at_once(relay)
    # then each event went through one of them, once
    sent = [number for outcome in outcomes if isinstance(outcome, list) for number in outcome]
    assert sorted(sent) == list(range(1, EVENTS + 1))
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    count = (
        "SELECT count(*) FROM outbox_events WHERE delivered_at IS NOT NULL AND attempts = 1 AND claimed_until IS NULL"
    )
    assert await connection.fetchval(count) == EVENTS
    await connection.close()

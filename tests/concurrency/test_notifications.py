"""Notifications at once: one key is one row, what is read is counted once, and what is over goes once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from platform_db.domain.bulk import BulkReport, RowResult
from platform_db.domain.notifications import Delivery, DeliveryOutcome, NewNotification, Notification, NotificationType
from platform_db.errors import PlatformError
from platform_db.repositories.audit_logs import AuditFilter
from platform_db.repositories.notifications import NotificationFilter
from tests.concurrency.crowd import SIZE, Crowd
from tests.raw import connect

if TYPE_CHECKING:
    from datetime import datetime


def new(user: int, key: str | None = None, title: str = "Lisansınız bitiyor") -> NewNotification:
    return NewNotification(user_id=user, type=NotificationType.LICENSE_EXPIRING, title=title, delivery_key=key)


async def test_sixteen_who_send_one_key_make_one_row(crowd: Crowd) -> None:
    async def send(member: int) -> Delivery:
        async with crowd.database.unit_of_work() as work:
            return await work.notifications.send(new(crowd.users[0], "licence:7:7-days", f"Lisans {member}"))

    outcomes = [outcome for outcome in await crowd.at_once(send) if isinstance(outcome, Delivery)]
    # then all have the same notification, and one has sent it
    sent, before = DeliveryOutcome.SENT, DeliveryOutcome.SENT_BEFORE
    assert Counter(outcome.outcome for outcome in outcomes) == {sent: 1, before: SIZE - 1}
    assert len({(outcome.notification.id, outcome.notification.title) for outcome in outcomes}) == 1
    async with crowd.database.unit_of_work() as work:
        assert await work.notifications.count(NotificationFilter(user_id=crowd.users[0])) == 1


async def test_sixteen_who_send_the_same_many_send_each_once(crowd: Crowd) -> None:
    # given the same hundred for eight users, by each sender in another order
    rows = [new(user, f"k-{place}") for place in range(100) for user in crowd.users]

    async def send(member: int) -> BulkReport[Notification]:
        async with crowd.database.unit_of_work() as work:
            return await work.notifications.send_many(rows[member:] + rows[:member])

    outcomes = [outcome for outcome in await crowd.at_once(send) if isinstance(outcome, BulkReport)]
    assert len(outcomes) == SIZE
    assert sum(outcome.count(RowResult.CREATED) for outcome in outcomes) == len(rows)
    assert sum(outcome.count(RowResult.UNCHANGED) for outcome in outcomes) == (SIZE - 1) * len(rows)
    async with crowd.database.unit_of_work() as work:
        assert await work.notifications.count() == len(rows)


async def test_sixteen_who_read_one_notification_read_it_once(crowd: Crowd) -> None:
    async with crowd.database.unit_of_work() as work:
        sent = (await work.notifications.send(new(crowd.users[0]))).notification

    async def read(_: int) -> tuple[datetime | None, int]:
        async with crowd.database.unit_of_work(as_user=crowd.users[0]) as work:
            marked = await work.notifications.mark_read(sent.id)
            return marked.read_at, marked.version

    outcomes = await crowd.at_once(read)
    assert not [outcome for outcome in outcomes if isinstance(outcome, PlatformError)]
    async with crowd.database.unit_of_work() as work:
        stored = await work.notifications.get(sent.id)
    assert set(outcomes) == {(stored.read_at, 2)}
    assert stored.read_at is not None


async def test_sixteen_who_mark_all_read_count_each_once(crowd: Crowd) -> None:
    user = crowd.users[0]
    async with crowd.database.unit_of_work() as work:
        await work.notifications.send_many([new(user) for _ in range(300)])

    async def mark(_: int) -> int:
        async with crowd.database.unit_of_work(as_user=user) as work:
            return await work.notifications.mark_all_read(NotificationFilter(user_id=user))

    counts = [outcome for outcome in await crowd.at_once(mark) if isinstance(outcome, int)]
    assert (len(counts), sum(counts)) == (SIZE, 300)
    async with crowd.database.unit_of_work() as work:
        assert await work.notifications.count_unread(NotificationFilter(user_id=user)) == 0


async def test_sixteen_who_prune_delete_each_once(crowd: Crowd) -> None:
    # given three hundred that served, and one that did not
    worker = await connect(crowd.url)
    await worker.execute("SET ROLE platform_worker")
    await worker.execute(
        "INSERT INTO notifications (user_id, type, title, created_at, updated_at, read_at) "
        "SELECT $1, 'job_completed', 'Bitti', now() - interval '200 days', now() - interval '200 days', "
        "CASE WHEN i <= 300 THEN now() - interval '91 days' END FROM generate_series(1, 301) i",
        crowd.users[0],
    )

    async def prune(_: int) -> int:
        async with crowd.database.unit_of_work() as work:
            return await work.notifications.prune(30)

    counts = [outcome for outcome in await crowd.at_once(prune) if isinstance(outcome, int)]
    async with crowd.database.unit_of_work() as work:
        rest = await work.notifications.prune()
    # then each was deleted by one of them, and every batch is told
    assert (len(counts), sum(counts) + rest) == (SIZE, 300)
    assert await worker.fetchval("SELECT count(*) FROM notifications") == 1
    await worker.close()
    async with crowd.database.unit_of_work() as work:
        entries = (await work.audit.page(AuditFilter(event_type="notification.pruned"), limit=100)).items
    assert sorted(str(entry.payload) for entry in entries) == sorted(
        str({"after": {"count": count}}) for count in (*counts, rest) if count
    )

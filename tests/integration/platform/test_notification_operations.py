"""Notifications are sent once under a key, read by whom they are for, and pruned when they served."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
import pytest_asyncio

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.bulk import RowResult
from platform_db.domain.notifications import DeliveryOutcome, NewNotification, NotificationSeverity, NotificationType
from platform_db.errors import AlreadyExists, NotAllowed, NotFound, RuleViolation, StillReferenced
from platform_db.repositories.audit_logs import AuditFilter
from platform_db.repositories.notifications import NotificationFilter
from tests.integration.clock import ago, ahead
from tests.integration.stored import new_user, store
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


@pytest_asyncio.fixture(loop_scope="session")
async def user(worker: Raw) -> int:
    return await new_user(worker, "ayse")


def new(user: int, **changes: Any) -> NewNotification:  # noqa: ANN401 - fields
    given = {"user_id": user, "type": NotificationType.PAYMENT_DUE, "title": "Ödemeniz yaklaşıyor"}
    return NewNotification.parse({**given, **changes})


async def stored(worker: Raw, user: int, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"delivery_key": None, "read_at": None, "expires_at": None, "created_at": ago(days=120)}
    return await store(worker, "notifications", user_id=user, **row | columns)


async def count(worker: Raw) -> int:
    return await worker.fetchval("SELECT count(*) FROM notifications")


# -- sending -----------------------------------------------------------------------------


async def test_a_notification_is_unread_by_whom_it_is_for(database: Database, user: int) -> None:
    told = new(user, severity=NotificationSeverity.WARNING, payload={"invoice_id": 7}, expires_at=ahead(days=3))
    async with database.unit_of_work() as work:
        delivery = await work.notifications.send(told)

    sent = delivery.notification
    assert delivery.outcome is DeliveryOutcome.SENT
    assert (sent.title, sent.severity, sent.payload) == (
        "Ödemeniz yaklaşıyor",
        NotificationSeverity.WARNING,
        {"invoice_id": 7},
    )
    assert (sent.read_at, sent.expires_at, sent.delivery_key, sent.version) == (None, ahead(days=3), None, 1)
    async with database.unit_of_work(as_user=user) as work:
        assert (await work.notifications.unread(NotificationFilter(user_id=user))).items == (sent,)


async def test_one_key_is_one_notification_of_a_user(database: Database, worker: Raw, user: int) -> None:
    other = await new_user(worker, "mehmet")
    async with database.unit_of_work() as work:
        first = await work.notifications.send(new(user, delivery_key="licence:7:7-days"))
        again = await work.notifications.send(new(user, delivery_key="licence:7:7-days", title="Başka"))
        theirs = await work.notifications.send(new(other, delivery_key="licence:7:7-days"))
        another = await work.notifications.send(new(user, delivery_key="licence:7:3-days"))
        for _ in range(2):
            assert (await work.notifications.send(new(user))).outcome is DeliveryOutcome.SENT

    assert (again.notification, again.outcome) == (first.notification, DeliveryOutcome.SENT_BEFORE)
    assert {each.outcome for each in (first, theirs, another)} == {DeliveryOutcome.SENT}
    assert await count(worker) == 5
    # and what was read or ran out was sent all the same
    async with database.unit_of_work() as work:
        read = await work.notifications.mark_read(first.notification.id)
        once_more = await work.notifications.send(new(user, delivery_key="licence:7:7-days"))
    assert (once_more.notification, once_more.outcome) == (read, DeliveryOutcome.SENT_BEFORE)


async def test_what_cannot_be_told_is_not_stored(database: Database, worker: Raw, user: int) -> None:
    with pytest.raises(RuleViolation) as broken:
        async with database.unit_of_work() as work:
            await work.notifications.send(new(user, expires_at=ago(seconds=5)))
    assert (broken.value.rule, broken.value.fields) == (
        "ck_notifications_expires_after_created",
        ("expires_at", "created_at"),
    )
    with pytest.raises(StillReferenced) as missing:
        async with database.unit_of_work() as work:
            await work.notifications.send(new(10**6))
    assert missing.value.constraint == "fk_notifications_user_id_users"
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.notifications.send(new(user))
    assert await count(worker) == 0


async def test_many_are_sent_with_an_outcome_each(database: Database, worker: Raw, user: int) -> None:
    # given one that was sent before
    other = await new_user(worker, "mehmet")
    async with database.unit_of_work() as work:
        first = (await work.notifications.send(new(user, delivery_key="k-1"))).notification
        # when many are sent, of which some cannot be
        report = await work.notifications.send_many(
            [
                new(user, delivery_key="k-1"),
                new(other, delivery_key="k-1"),
                new(10**6, delivery_key="k-1"),
                new(user, expires_at=ago(days=1)),
                new(other, delivery_key="k-1"),
                new(user),
                new(user),
            ]
        )
    # then each has its outcome, and the others were sent
    unchanged, created, refused = RowResult.UNCHANGED, RowResult.CREATED, RowResult.REFUSED
    results = [unchanged, created, refused, refused, refused, created, created]
    assert [each.result for each in report] == results
    assert [type(each.error) for each in report.refused] == [StillReferenced, RuleViolation, AlreadyExists]
    assert report.outcomes[0].row == first
    assert [row.user_id for row in report.rows] == [user, other, user, user]
    assert await count(worker) == 4


async def test_thousands_are_sent_once(database: Database, worker: Raw, user: int) -> None:
    async with database.unit_of_work() as work:
        rows = [new(user, delivery_key=f"k-{place}") for place in range(2500)]
        first = await work.notifications.send_many(rows)
        again = await work.notifications.send_many(iter(rows))
    assert (first.count(RowResult.CREATED), again.count(RowResult.UNCHANGED)) == (2500, 2500)
    assert again.rows == first.rows
    assert await count(worker) == 2500


# -- reading -----------------------------------------------------------------------------


async def test_reading_twice_is_reading_once(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        sent = (await work.notifications.send(new(user))).notification
    own = NotificationFilter(user_id=user)
    async with database.unit_of_work(as_user=user) as work:
        read = await work.notifications.mark_read(sent.id)
        assert await work.notifications.mark_read(sent.id) == read
        assert await work.notifications.count_unread(own) == 0
    async with database.unit_of_work(as_user=user) as work:
        unread = await work.notifications.mark_unread(sent.id)
        assert await work.notifications.mark_unread(sent.id) == unread
        assert await work.notifications.count_unread(own) == 1

    assert read.read_at is not None
    assert sent.created_at < read.read_at <= read.updated_at
    assert (read.version, unread.version, unread.read_at) == (2, 3, None)
    async with database.unit_of_work() as work:
        assert (await work.audit.history("notifications", sent.id)).items == ()


async def test_a_transaction_that_began_before_a_notification_may_read_it(
    database: Database, worker: Raw, user: int
) -> None:
    # given a unit of work that began before the notification was made
    async with database.unit_of_work(as_user=user) as work:
        assert await work.notifications.count_unread(NotificationFilter(user_id=user)) == 0
        late = [await stored(worker, user, created_at=datetime.now(UTC)) for _ in range(2)]
        # when it is read there, then not before it was made
        read = await work.notifications.mark_read(late[0])
        assert read.read_at == read.created_at
        assert await work.notifications.mark_all_read(NotificationFilter(user_id=user)) == 1


async def test_a_user_marks_the_own_only(database: Database, worker: Raw, user: int) -> None:
    other = await new_user(worker, "mehmet")
    async with database.unit_of_work() as work:
        theirs = (await work.notifications.send(new(other))).notification
    async with database.unit_of_work(as_user=user) as work:
        for act in (work.notifications.mark_read, work.notifications.mark_unread):
            with pytest.raises(NotFound):
                await act(theirs.id)
        assert await work.notifications.mark_all_read(NotificationFilter(user_id=other)) == 0
    async with database.unit_of_work() as work:
        assert await work.notifications.get(theirs.id) == theirs
        with pytest.raises(NotFound):
            await work.notifications.mark_read(theirs.id + 1)


async def test_what_ran_out_is_not_unread(database: Database, worker: Raw, user: int) -> None:
    # given one that ran out, one that will, and one that never does
    over = await stored(worker, user, expires_at=ago(seconds=1))
    runs = await stored(worker, user, expires_at=ahead(days=1))
    stays = await stored(worker, user)
    own = NotificationFilter(user_id=user)
    async with database.unit_of_work(as_user=user) as work:
        # then it is listed, and neither listed nor counted nor marked as unread
        assert [each.id for each in (await work.notifications.page(own)).items] == [stays, runs, over]
        assert [each.id for each in (await work.notifications.unread(own)).items] == [stays, runs]
        assert await work.notifications.count_unread(own) == 2
        assert await work.notifications.mark_all_read(own) == 2
        assert await work.notifications.mark_all_read(own) == 0
        assert (await work.notifications.get(over)).read_at is None


async def test_all_of_a_type_are_marked(database: Database, worker: Raw, user: int) -> None:
    other = await new_user(worker, "mehmet")
    due = [await stored(worker, user, type="payment_due") for _ in range(2)]
    job = await stored(worker, user, type="job_failed")
    read = await stored(worker, user, type="payment_due", read_at=ago(days=1))
    theirs = await stored(worker, other, type="payment_due")
    async with database.unit_of_work() as work:
        before = await work.notifications.get(read)
        of_type = NotificationFilter(user_id=user, type=NotificationType.PAYMENT_DUE)
        assert await work.notifications.mark_all_read(of_type) == 2
        assert await work.notifications.get(read) == before
        assert [(await work.notifications.get(each)).read_at is None for each in (*due, job, theirs)] == [
            False,
            False,
            True,
            True,
        ]


# -- pruning -----------------------------------------------------------------------------


async def test_what_served_is_pruned_and_one_entry_tells_how_many(database: Database, worker: Raw, user: int) -> None:
    over = [await stored(worker, user, read_at=ago(days=91)) for _ in range(2)]
    over.append(await stored(worker, user, expires_at=ago(days=91)))
    kept = [
        await stored(worker, user, read_at=ago(days=89)),
        await stored(worker, user, expires_at=ago(days=89)),
        await stored(worker, user),
    ]
    async with database.unit_of_work() as work:
        assert [each.id for each in await work.notifications.due_for_deletion()] == over
    # when it is pruned in batches of two, until there is nothing
    counts: list[int] = []
    for _ in range(3):
        async with database.unit_of_work() as work:
            counts.append(await work.notifications.prune(2))
    # then the others are there still
    assert counts == [2, 1, 0]
    rows = await worker.fetch("SELECT id FROM notifications ORDER BY id")
    assert [row["id"] for row in rows] == kept
    async with database.unit_of_work() as work:
        entries = (await work.audit.page(AuditFilter(event_type="notification.pruned"))).items
    assert [(entry.action, entry.entity_type, entry.entity_id, entry.payload) for entry in reversed(entries)] == [
        (AuditAction.DELETE, "notifications", None, {"after": {"count": 2}}),
        (AuditAction.DELETE, "notifications", None, {"after": {"count": 1}}),
    ]


async def test_what_somebody_else_holds_is_pruned_later(
    database: Database, database_url: str, worker: Raw, user: int
) -> None:
    held, free = [await stored(worker, user, read_at=ago(days=91)) for _ in range(2)]
    other = await connect(database_url)
    await other.execute("SET ROLE platform_worker")
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT FROM notifications WHERE id = $1 FOR UPDATE", held)
    async with database.unit_of_work() as work:
        assert await work.notifications.prune() == 1
    await transaction.rollback()
    await other.close()
    async with database.unit_of_work() as work:
        assert [each.id for each in await work.notifications.due_for_deletion()] == [held]
        with pytest.raises(NotFound):
            await work.notifications.get(free)


async def test_a_user_prunes_nothing(database: Database, worker: Raw, user: int) -> None:
    await stored(worker, user, read_at=ago(days=91))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.notifications.prune()
    assert await count(worker) == 1


@pytest.mark.parametrize("limit", [0, 1001])
async def test_a_batch_is_bounded(database: Database, limit: int) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.notifications.prune(limit)
    assert refused.value.rule == "page_limit"


# -- past the library --------------------------------------------------------------------


@pytest.mark.parametrize("change", ["user_id = @other", "type = 'job_failed'", "delivery_key = 'k-2'"])
async def test_to_whom_it_went_and_about_what_is_fixed(worker: Raw, user: int, change: str) -> None:
    other = await new_user(worker, "mehmet")
    sent = await stored(worker, user, type="payment_due", delivery_key="k-1")
    changed = change.replace("@other", str(other))
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(f"UPDATE notifications SET {changed} WHERE id = $1", sent)  # noqa: S608
    assert refusal(refused.value)[:2] == ("ck_notifications_addressee_is_fixed", "notifications")
    row = await worker.fetchrow("SELECT user_id, type::text, delivery_key, version FROM notifications")
    assert tuple(row[0:4]) == (user, "payment_due", "k-1", 2)

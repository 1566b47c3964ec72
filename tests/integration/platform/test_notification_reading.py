"""Notifications are listed newest first, counted while unread, and go ninety days after they served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.notifications import NotificationType
from platform_db.errors import NotFound
from platform_db.repositories.notifications import NotificationFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


async def told(worker: Raw, user: int, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"user_id": user, "delivery_key": None, "read_at": None, "expires_at": None, "created_at": ago(hours=2)}
    return await store(worker, "notifications", **row | columns)


async def test_a_users_notifications_are_listed_once_each_newest_first(database: Database, worker: Raw) -> None:
    # given notifications of one instant, an older one, a read one, one of another type and somebody else's
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    oldest = await told(worker, user, created_at=ago(days=2))
    tied = [await told(worker, user) for _ in range(3)]
    read = await told(worker, user, read_at=ago(hours=1))
    due = await told(worker, user, type="payment_due")
    theirs = await told(worker, other)
    every, unread = NotificationFilter(user_id=user), [due, *reversed(tied), oldest]
    of_type = NotificationFilter(user_id=user, type=NotificationType.PAYMENT_DUE)
    for as_user in (user, None):
        async with database.unit_of_work(as_user=as_user) as work:
            # when user and worker read the lists in pages of two
            listed = await to_the_end(lambda after, w=work: w.notifications.page(every, after=after, limit=2))
            new = await to_the_end(lambda after, w=work: w.notifications.unread(every, after=after, limit=2))
            # then each is there once
            assert [each.id for each in listed] == [due, read, *reversed(tied), oldest]
            assert [each.id for each in new] == unread
            assert await work.notifications.count_unread(every) == 5
            assert [each.id for each in (await work.notifications.page(of_type)).items] == [due]
            assert await work.notifications.count_unread(of_type) == 1
    async with database.unit_of_work(as_user=user) as work:
        assert (await work.notifications.page(NotificationFilter(user_id=other))).items == ()
        with pytest.raises(NotFound):
            await work.notifications.get(theirs)
    async with database.unit_of_work() as work:
        assert (await work.notifications.get(theirs)).user_id == other


async def test_notifications_go_ninety_days_after_they_were_read_or_ran_out(database: Database, worker: Raw) -> None:
    # given notifications read or run out before and after the ninety days
    user = await new_user(worker, "ayse")
    made = {"created_at": ago(days=120)}
    read = await told(worker, user, **made, read_at=ago(days=91))
    over = await told(worker, user, **made, expires_at=ago(days=91), read_at=ago(days=1))
    await told(worker, user, **made, read_at=ago(days=89))
    await told(worker, user, **made, expires_at=ago(days=89))
    await told(worker, user, **made)
    async with database.unit_of_work() as work:
        # when the sweep asks, then the first two come, by id
        assert [each.id for each in await work.notifications.due_for_deletion()] == [read, over]
        assert [each.id for each in await work.notifications.due_for_deletion(1)] == [read]

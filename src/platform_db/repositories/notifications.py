"""Notifications: a user's, newest first; those unread; those whose time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.domain.fields import BigInteger
from platform_db.domain.notifications import Notification, NotificationType
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, equal
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.schema.notifications import notifications

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["NotificationFilter", "NotificationRepository"]

_ROWS: Final = Rows(notifications, Notification, "notification")

_KEPT: Final = timedelta(days=90)
"""How long a notification is kept after it was read or ran out."""

_OVER: Final = Sweep(
    notifications,
    Notification,
    sa.or_(longer_ago(_KEPT, notifications.c.read_at), longer_ago(_KEPT, notifications.c.expires_at)),
    order=(notifications.c.id,),
)


class NotificationFilter(Filter):
    """Whose notifications a list holds, and about what; None does not restrict."""

    user_id: Annotated[int, BigInteger()]
    type: NotificationType | None = None


_CONDITIONS: Final = {name: equal(name) for name in NotificationFilter.model_fields}
_LISTING: Final = Listing(notifications, Notification, NEWEST_FIRST, _CONDITIONS)
_UNREAD: Final = Listing(
    notifications,
    Notification,
    NEWEST_FIRST,
    _CONDITIONS,
    name="unread",
    only=(lambda table: table.c.read_at.is_(None),),
)


class NotificationRepository:
    """Notifications. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own ones; background work (platform_worker) all.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, notification_id: int) -> Notification:
        """The notification of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, notification_id)

    async def page(
        self, chosen: NotificationFilter, *, after: str | None = None, limit: int = 50
    ) -> Page[Notification]:
        """A user's notifications, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def unread(
        self, chosen: NotificationFilter, *, after: str | None = None, limit: int = 50
    ) -> Page[Notification]:
        """A user's notifications that were not read yet, newest first; also those that ran out.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _UNREAD.page(self._executor, chosen, after=after, limit=limit)

    async def count_unread(self, chosen: NotificationFilter) -> int:
        """How many :meth:`unread` gives; reads each of them."""
        return await _UNREAD.count(self._executor, chosen)

    async def due_for_deletion(self, limit: int = 100) -> tuple[Notification, ...]:
        """Notifications read, or run out, more than 90 days ago, by id; for background work.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _OVER.batch(self._executor, limit)

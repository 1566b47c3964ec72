"""Notifications: sent once, read, counted while unread, and gone ninety days after they served."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.fields import BigInteger
from platform_db.domain.notifications import (
    SENT,
    Delivery,
    DeliveryOutcome,
    NewNotification,
    Notification,
    NotificationType,
)
from platform_db.errors import SerializationFailure
from platform_db.repositories.bulk import Bulk, report_of
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import NEWEST_FIRST, Condition, Filter, Listing, equal
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.schema.notifications import notifications

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

    from platform_db.database.executor import Executor
    from platform_db.domain.bulk import BulkReport
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["NotificationFilter", "NotificationRepository"]

_ROWS: Final = Rows(notifications, Notification, "notification")

_KEPT: Final = timedelta(days=90)
"""How long a notification is kept after it was read or ran out."""

_SERVED: Final = sa.or_(longer_ago(_KEPT, notifications.c.read_at), longer_ago(_KEPT, notifications.c.expires_at))
_OVER: Final = Sweep(notifications, Notification, _SERVED, order=(notifications.c.id,))
_PRUNE: Final = Statement(
    sa.delete(notifications).where(first_free(notifications, _SERVED, order=(notifications.c.id,)))
)

_DELIVERY: Final = ("user_id", "delivery_key")
_SEND: Final = Statement(
    postgresql.insert(notifications)
    .values({name: sa.bindparam(name, type_=notifications.c[name].type) for name in SENT})
    .on_conflict_do_nothing(index_elements=_DELIVERY)
    .returning(*notifications.c)
)
_SENT_BEFORE: Final = Statement(sa.select(notifications).where(*(equal(name)(notifications) for name in _DELIVERY)))
_BULK: Final = Bulk(
    notifications, Notification, NewNotification, columns=SENT, key=_DELIVERY, values=lambda new: new.columns
)

# Not before it was made: a transaction that began earlier may read it.
_READ_NOW: Final = sa.func.greatest(sa.func.now(), notifications.c.created_at)
_MARK_READ: Final = Statement(
    sa.update(notifications)
    .where(_ROWS.key, notifications.c.read_at.is_(None))
    .values(read_at=_READ_NOW)
    .returning(*notifications.c)
)
_MARK_UNREAD: Final = Statement(
    sa.update(notifications)
    .where(_ROWS.key, notifications.c.read_at.is_not(None))
    .values(read_at=sa.null())
    .returning(*notifications.c)
)


class NotificationFilter(Filter):
    """Whose notifications a list holds, and about what; None does not restrict."""

    user_id: Annotated[int, BigInteger()]
    type: NotificationType | None = None


def _not_read(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.read_at.is_(None)


def _not_run_out(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.or_(table.c.expires_at.is_(None), table.c.expires_at > sa.func.now())


_IS_UNREAD: Final[tuple[Condition, ...]] = (_not_read, _not_run_out)
_CONDITIONS: Final = {name: equal(name) for name in NotificationFilter.model_fields}
_LISTING: Final = Listing(notifications, Notification, NEWEST_FIRST, _CONDITIONS)
_UNREAD: Final = Listing(notifications, Notification, NEWEST_FIRST, _CONDITIONS, name="unread", only=_IS_UNREAD)


def _mark_all_read(*given: str) -> Statement:
    chosen = (condition(notifications) for condition in (*_IS_UNREAD, *(_CONDITIONS[name] for name in given)))
    return Statement(sa.update(notifications).where(*chosen).values(read_at=_READ_NOW))


_MARK_ALL_READ: Final = {frozenset(given): _mark_all_read(*given) for given in (("user_id",), ("user_id", "type"))}


class NotificationRepository(Repository[Notification, NotificationFilter]):
    """Notifications, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own ones and marks them read or unread; background work
    (platform_worker) sends, sees and prunes all. Unread is what was not read and has not run
    out: after ``expires_at``, by the database's clock, it is neither listed nor counted as
    unread, though it is still there.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, _LISTING)

    async def send(self, new: NewNotification) -> Delivery:
        """Send a user a notification, once under its delivery key: again, it is the one sent first.

        Of many that send one key at once, one row comes of it.

        Raises
        ------
        RuleViolation
            It has run out already (``ck_notifications_expires_after_created``).
        StillReferenced
            There is no such user.
        SerializationFailure
            The one sent first was pruned at this moment: try again.
        NotAllowed
            The unit of work acts for a user.
        """
        row = await self._executor.fetch_row(_SEND, new.columns)
        if row is not None:
            return Delivery(_ROWS.read(row), DeliveryOutcome.SENT)
        asked = {"user_id": new.user_id, "delivery_key": new.delivery_key}
        row = await self._executor.fetch_row(_SENT_BEFORE, asked)
        if row is None:
            message = "the notification that was sent under this key is being pruned"
            raise SerializationFailure(message)
        return Delivery(_ROWS.read(row), DeliveryOutcome.SENT_BEFORE)

    async def send_many(
        self, rows: Iterable[NewNotification] | AsyncIterable[NewNotification]
    ) -> BulkReport[Notification]:
        """Send many notifications, each as by :meth:`send`, with an outcome for each.

        Created is sent, unchanged was sent before. One that is refused leaves the others: for a
        user who does not exist (StillReferenced), as run out already (RuleViolation), or under a
        user's key that came earlier in this call (AlreadyExists), or because the unit of work
        acts for a user (NotAllowed).

        Raises
        ------
        Deadlock
            Another call of several batches sends the same keys: try again, as ``database.run`` does.
        """
        return await report_of(_BULK.ensure(self._executor, rows))

    async def unread(
        self, chosen: NotificationFilter, *, after: str | None = None, limit: int = 50
    ) -> Page[Notification]:
        """A user's notifications that were neither read nor have run out, newest first.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _UNREAD.page(self._executor, chosen, after=after, limit=limit)

    async def count_unread(self, chosen: NotificationFilter) -> int:
        """How many :meth:`unread` gives; reads each of them."""
        return await _UNREAD.count(self._executor, chosen)

    async def mark_read(self, notification_id: int) -> Notification:
        """Mark a notification read, by the database's clock; what was read keeps its time.

        No version is needed: reading twice is reading once.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        row = await self._executor.fetch_row(_MARK_READ, {"id": notification_id})
        return await self.get(notification_id) if row is None else _ROWS.read(row)

    async def mark_unread(self, notification_id: int) -> Notification:
        """Mark a notification unread again; what is unread stays as it is.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        row = await self._executor.fetch_row(_MARK_UNREAD, {"id": notification_id})
        return await self.get(notification_id) if row is None else _ROWS.read(row)

    async def mark_all_read(self, chosen: NotificationFilter) -> int:
        """Mark everything read that :meth:`unread` gives; give how many.

        Notifications that come meanwhile stay unread.
        """
        given = chosen.given()
        return await self._executor.execute(_MARK_ALL_READ[frozenset(given)], given)

    async def due_for_deletion(self, limit: int = 100) -> tuple[Notification, ...]:
        """What :meth:`prune` would delete, by id; for background work.

        Notifications read, or run out, more than 90 days ago. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _OVER.batch(self._executor, limit)

    async def prune(self, limit: int = 100) -> int:
        """Delete notifications read, or run out, more than 90 days ago; give how many.

        By the database's clock, the first by id. Rows that another transaction holds are passed
        over; one audit entry tells the count. Run it until it gives less than ``limit``, 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        count = await self._executor.execute(_PRUNE, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.DELETE, "notification.pruned", Notification.entity, count)
        return count

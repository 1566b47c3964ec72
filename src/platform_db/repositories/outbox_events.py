"""The outbox: events written with a change, claimed by a relay, swept once delivered."""

from __future__ import annotations

from datetime import timedelta
from random import random
from typing import TYPE_CHECKING, Annotated, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction, EntityType
from platform_db.domain.backoff import full_jitter
from platform_db.domain.columns import columns_of
from platform_db.domain.fields import BigInteger
from platform_db.domain.outbox_events import NewEvent, OutboxEvent
from platform_db.errors import LeaseLost, NotFound
from platform_db.repositories.arrays import arrays, given_rows, insert_from_arrays
from platform_db.repositories.claims import claim, first_free
from platform_db.repositories.filters import Filter, Listing, equal
from platform_db.repositories.paging import Key, checked_limit
from platform_db.repositories.rows import reader
from platform_db.repositories.sweeps import Sweep, longer_ago, passed
from platform_db.repositories.windows import SPAN, checked_span, from_now
from platform_db.schema.outbox_events import outbox_events

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["OutboxEventRepository", "OutboxFilter"]

_read = reader(OutboxEvent)

_BY_EVENT_ID: Final = Statement(
    sa.select(outbox_events).where(outbox_events.c.event_id == sa.bindparam("event_id", type_=sa.Uuid()))
)
_CLAIM: Final = Statement(
    claim(
        outbox_events,
        outbox_events.c.delivered_at.is_(None),
        passed(outbox_events.c.available_at),
        sa.or_(outbox_events.c.claimed_until.is_(None), passed(outbox_events.c.claimed_until)),
        order=(outbox_events.c.available_at, outbox_events.c.id),
    )
)

_WRITTEN: Final = tuple(NewEvent.model_fields)
_PUBLISH: Final = Statement(
    insert_from_arrays(outbox_events, _WRITTEN, "event").returning(outbox_events.c.id, outbox_events.c.event_id)
)


_CLAIMED: Final = ("id", "attempts")
_HELD: Final = given_rows(outbox_events, _CLAIMED, "held")
_MINE: Final = (
    *(outbox_events.c[name] == _HELD.c[f"held_{name}"] for name in _CLAIMED),
    outbox_events.c.claimed_until.is_not(None),
)
"""The event is claimed, and nobody has claimed it since."""

_DELIVERED: Final = Statement(
    sa.update(outbox_events)
    .where(*_MINE)
    .values(delivered_at=sa.func.now(), claimed_until=None, last_error=None)
    .returning(*outbox_events.c)
)
_FAILED: Final = Statement(
    sa.update(outbox_events)
    .where(*_MINE)
    .values(
        available_at=from_now(),
        claimed_until=None,
        last_error=sa.bindparam("error", type_=outbox_events.c.last_error.type),
    )
    .returning(*outbox_events.c)
)
_Reason: Final = columns_of(OutboxEvent, ("last_error",))

_KEPT: Final = timedelta(days=7)
"""How long an event is kept after it was delivered."""

_IS_OVER: Final = longer_ago(_KEPT, outbox_events.c.delivered_at)
_OLDEST: Final = (outbox_events.c.delivered_at, outbox_events.c.id)
_OVER: Final = Sweep(outbox_events, OutboxEvent, _IS_OVER, order=_OLDEST)
_SWEEP: Final = Statement(sa.delete(outbox_events).where(first_free(outbox_events, _IS_OVER, order=_OLDEST)))


class OutboxFilter(Filter):
    """Of which aggregate a list holds the events: its kind (``invoices``) and the key of its row."""

    aggregate_type: Annotated[str, EntityType]
    aggregate_id: Annotated[int, BigInteger()]


_OF_AGGREGATE: Final = Listing(
    outbox_events, OutboxEvent, (Key("id"),), {name: equal(name) for name in OutboxFilter.model_fields}
)


class OutboxEventRepository:
    """Events for other systems. Belongs to one unit of work and never commits.

    An event is written in the transaction of the change that it tells of, so both are stored
    or neither. A relay claims, commits, delivers, and reports: at least once, each time under
    the same ``event_id``. A user's request (platform_app) publishes; the rest is background
    work (platform_worker).
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
        self._audit = audit

    async def publish(self, event: NewEvent) -> UUID:
        """Write an event; give the name under which receivers will know it.

        Raises
        ------
        RuleViolation
            ``payload`` or ``headers`` are too large.
        """
        [name] = await self.publish_many([event])
        return name

    async def publish_many(self, events: Sequence[NewEvent]) -> tuple[UUID, ...]:
        """Write events in one statement, all or none; their names in the order given.

        Raises
        ------
        RuleViolation
            ``payload`` or ``headers`` of one are too large.
        """
        if not events:
            return ()
        rows = [{name: getattr(event, name) for name in _WRITTEN} for event in events]
        written = await self._executor.fetch(_PUBLISH, arrays("event", _WRITTEN, rows))
        return tuple(cast("UUID", row["event_id"]) for row in sorted(written, key=lambda row: cast("int", row["id"])))

    async def by_event_id(self, event_id: UUID) -> OutboxEvent:
        """The event of this name.

        Raises
        ------
        NotFound
            There is none; also once it was delivered and swept.
        """
        row = await self._executor.fetch_row(_BY_EVENT_ID, {"event_id": event_id})
        if row is None:
            message = "no such event in the outbox"
            raise NotFound(message, entity=OutboxEvent.entity)
        return _read(row)

    async def page(self, chosen: OutboxFilter, *, after: str | None = None, limit: int = 50) -> Page[OutboxEvent]:
        """The events of one aggregate, oldest first, delivered or not.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _OF_AGGREGATE.page(self._executor, chosen, after=after, limit=limit)

    async def claim(self, limit: int, lease: timedelta) -> tuple[OutboxEvent, ...]:
        """Take events that are due for delivery, until ``lease`` from now; those due first come first.

        Each event goes to one relay: others pass over it until the lease ends, also while this
        unit of work is open. ``attempts`` counts the claim. Commit before delivering: a relay
        that dies then loses nothing, the lease ends and another takes the event. ``limit`` is 1
        to 1000; all times are the database's.

        Raises
        ------
        RuleViolation
            The limit is out of range; ``lease`` is not above zero, or is above ten years.
        """
        rows = await self._executor.fetch(_CLAIM, {"limit": checked_limit(limit), SPAN: checked_span(lease)})
        return tuple(sorted((_read(row) for row in rows), key=lambda event: (event.available_at, event.id)))

    async def delivered(self, events: Sequence[OutboxEvent]) -> tuple[OutboxEvent, ...]:
        """Note that receivers confirmed these claimed events, in one statement; give those that were noted.

        One whose lease ended, and which another relay has claimed since, is not among them:
        that relay reports it. The instant is the database's.
        """
        rows = await self._executor.fetch(_DELIVERED, _held(events))
        return tuple(sorted((_read(row) for row in rows), key=lambda event: event.id))

    async def failed(self, event: OutboxEvent, error: str) -> OutboxEvent:
        """Note why a claimed event was not delivered; it is due again after a pause.

        The pause is drawn between zero and 10 seconds, doubled with each attempt, up to an hour.
        ``error`` is 1 to 1000 characters, and names nobody.

        Raises
        ------
        RuleViolation
            ``error`` is empty or too long.
        LeaseLost
            The lease ended and another relay has claimed the event, or it is delivered.
        """
        _Reason.parse({"last_error": error})
        pause = full_jitter(max(event.attempts - 1, 0), random)
        row = await self._executor.fetch_row(_FAILED, {**_held([event]), "error": error, SPAN: pause})
        if row is None:
            message = "another relay has claimed the event, or delivered it"
            raise LeaseLost(message, entity=OutboxEvent.entity)
        return _read(row)

    async def delete_old(self, limit: int = 100) -> int:
        """Delete events delivered more than 7 days ago, longest ago first; give how many.

        Rows that another sweep has locked are passed over. One audit entry tells the count.
        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        count = await self._executor.execute(_SWEEP, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.DELETE, "event.deleted", OutboxEvent.entity, count)
        return count

    async def due_for_deletion(self, limit: int = 100) -> tuple[OutboxEvent, ...]:
        """Events delivered more than 7 days ago, longest ago first.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _OVER.batch(self._executor, limit)


def _held(events: Sequence[OutboxEvent]) -> dict[str, object]:
    return arrays("held", _CLAIMED, [{name: getattr(event, name) for name in _CLAIMED} for event in events])

"""The outbox: events claimed by a relay, listed by what they are about, swept once delivered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import EntityType
from platform_db.domain.fields import BigInteger
from platform_db.domain.outbox_events import OutboxEvent
from platform_db.errors import NotFound
from platform_db.repositories.claims import claim
from platform_db.repositories.filters import Filter, Listing, equal
from platform_db.repositories.paging import Key, checked_limit
from platform_db.repositories.rows import reader
from platform_db.repositories.sweeps import Sweep, longer_ago, passed
from platform_db.repositories.windows import SPAN, checked_span
from platform_db.schema.outbox_events import outbox_events

if TYPE_CHECKING:
    from uuid import UUID

    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["OutboxFilter", "OutboxRepository"]

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

_KEPT: Final = timedelta(days=7)
"""How long an event is kept after it was delivered."""

_OVER: Final = Sweep(
    outbox_events,
    OutboxEvent,
    longer_ago(_KEPT, outbox_events.c.delivered_at),
    order=(outbox_events.c.delivered_at, outbox_events.c.id),
)


class OutboxFilter(Filter):
    """Of which aggregate a list holds the events: its kind (``invoices``) and the key of its row."""

    aggregate_type: Annotated[str, EntityType]
    aggregate_id: Annotated[int, BigInteger()]


_OF_AGGREGATE: Final = Listing(
    outbox_events, OutboxEvent, (Key("id"),), {name: equal(name) for name in OutboxFilter.model_fields}
)


class OutboxRepository:
    """Events for other systems. Belongs to one unit of work and never commits.

    For background work (platform_worker): a user's request adds events and reads none.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

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

    async def due_for_deletion(self, limit: int = 100) -> tuple[OutboxEvent, ...]:
        """Events delivered more than 7 days ago, longest ago first.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _OVER.batch(self._executor, limit)

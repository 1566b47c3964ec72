"""What payment providers told us: found, listed, claimed to be applied. Background work (platform_worker) only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.fields import BigInteger
from platform_db.domain.payments.webhook_events import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    OPEN_STATUSES,
    PaymentWebhookEvent,
)
from platform_db.repositories.filters import OLDEST_FIRST, Filter, Listing, equal, labelled
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.rows import Rows
from platform_db.schema.payment_webhook_events import payment_webhook_events

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["PaymentWebhookEventRepository"]

_ROWS: Final = Rows(payment_webhook_events, PaymentWebhookEvent, "webhook event")
_EVENTS: Final = payment_webhook_events.c

_BY_EVENT: Final = Statement(
    sa.select(payment_webhook_events).where(
        _EVENTS.provider == sa.bindparam("provider", type_=sa.Text()),
        _EVENTS.event_id == sa.bindparam("event_id", type_=sa.Text()),
    )
)


class _OfPayment(Filter):
    payment_id: Annotated[int, BigInteger()]


_OF_PAYMENT: Final = Listing(
    payment_webhook_events, PaymentWebhookEvent, OLDEST_FIRST, {"payment_id": equal("payment_id")}
)


def _rested() -> sa.ColumnElement[bool]:
    # 2^20 first pauses lie far beyond the longest, and no exponent overflows.
    doublings = sa.func.power(2, sa.func.least(_EVENTS.attempts, 21) - 1)
    doubled = sa.literal(FIRST_PAUSE).op("*", return_type=sa.Interval())(doublings)
    return sa.or_(_EVENTS.attempts == 0, _EVENTS.updated_at <= sa.func.now() - sa.func.least(doubled, LONGEST_PAUSE))


def _claim() -> sa.Update:
    due = (
        sa.select(_EVENTS.id)
        .where(labelled("status", *OPEN_STATUSES)(payment_webhook_events), _rested())
        .order_by(_EVENTS.created_at, _EVENTS.id)
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        .with_for_update(skip_locked=True)
    )
    # An array is made once; a subquery of IN may run again for each row, and claim more.
    return (
        sa.update(payment_webhook_events)
        .where(_EVENTS.id == sa.any_(sa.func.array(due.scalar_subquery(), type_=sa.ARRAY(sa.BigInteger()))))
        .values(attempts=_EVENTS.attempts + 1)
        .returning(*_EVENTS)
    )


_CLAIM: Final = Statement(_claim())


class PaymentWebhookEventRepository:
    """Webhook events. Belongs to one unit of work and never commits."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, event_key: int) -> PaymentWebhookEvent:
        """The event of this id.

        Raises
        ------
        NotFound
            There is none.
        NotAllowed
            The unit of work acts for a user.
        """
        return await _ROWS.get(self._executor, event_key)

    async def by_event(self, provider: str, event_id: str) -> PaymentWebhookEvent:
        """The event that a provider knows by this id, compared byte by byte.

        Raises
        ------
        NotFound
            It was not delivered.
        NotAllowed
            The unit of work acts for a user.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_EVENT, {"provider": provider, "event_id": event_id}))

    async def of_payment(
        self, payment_id: int, *, after: str | None = None, limit: int = 50
    ) -> Page[PaymentWebhookEvent]:
        """What was told of a payment, oldest first.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or payment.
        NotAllowed
            The unit of work acts for a user.
        """
        return await _OF_PAYMENT.page(self._executor, _OfPayment(payment_id=payment_id), after=after, limit=limit)

    async def claim(self, limit: int = 10) -> tuple[PaymentWebhookEvent, ...]:
        """Take the oldest events that are to be applied, and count the attempt; oldest first.

        They are this unit's until it ends, and nobody waits for them: others claim the next
        ones. A unit that rolls back, or whose process dies, gives them back as they were. An
        event that was tried and is still open rests for a minute before it is given again,
        twice as long after each attempt, a day at most, by the server's clock.

        Raises
        ------
        RuleViolation
            The limit is not 1 to 1000.
        NotAllowed
            The unit of work acts for a user.
        """
        rows = await self._executor.fetch(_CLAIM, {"limit": checked_limit(limit)})
        return tuple(sorted(map(_ROWS.read, rows), key=lambda event: (event.created_at, event.id)))

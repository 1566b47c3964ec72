"""The statements and lists of webhook events."""

from __future__ import annotations

from typing import Annotated, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.fields import BigInteger, Text
from platform_db.domain.payments.webhook_events import (
    FIRST_PAUSE,
    LAST_ATTEMPT,
    LONGEST_PAUSE,
    OPEN_STATUSES,
    RETENTION_YEARS,
    PaymentWebhookEvent,
    WebhookEventStatus,
)
from platform_db.repositories.filters import OLDEST_FIRST, Filter, Listing, equal, labelled, one_of
from platform_db.repositories.rows import Rows
from platform_db.schema.payment_webhook_events import payment_webhook_events

__all__ = [
    "BY_EVENT",
    "CLAIM",
    "DELETE",
    "IGNORE",
    "LEFT_OPEN",
    "LISTING",
    "RECEIVE",
    "ROWS",
    "TRY",
    "WebhookEventFilter",
]

ROWS: Final = Rows(payment_webhook_events, PaymentWebhookEvent, "webhook event")
_EVENTS: Final = payment_webhook_events.c

BY_EVENT: Final = Statement(
    sa.select(payment_webhook_events).where(
        _EVENTS.provider == sa.bindparam("provider", type_=sa.Text()),
        _EVENTS.event_id == sa.bindparam("event_id", type_=sa.Text()),
    )
)


RECEIVE: Final = Statement(
    postgresql.insert(payment_webhook_events)
    .values(
        {
            name: sa.bindparam(name, type_=_EVENTS[name].type)
            for name in ("provider", "event_id", "event_type", "payload_hash", "payload")
        }
    )
    .on_conflict_do_nothing(index_elements=["provider", "event_id"])
    .returning(*_EVENTS)
)
_IS_OPEN: Final = labelled("status", *OPEN_STATUSES)(payment_webhook_events)
TRY: Final = Statement(
    sa.update(payment_webhook_events)
    .where(ROWS.key, _IS_OPEN)
    .values(attempts=_EVENTS.attempts + 1)
    .returning(*_EVENTS)
)
IGNORE: Final = Statement(
    sa.update(payment_webhook_events)
    .where(ROWS.key, ROWS.as_read)
    .values(
        status=WebhookEventStatus.IGNORED,
        last_error=sa.bindparam("why", type_=sa.Text()),
        processed_at=sa.func.now(),
    )
    .returning(*_EVENTS)
)


def _delete() -> sa.Delete:
    done = (
        sa.select(_EVENTS.id)
        .where(_EVENTS.processed_at < sa.func.now() - sa.func.make_interval(RETENTION_YEARS))
        .order_by(_EVENTS.processed_at, _EVENTS.id)
        .limit(sa.bindparam("limit", type_=sa.BigInteger()))
        .with_for_update(skip_locked=True)
    )
    return sa.delete(payment_webhook_events).where(_EVENTS.id == sa.any_(sa.func.array(done.scalar_subquery())))


DELETE: Final = Statement(_delete())


def _rested() -> sa.ColumnElement[bool]:
    # 2^20 first pauses lie far beyond the longest, and no exponent overflows.
    doublings = sa.func.power(2, sa.func.least(_EVENTS.attempts, 21) - 1)
    doubled = sa.literal(FIRST_PAUSE).op("*", return_type=sa.Interval())(doublings)
    return sa.or_(_EVENTS.attempts == 0, _EVENTS.updated_at <= sa.func.now() - sa.func.least(doubled, LONGEST_PAUSE))


def _claim() -> sa.Update:
    due = (
        sa.select(_EVENTS.id)
        .where(_IS_OPEN, _EVENTS.attempts < LAST_ATTEMPT, _rested())
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


CLAIM: Final = Statement(_claim())


class WebhookEventFilter(Filter):
    """Which events a list holds; what is not given, or None, does not restrict."""

    provider: Annotated[str | None, Text(max=50)] = None
    event_type: Annotated[str | None, Text(max=100)] = None
    payment_id: Annotated[int | None, BigInteger()] = None
    statuses: frozenset[WebhookEventStatus] | None = None


LISTING: Final = Listing(
    payment_webhook_events,
    PaymentWebhookEvent,
    OLDEST_FIRST,
    {
        **{name: equal(name) for name in ("provider", "event_type", "payment_id")},
        "statuses": one_of("status", "statuses"),
    },
)
LEFT_OPEN: Final = Listing(
    payment_webhook_events,
    PaymentWebhookEvent,
    OLDEST_FIRST,
    {},
    name="left_open",
    only=(labelled("status", *OPEN_STATUSES), lambda table: table.c.attempts >= LAST_ATTEMPT),
)

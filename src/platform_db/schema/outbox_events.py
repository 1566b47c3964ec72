"""The table of the outbox: a user's request adds to it, background work delivers."""

from __future__ import annotations

from platform_db.domain.outbox_events import OutboxEvent
from platform_db.domain.rules import Message
from platform_db.schema.metadata import index, table, unique
from platform_db.schema.roles import Role

__all__ = ["outbox_events"]

outbox_events = table(
    OutboxEvent,
    unique("event_id", message=Message("Bu olay zaten kayıtlı", "The event is recorded already")),
    index(
        "idx_outbox_events_aggregate",
        "aggregate_type",
        "aggregate_id",
        "id",
        serves="The events of one aggregate, oldest first.",
    ),
    index(
        "idx_outbox_events_available",
        "available_at",
        "id",
        where="delivered_at IS NULL",
        serves="Events that are due, earliest first: what a relay claims.",
    ),
    index(
        "idx_outbox_events_delivered_at",
        "delivered_at",
        where="delivered_at IS NOT NULL",
        serves="The sweep: events that were delivered more than 7 days ago.",
    ),
    personal=frozenset({"payload"}),
    grants={
        # What the relay keeps of an event is not the writer's to set.
        Role.APP: {
            "SELECT": ("id", "event_id"),
            "INSERT": ("event_type", "aggregate_type", "aggregate_id", "payload", "headers"),
        },
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

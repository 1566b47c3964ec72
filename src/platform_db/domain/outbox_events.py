"""The outbox: events for other systems, stored in the transaction of the change and delivered afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from platform_db.domain import patterns
from platform_db.domain.changes import ChangeRule, final, fixed
from platform_db.domain.fields import BigInteger, Column, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Created, InputModel
from platform_db.domain.rules import Message, Rule

__all__ = ["NewEvent", "OutboxEvent"]


def _delivered_is_unclaimed(delivered_at: datetime | None, claimed_until: datetime | None) -> bool:
    return delivered_at is None or claimed_until is None


_EventType = Annotated[
    str,
    Text(
        max=100,
        pattern=patterns.DOTTED_SLUG,
        name="event_type_format",
        message=Message(
            "Olay türü noktalı küçük harftir (invoice.issued)",
            "An event type is lower case with dots (invoice.issued)",
        ),
    ),
]
_AggregateType = Annotated[
    str,
    Text(
        max=50,
        pattern=patterns.SLUG,
        name="aggregate_type_format",
        message=Message(
            "Olayın konusu küçük harf, rakam ve alt çizgidir",
            "An aggregate type is lower-case letters, digits and _",
        ),
    ),
]
_Document = Annotated[JsonObject, Json()]


class OutboxEvent(Created):
    """Events written with the change they tell of, delivered at least once under a stable `event_id`.

    A receiver that remembers the `event_id` acts on each event once.
    """

    entity = "outbox_events"

    event_id: Annotated[UUID, Column(server_default="gen_random_uuid()")] = Field(
        description="Name of the event, the same at every delivery."
    )
    event_type: _EventType = Field(description="What happened (`invoice.issued`).")
    aggregate_type: _AggregateType = Field(description="To what it happened (`invoices`).")
    aggregate_id: Annotated[int, BigInteger()] = Field(description="To which of them: the key of its row.")
    payload: _Document = Field(description="What receivers are told, as a JSON object.")
    headers: _Document = Field(
        default_factory=dict, description="What carries the event, as a JSON object: trace, tenant, content type."
    )
    attempts: Annotated[int, Integer(ge=0, name="attempts_non_negative")] = Field(
        default=0, description="Deliveries that were begun."
    )
    available_at: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="Not delivered before this instant (UTC)."
    )
    claimed_until: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="End of the lease of the relay that has it (UTC); afterwards another may take it."
    )
    delivered_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When a receiver confirmed it (UTC); the row goes 7 days later."
    )
    last_error: Annotated[str | None, Text(max=1000)] = Field(default=None, description="Why the last delivery failed.")

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="delivered_is_unclaimed",
            fields=("delivered_at", "claimed_until"),
            holds=_delivered_is_unclaimed,
            sql="delivered_at IS NULL OR claimed_until IS NULL",
            message=Message(
                "Teslim edilmiş bir olay kimseye ayrılmış değildir", "An event that is delivered is claimed by nobody"
            ),
            null_aware=True,
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        fixed(
            "event_is_fixed",
            ("event_id", "event_type", "aggregate_type", "aggregate_id", "payload", "headers"),
            Message("Yazılmış bir olay değişmez", "An event that was written stays what it is"),
        ),
        final(
            "delivered_is_final",
            "delivered_at",
            Message("Teslim edilmiş bir olay teslim edilmiş kalır", "An event that was delivered stays delivered"),
        ),
    )


class NewEvent(InputModel):
    """An event to tell other systems of; written with the change that it tells of.

    >>> NewEvent(event_type="invoice.issued", aggregate_type="invoices", aggregate_id=7, payload={}).headers
    {}
    """

    entity = OutboxEvent.entity

    event_type: _EventType
    aggregate_type: _AggregateType
    aggregate_id: Annotated[int, BigInteger()]
    payload: _Document
    headers: _Document = Field(default_factory=dict)

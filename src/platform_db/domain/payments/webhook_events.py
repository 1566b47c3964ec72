"""Webhook events: what payment providers told us, each told once and applied once."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import BigInteger, Column, Digest, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.rules import Message, Rule

__all__ = ["OPEN_STATUSES", "PaymentWebhookEvent", "WebhookEventStatus"]


class WebhookEventStatus(StrEnum):
    """How far we are with an event; a failed one is tried again."""

    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"
    FAILED = "failed"


OPEN_STATUSES: Final = (WebhookEventStatus.RECEIVED, WebhookEventStatus.FAILED)
"""Still to be applied."""

FIRST_PAUSE: Final = timedelta(minutes=1)
"""How long an event rests after its first attempt; each further one doubles it."""

LONGEST_PAUSE: Final = timedelta(days=1)
"""The longest rest between two attempts."""

_DONE = frozenset({WebhookEventStatus.PROCESSED, WebhookEventStatus.IGNORED})


def _processed_at_matches_status(status: WebhookEventStatus | None, processed_at: datetime | None) -> bool | None:
    return None if status is None else (status in _DONE) == (processed_at is not None)


def _failed_has_error(status: WebhookEventStatus | None, error: str | None) -> bool:
    return status != WebhookEventStatus.FAILED or error is not None


class PaymentWebhookEvent(Versioned):
    """Provider events, each applied once.

    The provider's own id of the event makes a second delivery the same event;
    ``payload_hash`` tells a replay from a body that was changed.
    """

    entity = "payment_webhook_events"

    provider: Annotated[str, Text(max=50), Column(bytewise=True)] = Field(
        description="Payment provider that sent the event."
    )
    event_id: Annotated[str, Text(max=255), Column(bytewise=True)] = Field(
        description="The provider's own id of the event, unique within the provider."
    )
    event_type: Annotated[str, Text(max=100)] = Field(description="What the provider calls this kind of event.")
    payload_hash: Annotated[str, Digest(name="payload_hash_format")] = Field(
        description="SHA-256 of the body as it was delivered."
    )
    payment_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The payment that the event is about; NULL until it is found."
    )
    status: WebhookEventStatus = Field(
        default=WebhookEventStatus.RECEIVED, description="How far we are with the event."
    )
    payload: Annotated[JsonObject, Json()] = Field(description="The body as it was delivered, as a JSON object.")
    attempts: Annotated[
        int,
        Integer(
            ge=0,
            name="attempts_non_negative",
            message=Message("Deneme sayısı sıfırdan küçük olamaz", "The number of attempts must not be negative"),
        ),
    ] = Field(default=0, description="How often applying the event was tried.")
    last_error: Annotated[str | None, Text(max=1000)] = Field(
        default=None, description="Why the last attempt failed, without the body's values."
    )
    processed_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the event was applied or ignored (UTC); NULL while it is open."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="processed_at_matches_status",
            fields=("status", "processed_at"),
            holds=_processed_at_matches_status,
            sql="(status IN ('processed', 'ignored')) = (processed_at IS NOT NULL)",
            message=Message(
                "İşlenme anı, olay işlenmiş ya da yok sayılmış ise bulunur, değilse bulunmaz",
                "The moment of processing is there if, and only if, the event was processed or ignored",
            ),
            null_aware=True,
        ),
        Rule(
            name="failed_has_error",
            fields=("status", "last_error"),
            holds=_failed_has_error,
            sql="status <> 'failed' OR last_error IS NOT NULL",
            message=Message("Başarısız olayın hatası yazılmalıdır", "A failed event says what went wrong"),
            null_aware=True,
        ),
    )

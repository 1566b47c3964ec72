"""Webhook events: what payment providers told us, each told once and applied once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field, field_validator

from platform_db.domain.canonical_json import canonical_json
from platform_db.domain.changes import ChangeRule, StateMachine, final, fixed
from platform_db.domain.fields import BigInteger, Column, Digest, Instant, Integer, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.refusals import Refused
from platform_db.domain.rules import Message, Rule
from platform_db.errors import IdempotencyMismatch, PlatformError, RuleViolation

__all__ = [
    "FIRST_PAUSE",
    "LAST_ATTEMPT",
    "LONGEST_PAUSE",
    "OPEN_STATUSES",
    "RETENTION_YEARS",
    "WEBHOOK_EVENT_STATES",
    "DeliveredEvent",
    "PaymentWebhookEvent",
    "Receipt",
    "ReceiptOutcome",
    "WebhookEventStatus",
    "failed",
    "ignored",
    "processed",
    "same_or_mismatch",
    "words_of",
]


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

LAST_ATTEMPT: Final = 20
"""How often an event is tried of itself, in about ten days; then it waits for a person."""

RETENTION_YEARS: Final = 2
"""How long an event is kept after it was applied or ignored; its payments are kept ten years."""

WEBHOOK_EVENT_STATES: Final = StateMachine(
    "status",
    {
        WebhookEventStatus.RECEIVED: {
            WebhookEventStatus.PROCESSED,
            WebhookEventStatus.IGNORED,
            WebhookEventStatus.FAILED,
        },
        WebhookEventStatus.FAILED: {WebhookEventStatus.PROCESSED, WebhookEventStatus.IGNORED},
    },
    Message("Olay bu durumdan istenen duruma geçemez", "The event cannot go from its status to this one"),
)
"""What becomes of an event; processed and ignored are final."""

_LONGEST_ERROR: Final = 1000
_NOT_CANONICAL: Final = (
    "payload_canonical",
    Message(
        "Gövdede her okuyucunun aynı okumayacağı bir sayı ya da metin var",
        "The body holds a number or text that not every reader takes for the same",
    ),
)

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
    last_error: Annotated[str | None, Text(max=_LONGEST_ERROR)] = Field(
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

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        WEBHOOK_EVENT_STATES.rule,
        fixed(
            "delivery_is_fixed",
            ("provider", "event_id", "event_type", "payload_hash", "payload"),
            Message("Teslim alınan olay değiştirilemez", "What was delivered cannot be changed"),
        ),
        final(
            "payment_is_final",
            "payment_id",
            Message("Olayın ödemesi bir kez bulunur", "The payment of an event is found once"),
        ),
    )


class DeliveredEvent(InputModel):
    """An event as a provider delivered it, its signature checked by the service.

    ``payload`` is the body as JSON, without card numbers or other secrets: it is kept for two
    years after it was applied. :attr:`payload_hash` is the SHA-256 of its canonical form
    (RFC 8785), so that spaces and the order of keys do not make it another body.

    Examples
    --------
    >>> one = DeliveredEvent(provider="iyzico", event_id="e-1", event_type="payment.paid", payload={"a": 1, "b": 2})
    >>> other = DeliveredEvent(provider="iyzico", event_id="e-1", event_type="payment.paid", payload={"b": 2, "a": 1})
    >>> one.payload_hash == other.payload_hash
    True
    """

    entity = "payment_webhook_events"

    provider: Annotated[str, Text(max=50)]
    event_id: Annotated[str, Text(max=255)]
    event_type: Annotated[str, Text(max=100)]
    payload: Annotated[JsonObject, Json()]

    @field_validator("payload")
    @classmethod
    def _is_canonical(cls, payload: JsonObject) -> JsonObject:
        try:
            canonical_json(payload)
        except ValueError:
            raise Refused(*_NOT_CANONICAL).in_model() from None
        return payload

    @property
    def payload_hash(self) -> str:
        """SHA-256 of the canonical body, in lower-case hexadecimal."""
        return hashlib.sha256(canonical_json(self.payload)).hexdigest()

    @property
    def columns(self) -> Mapping[str, object]:
        """The row to store."""
        return {**{name: getattr(self, name) for name in type(self).model_fields}, "payload_hash": self.payload_hash}


class ReceiptOutcome(StrEnum):
    """Whether a delivery was the first of its event."""

    RECEIVED = "received"
    SEEN_BEFORE = "seen_before"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An event as it is stored, and whether this delivery stored it."""

    event: PaymentWebhookEvent
    outcome: ReceiptOutcome


def same_or_mismatch(first: PaymentWebhookEvent, again: DeliveredEvent) -> PaymentWebhookEvent:
    """The event delivered first, when the same is delivered again.

    Raises
    ------
    IdempotencyMismatch
        Type or body differ; ``fields`` names them.
    """
    columns = again.columns
    differing = tuple(name for name in ("event_type", "payload_hash") if getattr(first, name) != columns[name])
    if not differing:
        return first
    message = "an event with this id of the provider was delivered already, and it says something else"
    raise IdempotencyMismatch(message, entity=PaymentWebhookEvent.entity, fields=differing)


def processed(tried: PaymentWebhookEvent, payment_id: int) -> dict[str, object]:
    """The event was applied to a payment; ``tried`` has counted the attempt, and its stamp is the moment."""
    return tried.checked(
        {"status": WebhookEventStatus.PROCESSED, "payment_id": payment_id, "processed_at": tried.updated_at}
    )


def ignored(tried: PaymentWebhookEvent, why: str, payment_id: int | None) -> dict[str, object]:
    """The event changes nothing, and says why; the payment it is about, where there is one.

    Raises
    ------
    RuleViolation
        It was applied or ignored already (``ck_payment_webhook_events_transition_allowed``).
    """
    if tried.status not in OPEN_STATUSES:
        raise RuleViolation(WEBHOOK_EVENT_STATES.rule.guard.violation(PaymentWebhookEvent.entity))
    found = {} if payment_id is None else {"payment_id": payment_id}
    return tried.checked(
        {
            "status": WebhookEventStatus.IGNORED,
            "last_error": why[:_LONGEST_ERROR],
            "processed_at": tried.updated_at,
            **found,
        }
    )


def failed(tried: PaymentWebhookEvent, why: str) -> dict[str, object]:
    """The event could not be applied; it is tried again until :data:`LAST_ATTEMPT`."""
    return tried.checked({"status": WebhookEventStatus.FAILED, "last_error": why[:_LONGEST_ERROR]})


def words_of(error: PlatformError) -> str:
    """What a refusal says, by its rule where it has one; never a value."""
    return f"{type(error).__name__}: {error.message}"

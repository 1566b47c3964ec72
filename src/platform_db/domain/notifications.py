"""Notifications: what a user is told, once, until it is read or has run out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Self

from pydantic import AwareDatetime, Field, StrictInt, StrictStr, model_validator

from platform_db.domain.changes import ChangeRule, fixed
from platform_db.domain.columns import columns_of
from platform_db.domain.fields import BigInteger, Column, Instant, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.rules import Message, Rule

__all__ = [
    "SENT",
    "Delivery",
    "DeliveryOutcome",
    "NewNotification",
    "Notification",
    "NotificationSeverity",
    "NotificationType",
]


class NotificationType(StrEnum):
    """What a user is told about."""

    JOB_COMPLETED = "job_completed"
    JOB_FAILED = "job_failed"
    JOB_WARNING = "job_warning"
    SYSTEM_UPDATE = "system_update"
    SYSTEM_MAINTENANCE = "system_maintenance"
    SYSTEM_ALERT = "system_alert"
    LICENSE_EXPIRING = "license_expiring"
    LICENSE_EXPIRED = "license_expired"
    LICENSE_RENEWED = "license_renewed"
    INVOICE_CREATED = "invoice_created"
    PAYMENT_DUE = "payment_due"
    PAYMENT_RECEIVED = "payment_received"
    PAYMENT_FAILED = "payment_failed"
    SECURITY_ALERT = "security_alert"
    LOGIN_NEW_DEVICE = "login_new_device"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a label, not a password


class NotificationSeverity(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


def _read_after_created(read_at: datetime, created_at: datetime) -> bool:
    return read_at >= created_at


def _expires_after_created(expires_at: datetime, created_at: datetime) -> bool:
    return expires_at > created_at


class Notification(Versioned):
    """A message to a user.

    Unread is what was not read and has not run out: after ``expires_at`` nobody needs to see it.
    """

    entity = "notifications"

    user_id: Annotated[int, BigInteger()] = Field(description="Who is told.")
    type: NotificationType = Field(description="What it is about.")
    severity: NotificationSeverity = Field(default=NotificationSeverity.INFO, description="How much it matters.")
    title: Annotated[str, Text(max=200)] = Field(description="The message in a line.")
    payload: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="What the message is made from, as a JSON object."
    )
    delivery_key: Annotated[str | None, Text(max=200), Column(bytewise=True)] = Field(
        default=None, description="The sender's key of the message: it is delivered to a user once under it."
    )
    read_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the user read it (UTC); the row goes 90 days later."
    )
    expires_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When it no longer matters (UTC); the row goes 90 days later."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="read_after_created",
            fields=("read_at", "created_at"),
            holds=_read_after_created,
            sql="read_at >= created_at",
            message=Message("Bir bildirim oluşturulmadan okunamaz", "A notification is not read before it was made"),
        ),
        Rule(
            name="expires_after_created",
            fields=("expires_at", "created_at"),
            holds=_expires_after_created,
            sql="expires_at > created_at",
            message=Message(
                "Bir bildirimin süresi oluşturulduktan sonra dolar", "A notification expires after it was made"
            ),
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        fixed(
            "addressee_is_fixed",
            ("user_id", "type", "delivery_key"),
            Message(
                "Bir bildirimin kime, ne için ve hangi anahtarla gönderildiği değişmez",
                "To whom a notification went, about what and under which key does not change",
            ),
        ),
    )


SENT: Final = ("user_id", "type", "severity", "title", "payload", "delivery_key", "expires_at")
"""The columns with which a notification is sent."""

_Sent: Final = columns_of(Notification, SENT)


class NewNotification(InputModel):
    """A notification to send.

    Under one ``delivery_key`` a user gets one notification, however often it is sent; without a
    key each is another. ``expires_at`` is when it no longer matters.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``notifications`` is broken; ``violations`` has every one.
    """

    entity = "notifications"

    user_id: StrictInt
    type: NotificationType
    severity: NotificationSeverity = NotificationSeverity.INFO
    title: StrictStr
    payload: JsonObject = Field(default_factory=dict)
    delivery_key: StrictStr | None = None
    expires_at: AwareDatetime | None = None

    @property
    def columns(self) -> Mapping[str, object]:
        """The row to store, by column."""
        row = _Sent.parse({name: getattr(self, name) for name in SENT})
        return {name: getattr(row, name) for name in SENT}

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        _ = self.columns  # judged when they are made
        return self


class DeliveryOutcome(StrEnum):
    """What came of sending a notification."""

    SENT = "sent"
    """It is the user's now."""
    SENT_BEFORE = "sent_before"
    """One went to the user under the same key before; nothing changed."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The notification that the user has, and whether this call sent it."""

    notification: Notification
    outcome: DeliveryOutcome

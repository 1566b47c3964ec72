"""Security events: sign-ins that failed, attacks that were seen, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.changes import ChangeRule
from platform_db.domain.fields import BigInteger, Inet, Instant, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.network import USER_AGENT_LENGTH, InetAddress
from platform_db.domain.rules import Message, Rule

__all__ = [
    "ANOMALY",
    "BRUTE_FORCE",
    "SUSPICIOUS",
    "NewSecurityEvent",
    "Resolution",
    "SecurityEvent",
    "SecurityEventType",
    "SecuritySeverity",
    "Threshold",
    "resolved",
]

UserId = Annotated[int | None, BigInteger()]
IpAddress = Annotated[InetAddress | None, Inet()]
UserAgent = Annotated[str | None, Text(max=USER_AGENT_LENGTH)]
Note = Annotated[str | None, Text(max=1000)]
Details = Annotated[JsonObject, Json()]


class SecurityEventType(StrEnum):
    """What happened."""

    LOGIN_SUCCEEDED = "login_succeeded"
    LOGIN_FAILED = "login_failed"
    LOGIN_SUSPICIOUS = "login_suspicious"
    BRUTE_FORCE = "brute_force"
    ACCOUNT_LOCKED = "account_locked"
    TOKEN_REUSE = "token_reuse"  # noqa: S105 - a label, not a token
    ACCESS_DENIED = "access_denied"
    PRIVILEGE_ESCALATION = "privilege_escalation"
    DATA_BREACH = "data_breach"
    SQL_INJECTION = "sql_injection"
    XSS_ATTEMPT = "xss_attempt"
    FILE_UPLOAD_BLOCKED = "file_upload_blocked"
    RATE_LIMIT_EXCEEDED = "rate_limit_exceeded"
    DDOS_DETECTED = "ddos_detected"
    VULNERABILITY_SCAN = "vulnerability_scan"


class SecuritySeverity(StrEnum):
    """How soon somebody must look, mildest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


SUSPICIOUS: Final = (
    SecurityEventType.LOGIN_SUSPICIOUS,
    SecurityEventType.TOKEN_REUSE,
    SecurityEventType.ACCESS_DENIED,
    SecurityEventType.PRIVILEGE_ESCALATION,
)
"""What an account does that its owner seldom does."""


def _resolved_has_resolver(resolved_at: datetime | None, resolver: int | None) -> bool:
    return (resolved_at is None) == (resolver is None)


def _note_only_when_resolved(note: str | None, resolved_at: datetime | None) -> bool:
    return note is None or resolved_at is not None


def _resolved_after_created(resolved_at: datetime, created_at: datetime) -> bool:
    return resolved_at >= created_at


_RESOLUTION: Final = ("resolved_at", "resolved_by_user_id", "resolution_note")


def _resolution_is_final(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return before["resolved_at"] is None or all(before[field] == after[field] for field in _RESOLUTION)


class SecurityEvent(Versioned):
    """What happened to an account or address, and how it was resolved.

    The facts are fixed when the event is recorded; afterwards only the three columns of its
    resolution may be written.
    """

    entity = "security_events"

    user_id: UserId = Field(default=None, description="Whose account it was about; NULL when no account is known.")
    resolved_by_user_id: UserId = Field(
        default=None, description="Who resolved the event; set together with resolved_at."
    )
    type: SecurityEventType = Field(description="What happened.")
    severity: SecuritySeverity = Field(description="How soon somebody must look.")
    ip_address: IpAddress = Field(default=None, description="Address from which it came.")
    user_agent: UserAgent = Field(default=None, description="The client's own name, as it was sent.")
    resolution_note: Note = Field(
        default=None, description="What was found and done, in the words of whoever resolved the event."
    )
    details: Details = Field(
        default_factory=dict, description="What else is known of the event, as a JSON object without secrets."
    )
    resolved_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the event was resolved (UTC); NULL while it is open."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="resolved_has_resolver",
            fields=("resolved_at", "resolved_by_user_id"),
            holds=_resolved_has_resolver,
            sql="(resolved_at IS NULL) = (resolved_by_user_id IS NULL)",
            message=Message(
                "Çözülen olayın ne zaman ve kim tarafından çözüldüğü birlikte yazılır",
                "A resolved event says both when and by whom it was resolved",
            ),
            null_aware=True,
        ),
        Rule(
            name="note_only_when_resolved",
            fields=("resolution_note", "resolved_at"),
            holds=_note_only_when_resolved,
            sql="resolution_note IS NULL OR resolved_at IS NOT NULL",
            message=Message(
                "Çözüm notu ancak çözülmüş bir olaya yazılabilir", "Only a resolved event has a resolution note"
            ),
            null_aware=True,
        ),
        Rule(
            name="resolved_after_created",
            fields=("resolved_at", "created_at"),
            holds=_resolved_after_created,
            sql="resolved_at >= created_at",
            message=Message(
                "Olay, kaydedilmeden önce çözülmüş olamaz", "An event cannot be resolved before it was recorded"
            ),
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        ChangeRule(
            name="resolution_is_final",
            fields=_RESOLUTION,
            holds=_resolution_is_final,
            sql=(
                "OLD.resolved_at IS NULL OR (NEW.resolved_at, NEW.resolved_by_user_id, NEW.resolution_note) "
                "IS NOT DISTINCT FROM (OLD.resolved_at, OLD.resolved_by_user_id, OLD.resolution_note)"
            ),
            message=Message(
                "Çözülmüş bir olay yeniden çözülmez ve açılmaz",
                "A resolved event is neither resolved again nor opened again",
            ),
        ),
    )


class NewSecurityEvent(InputModel):
    """Something that happened. ``details`` hold no secret; ``user_id`` is None where no account is known."""

    entity = "security_events"

    type: SecurityEventType
    severity: SecuritySeverity
    user_id: UserId = None
    ip_address: IpAddress = None
    user_agent: UserAgent = None
    details: Details = Field(default_factory=dict)


class Resolution(InputModel):
    """Who resolved an event, and in their words what was found and done."""

    entity = "security_events"

    resolved_by_user_id: Annotated[int, BigInteger()]
    resolution_note: Note = None


class Threshold(InputModel):
    """From how many events in which time, ending now, something is no accident any more (inclusive)."""

    entity = "security_events"

    events: int = Field(ge=1)
    within: timedelta = Field(gt=timedelta(0), le=timedelta(days=366))


BRUTE_FORCE: Final = Threshold(events=5, within=timedelta(minutes=15))
"""Failed sign-ins from one address."""

ANOMALY: Final = Threshold(events=3, within=timedelta(hours=1))
"""Suspicious events about one account."""


def resolved(event: SecurityEvent, resolution: Resolution) -> dict[str, object]:
    """The columns of an event's resolution, beside the time, which is the server's.

    Raises
    ------
    RuleViolation
        It is resolved already (``ck_security_events_resolution_is_final``).
    """
    told: dict[str, object] = {name: getattr(resolution, name) for name in Resolution.model_fields}
    later = max(event.updated_at, event.resolved_at or event.updated_at) + timedelta(microseconds=1)
    changes = event.checked({**told, "resolved_at": later})
    return {name: changes[name] for name in told}

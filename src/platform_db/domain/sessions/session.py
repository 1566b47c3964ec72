"""A session as it is stored, and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from platform_db.domain.changes import ChangeRule, fixed
from platform_db.domain.fields import BigInteger, Column, Digest, Inet, Instant, Text
from platform_db.domain.models import Versioned
from platform_db.domain.network import USER_AGENT_LENGTH, InetAddress
from platform_db.domain.rules import Message, Rule

__all__ = [
    "AccessTokenJti",
    "DeviceFingerprint",
    "IpAddress",
    "RefreshTokenHash",
    "Session",
    "SessionRevocationReason",
    "UserAgent",
    "UserId",
]

UserId = Annotated[int, BigInteger()]
RefreshTokenHash = Annotated[str, Digest(name="refresh_token_hash_format"), Column(bytewise=True)]
AccessTokenJti = Annotated[str | None, Text(max=255)]
DeviceFingerprint = Annotated[str | None, Text(max=1024)]
UserAgent = Annotated[str | None, Text(max=USER_AGENT_LENGTH)]
IpAddress = Annotated[InetAddress | None, Inet()]


class SessionRevocationReason(StrEnum):
    """Why a session ended before its time."""

    LOGOUT = "logout"
    LOGOUT_ALL = "logout_all"
    ROTATED = "rotated"
    REUSE_DETECTED = "reuse_detected"
    EXPIRED = "expired"
    SESSION_LIMIT = "session_limit"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a label, not a password
    LICENSE_EXPIRED = "license_expired"
    ADMIN = "admin"


def _expires_future(expires_at: datetime, created_at: datetime) -> bool:
    return expires_at > created_at


def _revoked_has_reason(revoked_at: datetime | None, reason: SessionRevocationReason | None) -> bool:
    return (revoked_at is None) == (reason is None)


def _revoked_after_created(revoked_at: datetime, created_at: datetime) -> bool:
    return revoked_at >= created_at


def _not_rotated_from_itself(rotated_from: int, session_id: int) -> bool:
    return rotated_from != session_id


_END: tuple[str, ...] = ("revoked_at", "revocation_reason")


def _revocation_is_final(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return before["revoked_at"] is None or all(before[field] == after[field] for field in _END)


class Session(Versioned):
    """JWT refresh token management with device fingerprinting and security tracking

    One row a refresh token, of which only the SHA-256 is kept. Rotation makes a new row that
    names the one before: at most one child of each, of the same user, so a token that is
    played again is found together with its family.
    """  # noqa: D400 - the first paragraph is the table's comment, as documented

    entity = "sessions"

    user_id: UserId = Field(description="Who is signed in.")
    refresh_token_hash: RefreshTokenHash = Field(
        description="SHA-256 of the refresh token; the token itself is stored nowhere."
    )
    access_token_jti: AccessTokenJti = Field(
        default=None, description="The id (jti) of the access token given last, by which it can be refused."
    )
    device_fingerprint: DeviceFingerprint = Field(
        default=None, description="What the client says of its device, to know it again."
    )
    user_agent: UserAgent = Field(default=None, description="The client's own name, as it was sent at sign-in.")
    rotated_from: Annotated[int | None, BigInteger()] = Field(
        default=None,
        description="The session whose token this one replaced; NULL for a sign-in, or once that row is swept.",
    )
    ip_address: IpAddress = Field(default=None, description="Address from which the session was opened.")
    expires_at: Annotated[AwareDatetime, Instant()] = Field(
        description="End of the refresh token's life (UTC, exclusive)."
    )
    last_used_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the session was last used (UTC)."
    )
    revoked_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the session was ended before its time (UTC); set together with its reason."
    )
    revocation_reason: SessionRevocationReason | None = Field(
        default=None, description="Why the session was ended before its time."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="expires_future",
            fields=("expires_at", "created_at"),
            holds=_expires_future,
            sql="expires_at > created_at",
            message=Message(
                "Oturum, açıldıktan sonraki bir anda sona ermelidir", "A session must expire after it was opened"
            ),
        ),
        Rule(
            name="revoked_has_reason",
            fields=("revoked_at", "revocation_reason"),
            holds=_revoked_has_reason,
            sql="(revoked_at IS NULL) = (revocation_reason IS NULL)",
            message=Message(
                "Sonlandırılan oturumun gerekçesi yazılır; sonlandırılmamışsa gerekçesi de yoktur",
                "A revoked session says why; one that is not revoked has no reason",
            ),
            null_aware=True,
        ),
        Rule(
            name="revoked_after_created",
            fields=("revoked_at", "created_at"),
            holds=_revoked_after_created,
            sql="revoked_at >= created_at",
            message=Message(
                "Oturum, açılmadan önce sonlandırılamaz", "A session cannot be revoked before it was opened"
            ),
        ),
        Rule(
            name="not_rotated_from_itself",
            fields=("rotated_from", "id"),
            holds=_not_rotated_from_itself,
            sql="rotated_from <> id",
            message=Message("Oturum kendisinin devamı olamaz", "A session cannot be rotated from itself"),
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        ChangeRule(
            name="revocation_is_final",
            fields=_END,
            holds=_revocation_is_final,
            sql=(
                "OLD.revoked_at IS NULL OR (NEW.revoked_at, NEW.revocation_reason) "
                "IS NOT DISTINCT FROM (OLD.revoked_at, OLD.revocation_reason)"
            ),
            message=Message(
                "Sonlandırılan oturum sonlandırılmış kalır, gerekçesi de değişmez",
                "A revoked session stays revoked, for the reason it was revoked",
            ),
        ),
        fixed(
            "token_is_fixed",
            ("user_id", "refresh_token_hash"),
            Message(
                "Bir oturumun kullanıcısı ve belirteci değişmez", "The user and the token of a session never change"
            ),
        ),
    )

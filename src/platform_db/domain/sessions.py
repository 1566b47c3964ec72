"""Sessions: the refresh tokens in use, the devices that use them, and how each came to its end."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import BigInteger, Column, Digest, Inet, Instant, Text
from platform_db.domain.models import Versioned
from platform_db.domain.network import USER_AGENT_LENGTH, InetAddress
from platform_db.domain.rules import Message, Rule

__all__ = ["Session", "SessionRevocationReason"]


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


class Session(Versioned):
    """JWT refresh token management with device fingerprinting and security tracking

    One row a refresh token, of which only the SHA-256 is kept. Rotation makes a new row that
    names the one before: at most one child of each, of the same user, so a token that is
    played again is found together with its family.
    """  # noqa: D400 - the first paragraph is the table's comment, as documented

    entity = "sessions"

    user_id: Annotated[int, BigInteger()] = Field(description="Who is signed in.")
    refresh_token_hash: Annotated[str, Digest(name="refresh_token_hash_format"), Column(bytewise=True)] = Field(
        description="SHA-256 of the refresh token; the token itself is stored nowhere."
    )
    access_token_jti: Annotated[str | None, Text(max=255)] = Field(
        default=None, description="The id (jti) of the access token given last, by which it can be refused."
    )
    device_fingerprint: Annotated[str | None, Text(max=1024)] = Field(
        default=None, description="What the client says of its device, to know it again."
    )
    user_agent: Annotated[str | None, Text(max=USER_AGENT_LENGTH)] = Field(
        default=None, description="The client's own name, as it was sent at sign-in."
    )
    rotated_from: Annotated[int | None, BigInteger()] = Field(
        default=None,
        description="The session whose token this one replaced; NULL for a sign-in, or once that row is swept.",
    )
    ip_address: Annotated[InetAddress | None, Inet()] = Field(
        default=None, description="Address from which the session was opened."
    )
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

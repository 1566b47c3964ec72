"""What came of a rotation, and what sessions tell of devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from platform_db.domain.security_events import NewSecurityEvent, SecurityEventType, SecuritySeverity
from platform_db.domain.sessions.inputs import NextToken
from platform_db.domain.sessions.session import Session, SessionRevocationReason

__all__ = ["Device", "Reused", "Rotated", "is_replayed", "reuse_event"]


@dataclass(frozen=True, slots=True)
class Rotated:
    """The token was good: ``session`` is the one that follows."""

    session: Session


@dataclass(frozen=True, slots=True)
class Reused:
    """The token was rotated or revoked before: it is in a second hand, and its family is at an end.

    ``session_id`` is the session of the token that was played again, ``family_size`` how many
    sessions came one from another, ``revoked`` how many of them were live until now.
    """

    user_id: int
    session_id: int
    family_size: int
    revoked: int


@dataclass(frozen=True, slots=True)
class Device:
    """A device of a user, by the sessions that are kept: when it was seen (UTC), and how many are live."""

    fingerprint: str
    first_seen_at: datetime
    last_seen_at: datetime
    live_sessions: int


def is_replayed(session: Session) -> bool:
    """Whether presenting this session's token is a replay; a token that only ran out is none."""
    return session.revocation_reason not in {None, SessionRevocationReason.EXPIRED}


def reuse_event(replayed: Session, found: Reused, request: NextToken) -> NewSecurityEvent:
    """What is recorded of a replay.

    High where a newer token exists: then somebody holds a copy. Medium where the session had been
    ended otherwise: a client that was signed out by others asks once more.
    """
    copied = replayed.revocation_reason is SessionRevocationReason.ROTATED
    return NewSecurityEvent(
        user_id=replayed.user_id,
        type=SecurityEventType.TOKEN_REUSE,
        severity=SecuritySeverity.HIGH if copied else SecuritySeverity.MEDIUM,
        ip_address=request.ip_address,
        user_agent=request.user_agent,
        details={"session_id": found.session_id, "family_size": found.family_size, "revoked": found.revoked},
    )

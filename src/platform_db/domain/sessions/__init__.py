"""Sessions: refresh tokens in use, how one follows another, and how each comes to its end."""

from __future__ import annotations

from platform_db.domain.sessions.inputs import NewSession, NextToken, SessionPolicy
from platform_db.domain.sessions.outcomes import Device, Reused, Rotated
from platform_db.domain.sessions.session import Session, SessionRevocationReason
from platform_db.domain.sessions.tokens import token_hash

__all__ = [
    "Device",
    "NewSession",
    "NextToken",
    "Reused",
    "Rotated",
    "Session",
    "SessionPolicy",
    "SessionRevocationReason",
    "token_hash",
]

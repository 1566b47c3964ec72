"""Sessions: opened, rotated, revoked, swept; found by token, listed by user and device."""

from __future__ import annotations

from platform_db.repositories.sessions.listing import SessionFilter
from platform_db.repositories.sessions.repository import SessionRepository

__all__ = ["SessionFilter", "SessionRepository"]

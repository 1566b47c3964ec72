"""Security events: recorded, resolved, listed; counted in a window that ends now."""

from __future__ import annotations

from platform_db.repositories.security_events.listing import SecurityEventFilter
from platform_db.repositories.security_events.repository import SecurityEventRepository
from platform_db.repositories.security_events.tally import HourCount, Reach, SourceCount, UserCount

__all__ = ["HourCount", "Reach", "SecurityEventFilter", "SecurityEventRepository", "SourceCount", "UserCount"]

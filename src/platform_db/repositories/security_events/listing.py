"""Lists of security events."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AwareDatetime

from platform_db.domain.fields import BigInteger, Inet, Instant
from platform_db.domain.network import InetAddress
from platform_db.domain.security_events import SecurityEvent, SecurityEventType, SecuritySeverity
from platform_db.repositories.filters import (
    NEWEST_FIRST,
    OLDEST_FIRST,
    Filter,
    Listing,
    at_least,
    before,
    equal,
    one_of,
)
from platform_db.repositories.paging import Key
from platform_db.schema.security_events import security_events

__all__ = ["LISTING", "UNRESOLVED", "OfSeverity", "SecurityEventFilter"]


class SecurityEventFilter(Filter):
    """Which events a list holds; what is not given, or None, does not restrict.

    ``types`` and ``severities`` admit several. ``since`` is inclusive, ``until`` exclusive.
    """

    user_id: Annotated[int | None, BigInteger()] = None
    resolved_by_user_id: Annotated[int | None, BigInteger()] = None
    type: SecurityEventType | None = None
    types: frozenset[SecurityEventType] | None = None
    severity: SecuritySeverity | None = None
    severities: frozenset[SecuritySeverity] | None = None
    ip_address: Annotated[InetAddress | None, Inet()] = None
    since: Annotated[AwareDatetime | None, Instant()] = None
    until: Annotated[AwareDatetime | None, Instant()] = None


class OfSeverity(Filter):
    """The events of one severity."""

    severity: SecuritySeverity


LISTING: Final = Listing(
    security_events,
    SecurityEvent,
    NEWEST_FIRST,
    {
        **{name: equal(name) for name in ("user_id", "resolved_by_user_id", "type", "severity", "ip_address")},
        "types": one_of("type", "types"),
        "severities": one_of("severity", "severities"),
        "since": at_least("created_at", "since"),
        "until": before("created_at", "until"),
    },
    leading=(Key("type", descending=True),),
)
UNRESOLVED: Final = Listing(
    security_events,
    SecurityEvent,
    OLDEST_FIRST,
    {"severity": equal("severity")},
    name="unresolved",
    only=(lambda table: table.c.resolved_at.is_(None),),
    leading=(Key("severity"),),
)

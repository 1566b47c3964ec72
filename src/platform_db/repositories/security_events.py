"""Security events: listed by account, address, type and severity; counted in a window that ends now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final, cast

import sqlalchemy as sa
from pydantic import AwareDatetime

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.fields import BigInteger, Inet, Instant
from platform_db.domain.network import InetAddress
from platform_db.domain.security_events import SecurityEvent, SecurityEventType, SecuritySeverity
from platform_db.repositories.filters import NEWEST_FIRST, OLDEST_FIRST, Filter, Listing, at_least, before, equal
from platform_db.repositories.paging import Key
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.repositories.windows import SPAN, ago, checked_span
from platform_db.schema.security_events import security_events

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["SecurityEventFilter", "SecurityEventRepository"]

_ROWS: Final = Rows(security_events, SecurityEvent, "security event")


def _count_by(column: str) -> Statement:
    chosen = [security_events.c[name] for name in (column, "type")]
    return Statement(
        sa.select(sa.func.count())
        .select_from(security_events)
        .where(
            *(each == sa.bindparam(each.name, type_=each.type) for each in chosen),
            security_events.c.created_at >= ago(),
        )
    )


_FROM_ADDRESS: Final = _count_by("ip_address")
_ABOUT_USER: Final = _count_by("user_id")
_Source: Final = columns_of(SecurityEvent, ("ip_address", "type"))

_KEPT: Final = timedelta(days=730)
"""How long an event is kept: two years."""

_OVER: Final = Sweep(
    security_events,
    SecurityEvent,
    longer_ago(_KEPT, security_events.c.created_at),
    order=(security_events.c.created_at, security_events.c.id),
)


class SecurityEventFilter(Filter):
    """Which events a list holds; what is not given, or None, does not restrict.

    ``since`` is inclusive, ``until`` exclusive.
    """

    user_id: Annotated[int | None, BigInteger()] = None
    resolved_by_user_id: Annotated[int | None, BigInteger()] = None
    type: SecurityEventType | None = None
    severity: SecuritySeverity | None = None
    ip_address: Annotated[InetAddress | None, Inet()] = None
    since: Annotated[AwareDatetime | None, Instant()] = None
    until: Annotated[AwareDatetime | None, Instant()] = None


class _OfSeverity(Filter):
    severity: SecuritySeverity


_LISTING: Final = Listing(
    security_events,
    SecurityEvent,
    NEWEST_FIRST,
    {
        **{name: equal(name) for name in ("user_id", "resolved_by_user_id", "type", "severity", "ip_address")},
        "since": at_least("created_at", "since"),
        "until": before("created_at", "until"),
    },
    leading=(Key("type", descending=True),),
)
_UNRESOLVED: Final = Listing(
    security_events,
    SecurityEvent,
    OLDEST_FIRST,
    {"severity": equal("severity")},
    name="unresolved",
    only=(lambda table: table.c.resolved_at.is_(None),),
    leading=(Key("severity"),),
)
_EVERY: Final = SecurityEventFilter()


class SecurityEventRepository:
    """Security events. Belongs to one unit of work and never commits.

    A user (platform_app) sees the events about the own account; background work and
    administration (platform_worker) all.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, event_id: int) -> SecurityEvent:
        """The event of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, event_id)

    async def page(
        self, chosen: SecurityEventFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[SecurityEvent]:
        """Events, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def unresolved(
        self, severity: SecuritySeverity, *, after: str | None = None, limit: int = 50
    ) -> Page[SecurityEvent]:
        """Events of a severity that nobody has resolved, oldest first.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or severity.
        """
        return await _UNRESOLVED.page(self._executor, _OfSeverity(severity=severity), after=after, limit=limit)

    async def count_from_address(self, address: InetAddress, kind: SecurityEventType, within: timedelta) -> int:
        """How many events of a kind came from an address in the time ``within`` before now.

        The window is the database's: ``count_from_address(address, LOGIN_FAILED, 15 minutes)``
        tells a brute-force attack.

        Raises
        ------
        RuleViolation
            ``address`` is none; ``within`` is not above zero, or is above ten years.
        """
        asked = _Source.parse({"ip_address": address, "type": kind})
        return cast("int", await self._executor.fetch_value(_FROM_ADDRESS, {**dict(asked), SPAN: checked_span(within)}))

    async def count_about(self, user_id: int, kind: SecurityEventType, within: timedelta) -> int:
        """How many events of a kind were about an account in the time ``within`` before now, by the database's clock.

        Raises
        ------
        RuleViolation
            ``within`` is not above zero, or is above ten years.
        """
        asked = {"user_id": user_id, "type": kind, SPAN: checked_span(within)}
        return cast("int", await self._executor.fetch_value(_ABOUT_USER, asked))

    async def due_for_deletion(self, limit: int = 100) -> tuple[SecurityEvent, ...]:
        """Events recorded more than two years ago, oldest first; for background work.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _OVER.batch(self._executor, limit)

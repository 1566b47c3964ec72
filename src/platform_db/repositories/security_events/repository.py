"""Security events: recorded once, resolved once, read in many ways."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final, cast

import sqlalchemy as sa
from pydantic import AwareDatetime

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.columns import columns_of
from platform_db.domain.fields import Instant
from platform_db.domain.security_events import (
    ANOMALY,
    BRUTE_FORCE,
    NewSecurityEvent,
    Resolution,
    SecurityEvent,
    resolved,
)
from platform_db.repositories.bulk import Bulk, report_of
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import Filter
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.repositories.security_events import tally
from platform_db.repositories.security_events.listing import LISTING, UNRESOLVED, OfSeverity, SecurityEventFilter
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.repositories.windows import SPAN, checked_span
from platform_db.schema.security_events import security_events

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Mapping
    from datetime import datetime

    from platform_db.database.executor import Executor
    from platform_db.domain.bulk import BulkReport
    from platform_db.domain.network import InetAddress
    from platform_db.domain.security_events import SecurityEventType, SecuritySeverity, Threshold
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.filters import Period
    from platform_db.repositories.paging import Page
    from platform_db.repositories.security_events.tally import HourCount, Reach, SourceCount, UserCount

__all__ = ["SecurityEventRepository"]

_ROWS: Final = Rows(security_events, SecurityEvent, "security event")
_Source: Final = columns_of(SecurityEvent, ("ip_address", "type"))
_GIVEN: Final = tuple(NewSecurityEvent.model_fields)
_RECORD: Final = Statement(
    sa.insert(security_events)
    .values({name: sa.bindparam(name, type_=security_events.c[name].type) for name in _GIVEN})
    .returning(*security_events.c)
)
_BULK: Final = Bulk(security_events, SecurityEvent, NewSecurityEvent)
_RESOLVE: Final = Statement(
    sa.update(security_events)
    .where(_ROWS.key, _ROWS.as_read)
    .values(
        # The event may be younger than this transaction.
        resolved_at=sa.func.greatest(sa.func.now(), security_events.c.created_at),
        **{name: sa.bindparam(f"new_{name}", type_=security_events.c[name].type) for name in Resolution.model_fields},
    )
    .returning(*security_events.c)
)

_KEPT: Final = timedelta(days=730)
"""How long an event is kept: two years."""

_IS_OVER: Final = longer_ago(_KEPT, security_events.c.created_at)
_OLDEST: Final = (security_events.c.created_at, security_events.c.id)
_OVER: Final = Sweep(security_events, SecurityEvent, _IS_OVER, order=_OLDEST)
_DELETE_OLD: Final = Statement(sa.delete(security_events).where(first_free(security_events, _IS_OVER, order=_OLDEST)))


class _Since(Filter):
    since: Annotated[AwareDatetime, Instant()]


class SecurityEventRepository(Repository[SecurityEvent, SecurityEventFilter]):
    """Security events, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) records and sees the events about the own account; background work and
    administration (platform_worker) all. What happened is fixed once it is recorded, and a
    resolution is final. Address, agent, details and note are personal data (KVKK art. 3).
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, LISTING)

    async def record(self, new: NewSecurityEvent) -> SecurityEvent:
        """Record what happened, at the beginning of this unit of work by the database's clock.

        Not part of the audit log: under attack there are many. A unit of work that fails takes it
        back; record a failed sign-in in one that commits.

        Raises
        ------
        StillReferenced
            There is no such user.
        NotAllowed
            The unit of work acts for another user.
        """
        row = await self._executor.fetch_row(_RECORD, {name: getattr(new, name) for name in _GIVEN})
        return _ROWS.found(row)

    async def record_many(
        self, events: Iterable[NewSecurityEvent] | AsyncIterable[NewSecurityEvent]
    ) -> BulkReport[SecurityEvent]:
        """Record many events, each as by :meth:`record`, with an outcome for each, in their order.

        One that is refused leaves the others: for a user who does not exist (StillReferenced), or
        because the unit of work acts for another (NotAllowed).
        """
        return await report_of(_BULK.create(self._executor, events))

    async def resolve(self, event: SecurityEvent, resolution: Resolution) -> SecurityEvent:
        """Close an event, once and for all.

        Raises
        ------
        RuleViolation
            It is resolved already (``ck_security_events_resolution_is_final``).
        StaleVersion
            Somebody else resolved it since it was read.
        StillReferenced
            There is no such user to resolve it.
        NotAllowed
            The unit of work acts for a user: resolving is administration.
        """
        changes = resolved(event, resolution)
        wanted = {f"new_{name}": value for name, value in changes.items()}
        closed = await _ROWS.run(self._executor, _RESOLVE, event, wanted)
        told: Mapping[str, object] = {"resolved_at": None, "resolved_by_user_id": None}
        # The note is in the words of a person about a person: it stays out of the log.
        after = {name: getattr(closed, name) for name in told}
        self._audit.note(AuditAction.UPDATE, "security_event.resolved", closed, told, after)
        return closed

    async def unresolved(
        self, severity: SecuritySeverity, *, after: str | None = None, limit: int = 50
    ) -> Page[SecurityEvent]:
        """Events of a severity that nobody has resolved, oldest first.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or severity.
        """
        return await UNRESOLVED.page(self._executor, OfSeverity.checked(severity=severity), after=after, limit=limit)

    # -- counting ----------------------------------------------------------------------

    async def count_from_address(self, address: InetAddress, kind: SecurityEventType, within: timedelta) -> int:
        """How many events of a kind came from an address in the time ``within`` before now, by the database's clock.

        Raises
        ------
        RuleViolation
            ``address`` is none; ``within`` is not above zero, or is above ten years.
        """
        asked = _Source.parse({"ip_address": address, "type": kind})
        return cast(
            "int",
            await self._executor.fetch_value(tally.FROM_ADDRESS, {**dict(asked), SPAN: checked_span(within)}),
        )

    async def count_about(self, user_id: int, kind: SecurityEventType, within: timedelta) -> int:
        """How many events of a kind were about an account in the time ``within`` before now, by the database's clock.

        Raises
        ------
        RuleViolation
            ``within`` is not above zero, or is above ten years.
        """
        asked = {"user_id": user_id, "type": kind, SPAN: checked_span(within)}
        return cast("int", await self._executor.fetch_value(tally.ABOUT_USER, asked))

    async def is_brute_force(self, address: InetAddress, threshold: Threshold = BRUTE_FORCE) -> bool:
        """Whether an address failed to sign in too often: five times in the last 15 minutes, unless told otherwise.

        For background work: a user (platform_app) counts the own failures only.
        """
        return await tally.failures(self._executor, address, threshold) >= threshold.events

    async def brute_force_sources(
        self, threshold: Threshold = BRUTE_FORCE, *, limit: int = 100
    ) -> tuple[SourceCount, ...]:
        """The addresses from which sign-in fails too often now, most failures first; at most ``limit`` (1 to 1000).

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await tally.sources(self._executor, threshold, checked_limit(limit))

    async def is_anomalous(self, user_id: int, threshold: Threshold = ANOMALY) -> bool:
        """Whether an account is conspicuous: three suspicious events in the last hour, unless told otherwise.

        Suspicious are :data:`~platform_db.domain.security_events.SUSPICIOUS`.
        """
        return await tally.suspicions(self._executor, user_id, threshold) >= threshold.events

    async def count_by_type(self, period: Period) -> Mapping[SecurityEventType, int]:
        """How many events of each type a period has; types without any are left out."""
        return await tally.by_type(self._executor, period)

    async def count_by_hour(self, period: Period) -> tuple[HourCount, ...]:
        """How many events each hour (UTC) of a period has, in order; hours without any are left out."""
        return await tally.by_hour(self._executor, period)

    async def top_users(self, period: Period, *, limit: int = 10) -> tuple[UserCount, ...]:
        """The accounts with the most events in a period, most first; at most ``limit`` (1 to 1000).

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await tally.top_users(self._executor, period, checked_limit(limit))

    async def reach(self, since: datetime) -> Reach:
        """How many accounts and addresses had events since an instant (inclusive).

        Raises
        ------
        RuleViolation
            ``value_representable``: the instant has no zone, or lies beyond what is stored.
        """
        return await tally.reach(self._executor, _Since.checked(since=since).since)

    # -- retention ---------------------------------------------------------------------

    async def due_for_deletion(self, limit: int = 100) -> tuple[SecurityEvent, ...]:
        """Events recorded more than two years ago, oldest first; for background work.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _OVER.batch(self._executor, limit)

    async def delete_old(self, limit: int = 100) -> int:
        """Delete events recorded more than two years ago; how many they were, at most ``limit`` (1 to 1000).

        For background work: call it until it gives 0. Two sweeps at once take different rows.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        count = await self._executor.execute(_DELETE_OLD, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.DELETE, "security_event.deleted", SecurityEvent.entity, count)
        return count

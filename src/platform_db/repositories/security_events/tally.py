"""Security events counted: from one address, about one account, over a period."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_interface
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.security_events import SUSPICIOUS, SecurityEventType
from platform_db.repositories.filters import at_least, before, labelled
from platform_db.repositories.windows import SPAN, ago
from platform_db.schema.security_events import security_events

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.database.executor import Executor
    from platform_db.domain.network import InetAddress
    from platform_db.domain.security_events import Threshold
    from platform_db.repositories.filters import Period

__all__ = ["ABOUT_USER", "FROM_ADDRESS", "HourCount", "Reach", "SourceCount", "UserCount"]


@dataclass(frozen=True, slots=True)
class HourCount:
    """How many events an hour had; ``hour`` is its beginning (UTC)."""

    hour: datetime
    events: int


@dataclass(frozen=True, slots=True)
class UserCount:
    """How many events were about an account."""

    user_id: int
    events: int


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many events came from an address."""

    ip_address: InetAddress
    events: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How many accounts and addresses events were about."""

    users: int
    addresses: int


_LIMIT: Final[sa.BindParameter[int]] = sa.bindparam("limit", type_=sa.BigInteger())
_EVENTS: Final[sa.Label[int]] = sa.func.count().label("events")
_SINCE: Final = at_least("created_at", "since")(security_events)
_IN_PERIOD: Final = (_SINCE, before("created_at", "until")(security_events))
_LATELY: Final[sa.ColumnElement[bool]] = security_events.c.created_at >= ago()
_FAILED: Final = labelled("type", SecurityEventType.LOGIN_FAILED)(security_events)


def _count(*conditions: sa.ColumnElement[bool]) -> Statement:
    return Statement(sa.select(sa.func.count()).select_from(security_events).where(*conditions, _LATELY))


def _is_asked(column: str) -> sa.ColumnElement[bool]:
    return security_events.c[column] == sa.bindparam(column, type_=security_events.c[column].type)


FROM_ADDRESS: Final = _count(_is_asked("ip_address"), _is_asked("type"))
ABOUT_USER: Final = _count(_is_asked("user_id"), _is_asked("type"))
_SUSPICIOUS: Final = _count(_is_asked("user_id"), labelled("type", *SUSPICIOUS)(security_events))
_BY_TYPE: Final = Statement(
    sa.select(security_events.c.type, _EVENTS)
    .where(*_IN_PERIOD)
    .group_by(security_events.c.type)
    .order_by(security_events.c.type)
)


def _by_hour() -> Statement:
    # The zone is named, so that an hour is UTC's whatever the session's zone is.
    hour: sa.ColumnElement[Any] = sa.func.date_trunc(
        sa.literal_column("'hour'"), security_events.c.created_at, sa.literal_column("'UTC'")
    )
    return Statement(sa.select(hour.label("hour"), _EVENTS).where(*_IN_PERIOD).group_by(hour).order_by(hour))


_BY_HOUR: Final = _by_hour()
_TOP_USERS: Final = Statement(
    sa.select(security_events.c.user_id, _EVENTS)
    .where(*_IN_PERIOD, security_events.c.user_id.is_not(None))
    .group_by(security_events.c.user_id)
    .order_by(_EVENTS.desc(), security_events.c.user_id)
    .limit(_LIMIT)
)
_SOURCES: Final = Statement(
    sa.select(security_events.c.ip_address, _EVENTS)
    .where(_FAILED, security_events.c.ip_address.is_not(None), _LATELY)
    .group_by(security_events.c.ip_address)
    .having(sa.func.count() >= sa.bindparam("events", type_=sa.BigInteger()))
    .order_by(_EVENTS.desc(), security_events.c.ip_address)
    .limit(_LIMIT)
)
_REACH: Final = Statement(
    sa.select(
        sa.func.count(security_events.c.user_id.distinct()).label("users"),
        sa.func.count(security_events.c.ip_address.distinct()).label("addresses"),
    ).where(_SINCE)
)


def _bounds(period: Period) -> dict[str, object]:
    return {"since": period.since, "until": period.until}


async def by_type(executor: Executor, period: Period) -> dict[SecurityEventType, int]:
    """How many events of each type a period has; types without any are left out."""
    rows = await executor.fetch(_BY_TYPE, _bounds(period))
    return {SecurityEventType(cast("str", row["type"])): cast("int", row["events"]) for row in rows}


async def by_hour(executor: Executor, period: Period) -> tuple[HourCount, ...]:
    """How many events each hour of a period has, in order; hours without any are left out."""
    rows = await executor.fetch(_BY_HOUR, _bounds(period))
    return tuple(HourCount(cast("datetime", row["hour"]), cast("int", row["events"])) for row in rows)


async def top_users(executor: Executor, period: Period, limit: int) -> tuple[UserCount, ...]:
    """The accounts with the most events of a period, most first, equal ones by id."""
    rows = await executor.fetch(_TOP_USERS, {**_bounds(period), "limit": limit})
    return tuple(UserCount(cast("int", row["user_id"]), cast("int", row["events"])) for row in rows)


async def sources(executor: Executor, threshold: Threshold, limit: int) -> tuple[SourceCount, ...]:
    """Addresses with at least so many failed sign-ins in the window, most first."""
    asked = {SPAN: threshold.within, "events": threshold.events, "limit": limit}
    rows = await executor.fetch(_SOURCES, asked)
    # The driver gives a host without its prefix.
    return tuple(SourceCount(ip_interface(str(row["ip_address"])), cast("int", row["events"])) for row in rows)


async def failures(executor: Executor, address: InetAddress, threshold: Threshold) -> int:
    """Failed sign-ins from an address in the threshold's window."""
    asked = {"ip_address": address, "type": SecurityEventType.LOGIN_FAILED, SPAN: threshold.within}
    return cast("int", await executor.fetch_value(FROM_ADDRESS, asked))


async def suspicions(executor: Executor, user_id: int, threshold: Threshold) -> int:
    """Suspicious events about an account in the threshold's window."""
    return cast("int", await executor.fetch_value(_SUSPICIOUS, {"user_id": user_id, SPAN: threshold.within}))


async def reach(executor: Executor, since: datetime) -> Reach:
    """The accounts and addresses of the events since an instant."""
    row = await executor.fetch_row(_REACH, {"since": since})
    assert row is not None  # noqa: S101 - an aggregate without GROUP BY has one row
    return Reach(cast("int", row["users"]), cast("int", row["addresses"]))

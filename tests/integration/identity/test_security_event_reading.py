"""Security events are listed by what happened, and counted in a window that ends now."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_interface
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.security_events import SecurityEventType, SecuritySeverity
from platform_db.errors import NotFound
from platform_db.repositories.security_events import SecurityEventFilter
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

OPEN = {"resolved_at": None, "resolved_by_user_id": None, "resolution_note": None}


async def recorded(worker: Raw, **columns: Any) -> int:  # noqa: ANN401 - columns
    return await store(worker, "security_events", **{"user_id": None, "created_at": ago(hours=1), **OPEN} | columns)


async def test_a_list_holds_what_its_filter_says(database: Database, worker: Raw) -> None:
    # given events that differ in one thing each
    user, clerk = await new_user(worker, "ayse"), await new_user(worker, "guvenlik")
    about = await recorded(worker, user_id=user)
    breach = await recorded(worker, type="data_breach")
    critical = await recorded(worker, severity="critical")
    inside = await recorded(worker, ip_address="10.1.2.3")
    resolved = await recorded(worker, resolved_at=ago(minutes=1), resolved_by_user_id=clerk)
    old = await recorded(worker, created_at=ago(days=3))
    asked = [
        (SecurityEventFilter(), [resolved, inside, critical, breach, about, old]),
        (SecurityEventFilter(user_id=user), [about]),
        (SecurityEventFilter(type=SecurityEventType.DATA_BREACH), [breach]),
        (SecurityEventFilter(severity=SecuritySeverity.CRITICAL), [critical]),
        (SecurityEventFilter(ip_address=ip_interface("10.1.2.3")), [inside]),
        (SecurityEventFilter(resolved_by_user_id=clerk), [resolved]),
        (SecurityEventFilter(since=ago(days=3), until=ago(hours=1)), [old]),
        (
            SecurityEventFilter(type=SecurityEventType.BRUTE_FORCE, since=ago(hours=1)),
            [resolved, inside, critical, about],
        ),
    ]
    async with database.unit_of_work() as work:
        for chosen, expected in asked:
            # when they are listed in pages of two, then each is there once, newest first
            found = await to_the_end(lambda after, c=chosen: work.security_events.page(c, after=after, limit=2))
            assert [event.id for event in found] == expected


async def test_what_is_open_is_listed_oldest_first(database: Database, worker: Raw) -> None:
    # given open events of two severities and a resolved one
    clerk = await new_user(worker, "guvenlik")
    tied = [await recorded(worker, severity="high") for _ in range(3)]
    oldest = await recorded(worker, severity="high", created_at=ago(days=2))
    low = await recorded(worker, severity="low")
    await recorded(worker, severity="high", resolved_at=ago(minutes=1), resolved_by_user_id=clerk)
    async with database.unit_of_work() as work:
        high = await to_the_end(
            lambda after: work.security_events.unresolved(SecuritySeverity.HIGH, after=after, limit=2)
        )
        assert [event.id for event in high] == [oldest, *tied]
        assert [event.id for event in (await work.security_events.unresolved(SecuritySeverity.LOW)).items] == [low]
        assert (await work.security_events.unresolved(SecuritySeverity.CRITICAL)).items == ()


async def test_a_brute_force_attack_is_counted(database: Database, worker: Raw) -> None:
    # given failures from an address, of which one came too early, another kind, and another address
    failed = {"type": "login_failed", "ip_address": "198.51.100.23"}
    for minutes in (1, 14, 16):
        await recorded(worker, **failed, created_at=ago(minutes=minutes))
    await recorded(worker, **{**failed, "type": "login_succeeded"}, created_at=ago(minutes=1))
    await recorded(worker, **{**failed, "ip_address": "198.51.100.24"}, created_at=ago(minutes=1))
    quarter = timedelta(minutes=15)
    async with database.unit_of_work() as work:
        count = work.security_events.count_from_address
        assert await count(ip_interface("198.51.100.23"), SecurityEventType.LOGIN_FAILED, quarter) == 2
        assert await count(ip_interface("198.51.100.25"), SecurityEventType.LOGIN_FAILED, quarter) == 0


async def test_what_is_suspicious_about_an_account_is_counted(database: Database, worker: Raw) -> None:
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    for owner, minutes in ((user, 5), (user, 59), (user, 61), (other, 5)):
        await recorded(worker, user_id=owner, type="login_suspicious", created_at=ago(minutes=minutes))
    hour = timedelta(hours=1)
    async with database.unit_of_work(as_user=user) as work:
        assert await work.security_events.count_about(user, SecurityEventType.LOGIN_SUSPICIOUS, hour) == 2
        assert await work.security_events.count_about(other, SecurityEventType.LOGIN_SUSPICIOUS, hour) == 0
    async with database.unit_of_work() as work:
        assert await work.security_events.count_about(other, SecurityEventType.LOGIN_SUSPICIOUS, hour) == 1


async def test_events_go_after_two_years(database: Database, worker: Raw) -> None:
    later = await recorded(worker, created_at=ago(days=731))
    first = await recorded(worker, created_at=ago(days=800))
    await recorded(worker, created_at=ago(days=729))
    async with database.unit_of_work() as work:
        assert [event.id for event in await work.security_events.due_for_deletion()] == [first, later]
        assert [event.id for event in await work.security_events.due_for_deletion(1)] == [first]


async def test_a_user_sees_only_events_about_the_own_account(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    own, nobodys = await recorded(worker, user_id=user), await recorded(worker)
    async with database.unit_of_work(as_user=user) as work:
        assert [event.id for event in (await work.security_events.page()).items] == [own]
        with pytest.raises(NotFound):
            await work.security_events.get(nobodys)

"""Security events are recorded, resolved once, counted over periods, and deleted after two years."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from ipaddress import ip_interface
from typing import TYPE_CHECKING, Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.security_events import (
    NewSecurityEvent,
    Resolution,
    SecurityEvent,
    SecurityEventType,
    SecuritySeverity,
    Threshold,
)
from platform_db.errors import NotAllowed, RuleViolation, StaleVersion, StillReferenced
from platform_db.repositories.filters import Period
from platform_db.repositories.security_events import (
    HourCount,
    Reach,
    SecurityEventFilter,
    SourceCount,
    UserCount,
)
from tests.integration.clock import ago, now
from tests.integration.stored import new_user, store
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

OPEN = {"resolved_at": None, "resolved_by_user_id": None, "resolution_note": None}
RULE = "ck_security_events_resolution_is_final"
ADDRESS = "198.51.100.23"


async def stored(worker: Raw, **columns: Any) -> int:  # noqa: ANN401 - columns
    return await store(worker, "security_events", **{"user_id": None, "created_at": ago(minutes=5), **OPEN} | columns)


def happened(**fields: Any) -> NewSecurityEvent:  # noqa: ANN401 - fields
    return NewSecurityEvent.parse({"type": "login_failed", "severity": "low", **fields})


async def recorded(database: Database, **fields: Any) -> SecurityEvent:  # noqa: ANN401 - fields
    async with database.unit_of_work() as work:
        return await work.security_events.record(happened(**fields))


async def noted(worker: Raw) -> list[tuple[object, ...]]:
    rows = await worker.fetch(
        "SELECT action::text, event_type, entity_id, payload::text FROM audit_logs "
        "WHERE entity_type = 'security_events' ORDER BY id"
    )
    return [row[:] for row in rows]


# -- recording -------------------------------------------------------------------------


async def test_what_happened_is_recorded(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    event = await recorded(
        database, user_id=user, severity="high", ip_address=ADDRESS, user_agent="curl/8", details={"attempts": 3}
    )
    assert (event.user_id, event.type, event.severity) == (user, "login_failed", "high")
    assert (event.ip_address, event.user_agent) == (ip_interface(ADDRESS), "curl/8")
    assert (event.details, event.resolved_at, event.version) == ({"attempts": 3}, None, 1)
    async with database.unit_of_work() as work:
        assert await work.security_events.get(event.id) == event
    # and the log, which would grow with every attack, has no entry
    assert await noted(worker) == []


async def test_an_event_may_be_of_nobody(database: Database) -> None:
    event = await recorded(database)
    assert (event.user_id, event.ip_address, event.details) == (None, None, {})


async def test_a_user_records_of_the_own_account_only(database: Database, worker: Raw) -> None:
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    async with database.unit_of_work(as_user=user) as work:
        own = await work.security_events.record(happened(user_id=user))
    for about in (other, None):
        with pytest.raises(NotAllowed):
            async with database.unit_of_work(as_user=user) as work:
                await work.security_events.record(happened(user_id=about))
    with pytest.raises(StillReferenced):
        await recorded(database, user_id=other + 1)
    assert await worker.fetchval("SELECT array_agg(id) FROM security_events") == [own.id]


async def test_many_events_are_recorded_with_an_outcome_for_each(database: Database, worker: Raw) -> None:
    # given events of which one is about nobody who exists
    user = await new_user(worker, "ayse")
    many = [happened(user_id=user if place != 2 else user + 1, details={"place": place}) for place in range(5)]
    many[3] = happened(ip_address=ADDRESS, severity="high")
    # when they are recorded
    async with database.unit_of_work() as work:
        report = await work.security_events.record_many(many)
    # then that one is refused, and the others are there in their order
    assert [outcome.result for outcome in report] == ["created", "created", "refused", "created", "created"]
    (refused,) = [outcome.error for outcome in report if outcome.error is not None]
    assert isinstance(refused, StillReferenced)
    rows = await worker.fetch(
        "SELECT details->>'place', severity::text, host(ip_address) FROM security_events ORDER BY id"
    )
    assert [row[:] for row in rows] == [
        ("0", "low", None),
        ("1", "low", None),
        (None, "high", ADDRESS),
        ("4", "low", None),
    ]


# -- resolving -------------------------------------------------------------------------


async def test_an_event_is_resolved_once(database: Database, worker: Raw) -> None:
    # given an open event
    clerk = await new_user(worker, "guvenlik")
    event = await recorded(database)
    # when somebody resolves it
    resolution = Resolution(resolved_by_user_id=clerk, resolution_note="Adres engellendi")
    async with database.unit_of_work() as work:
        resolved = await work.security_events.resolve(event, resolution)
    # then it says by whom, and when
    assert (resolved.resolved_by_user_id, resolved.resolution_note, resolved.version) == (clerk, "Adres engellendi", 2)
    assert resolved.resolved_at is not None
    assert resolved.resolved_at > event.created_at
    # and it is resolved neither again nor by who read it before
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.security_events.resolve(resolved, resolution)
        with pytest.raises(StaleVersion):
            await work.security_events.resolve(event, Resolution(resolved_by_user_id=clerk))
    assert refused.value.rule == RULE
    async with database.unit_of_work() as work:
        assert await work.security_events.get(event.id) == resolved
    # and the log has one entry, without the note
    (entry,) = await noted(worker)
    assert entry[:3] == ("update", "security_event.resolved", event.id)
    async with database.unit_of_work() as work:
        (logged,) = (await work.audit.history("security_events", event.id)).items
    assert logged.payload == {
        "before": {"resolved_at": None, "resolved_by_user_id": None},
        "after": {"resolved_at": resolved.resolved_at.isoformat(), "resolved_by_user_id": clerk},
    }


async def test_an_event_is_resolved_by_one_of_sixteen(database: Database, worker: Raw) -> None:
    clerks = [await new_user(worker, f"guvenlik{place}") for place in range(16)]
    event = await recorded(database)

    async def resolve(clerk: int) -> int | StaleVersion:
        try:
            async with database.unit_of_work() as work:
                await work.security_events.resolve(event, Resolution(resolved_by_user_id=clerk))
        except StaleVersion as late:
            return late
        return clerk

    outcomes = await asyncio.gather(*map(resolve, clerks))

    (first,) = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert await worker.fetchval("SELECT resolved_by_user_id FROM security_events") == first
    assert len(await noted(worker)) == 1


async def test_an_event_that_is_younger_than_the_transaction_is_resolved(database: Database, worker: Raw) -> None:
    clerk = await new_user(worker, "guvenlik")
    async with database.unit_of_work() as work:
        await work.security_events.count()
        event = await recorded(database)
        resolved = await work.security_events.resolve(event, Resolution(resolved_by_user_id=clerk))
    assert resolved.resolved_at == event.created_at


async def test_a_resolution_names_a_user_and_a_user_resolves_nothing(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    event = await recorded(database, user_id=user)
    with pytest.raises(StillReferenced) as unknown:
        async with database.unit_of_work() as work:
            await work.security_events.resolve(event, Resolution(resolved_by_user_id=user + 1))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.security_events.resolve(event, Resolution(resolved_by_user_id=user))
    assert unknown.value.constraint == "fk_security_events_resolved_by_user_id_users"
    assert await worker.fetchval("SELECT resolved_at FROM security_events") is None


@pytest.mark.parametrize(
    "change",
    [
        "resolved_at = NULL, resolved_by_user_id = NULL, resolution_note = NULL",
        "resolved_at = resolved_at + interval '1 second'",
        "resolution_note = NULL",
        "resolution_note = 'Başka bir not'",
    ],
)
async def test_the_database_keeps_a_resolution(database: Database, worker: Raw, change: str) -> None:
    clerk = await new_user(worker, "guvenlik")
    async with database.unit_of_work() as work:
        event = await work.security_events.record(happened())
        resolution = Resolution(resolved_by_user_id=clerk, resolution_note="Adres engellendi")
        await work.security_events.resolve(event, resolution)
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await worker.execute(f"UPDATE security_events SET {change}")  # noqa: S608 - a change above
    assert refusal(refused.value)[:2] == (RULE, "security_events")


# -- listing and counting --------------------------------------------------------------


async def test_a_list_admits_several_types_and_severities(database: Database, worker: Raw) -> None:
    kinds = [("brute_force", "high"), ("token_reuse", "critical"), ("login_failed", "high"), ("token_reuse", "low")]
    ids = [await stored(worker, type=kind, severity=severity) for kind, severity in kinds]
    grave = frozenset({SecuritySeverity.HIGH, SecuritySeverity.CRITICAL})
    attacks = frozenset({SecurityEventType.BRUTE_FORCE, SecurityEventType.TOKEN_REUSE})
    asked: list[tuple[SecurityEventFilter, list[int]]] = [
        (SecurityEventFilter(types=attacks), [ids[3], ids[1], ids[0]]),
        (SecurityEventFilter(severities=grave), [ids[2], ids[1], ids[0]]),
        (SecurityEventFilter(types=attacks, severities=grave), [ids[1], ids[0]]),
        (SecurityEventFilter(types=frozenset()), []),
    ]
    async with database.unit_of_work() as work:
        for chosen, expected in asked:
            assert [event.id for event in (await work.security_events.page(chosen)).items] == expected
            assert await work.security_events.count(chosen) == len(expected)


async def test_events_of_a_period_are_counted(database: Database, worker: Raw) -> None:
    # given events in two hours, at the bounds of the period, and beyond them
    users = [await new_user(worker, name) for name in ("ayse", "mehmet", "zeynep")]
    until = now().replace(minute=0, second=0) - timedelta(hours=1)
    since = until - timedelta(hours=4)
    first, third = since, since + timedelta(hours=2)
    await stored(worker, created_at=since - timedelta(microseconds=1), user_id=users[0])
    await stored(worker, created_at=first, user_id=users[1], ip_address="10.1.2.3", type="login_failed")
    await stored(worker, created_at=third, user_id=users[1], ip_address="10.1.2.3", type="brute_force")
    await stored(worker, created_at=third + timedelta(minutes=59), user_id=users[0], type="login_failed")
    await stored(worker, created_at=third, user_id=None, ip_address=None, type="login_failed")
    await stored(worker, created_at=until, user_id=users[2])
    period = Period(since=since, until=until)
    async with database.unit_of_work() as work:
        events = work.security_events
        # when they are counted, then since is inclusive and until is not
        assert await events.count_by_type(period) == {
            SecurityEventType.LOGIN_FAILED: 3,
            SecurityEventType.BRUTE_FORCE: 1,
        }
        assert await events.count_by_hour(period) == (HourCount(first, 1), HourCount(third, 3))
        assert await events.top_users(period) == (UserCount(users[1], 2), UserCount(users[0], 1))
        assert await events.top_users(period, limit=1) == (UserCount(users[1], 2),)
        assert await events.reach(third) == Reach(users=3, addresses=2)
        assert await events.reach(now()) == Reach(users=0, addresses=0)


async def test_five_failures_in_a_quarter_of_an_hour_are_an_attack(database: Database, worker: Raw) -> None:
    # given four failures in time and one too early, and others that do not count
    failed = {"type": "login_failed", "ip_address": ADDRESS}
    for minutes in (1, 5, 10, 14, 16):
        await stored(worker, **failed, created_at=ago(minutes=minutes))
    await stored(worker, **{**failed, "type": "login_succeeded"})
    await stored(worker, **{**failed, "ip_address": None})
    for _ in range(6):
        await stored(worker, **{**failed, "ip_address": "10.1.2.3"})
    address = ip_interface(ADDRESS)
    async with database.unit_of_work() as work:
        assert await work.security_events.is_brute_force(address) is False
        assert await work.security_events.brute_force_sources() == (SourceCount(ip_interface("10.1.2.3"), 6),)
        assert await work.security_events.is_brute_force(address, Threshold(events=4, within=timedelta(minutes=15)))
    # when there is a fifth, then it is one
    await recorded(database, **failed)
    async with database.unit_of_work() as work:
        assert await work.security_events.is_brute_force(address) is True
        assert await work.security_events.brute_force_sources() == (
            SourceCount(ip_interface("10.1.2.3"), 6),
            SourceCount(address, 5),
        )
        assert await work.security_events.brute_force_sources(limit=1) == (SourceCount(ip_interface("10.1.2.3"), 6),)


async def test_three_suspicious_events_in_an_hour_are_an_anomaly(database: Database, worker: Raw) -> None:
    user, other = await new_user(worker, "ayse"), await new_user(worker, "mehmet")
    for kind, minutes in (("login_suspicious", 59), ("token_reuse", 5), ("login_suspicious", 61), ("login_failed", 5)):
        await stored(worker, user_id=user, type=kind, created_at=ago(minutes=minutes))
    for _ in range(3):
        await stored(worker, user_id=other, type="privilege_escalation")
    async with database.unit_of_work() as work:
        assert await work.security_events.is_anomalous(user) is False
        assert await work.security_events.is_anomalous(other) is True
        assert await work.security_events.is_anomalous(user, Threshold(events=3, within=timedelta(hours=2))) is True
    await recorded(database, user_id=user, type="access_denied")
    async with database.unit_of_work(as_user=user) as work:
        assert await work.security_events.is_anomalous(user) is True
        assert await work.security_events.is_anomalous(other) is False


# -- retention -------------------------------------------------------------------------


async def test_events_go_after_two_years(database: Database, worker: Raw) -> None:
    # given three events that are older, and one that is not
    for days in (800, 740, 731):
        await stored(worker, created_at=ago(days=days))
    kept = await stored(worker, created_at=ago(days=729))

    async def sweep(work: Work) -> int:
        return await work.security_events.delete_old(2)

    assert [await database.run(sweep) for _ in range(3)] == [2, 1, 0]
    assert await worker.fetchval("SELECT array_agg(id) FROM security_events") == [kept]
    assert await noted(worker) == [
        ("delete", "security_event.deleted", None, f'{{"after": {{"count": {count}}}}}') for count in (2, 1)
    ]


async def test_a_user_deletes_no_event(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    await stored(worker, user_id=user, created_at=ago(days=800))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.security_events.delete_old()
    assert await worker.fetchval("SELECT count(*) FROM security_events") == 1

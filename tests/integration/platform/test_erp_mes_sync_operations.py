"""Ties to external records: made once, claimed, reported under the version of the claim."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.bulk import RowResult
from platform_db.domain.erp_mes_sync import SYNC_STATES, ErpSystem, NewTie, SyncDirection, SyncStatus
from platform_db.errors import IdempotencyMismatch, RuleViolation, StaleVersion
from platform_db.repositories.erp_mes_sync import TieFilter
from tests.integration.clock import ago
from tests.integration.stored import store
from tests.raw import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from platform_db.domain.erp_mes_sync import ErpMesSync
    from platform_db.repositories.erp_mes_sync import ErpMesSyncRepository
    from platform_db.repositories.work import Database
    from tests.raw import Raw

MINUTE = timedelta(minutes=1)

REPORTS: dict[SyncStatus, Callable[[ErpMesSyncRepository, ErpMesSync], Awaitable[ErpMesSync]]] = {
    SyncStatus.SYNCED: lambda ties, tie: ties.synced(tie, {}),
    SyncStatus.FAILED: lambda ties, tie: ties.failed(tie, "timeout"),
    SyncStatus.CONFLICT: lambda ties, tie: ties.conflict(tie, "differs"),
    SyncStatus.SKIPPED: lambda ties, tie: ties.skip(tie),
    SyncStatus.PENDING: lambda ties, tie: ties.retry(tie),
}


def order(external: str = "SIP-41", entity: int = 7, **more: Any) -> NewTie:  # noqa: ANN401 - columns
    row = {
        "external_system": ErpSystem.LOGO,
        "entity_type": "orders",
        "external_id": external,
        "entity_id": entity,
        "direction": SyncDirection.INBOUND,
    }
    return NewTie.parse(row | more)


async def tied(database: Database, external: str = "SIP-41") -> ErpMesSync:
    async with database.unit_of_work() as work:
        return await work.erp_mes_sync.tie(order(external))


async def claimed(database: Database) -> ErpMesSync:
    async with database.unit_of_work() as work:
        [tie] = await work.erp_mes_sync.claim(10, MINUTE)
        return tie


async def test_a_tie_is_made_once(database: Database, worker: Raw) -> None:
    # given a tie
    first = await tied(database)
    # when it is made again, then it is the same; to another record of ours it is refused
    assert await tied(database) == first
    with pytest.raises(IdempotencyMismatch) as refused:
        async with database.unit_of_work() as work:
            await work.erp_mes_sync.tie(order(entity=8))
    assert refused.value.fields == ("entity_id",)
    # and another system's key is another tie
    async with database.unit_of_work() as work:
        await work.erp_mes_sync.tie(order(external_system=ErpSystem.SAP))
        assert await work.erp_mes_sync.count(TieFilter(entity_type="orders", entity_id=7)) == 2
    assert await worker.fetchval("SELECT count(*) FROM erp_mes_sync") == 2


async def test_many_are_tied_and_changed_with_an_outcome_each(database: Database) -> None:
    # given one tie
    await tied(database)
    # when three come, one of them there already, one to another record
    async with database.unit_of_work() as work:
        report = await work.erp_mes_sync.tie_many([order(), order("SIP-42", 8), order("SIP-41", 9)])
        assert [outcome.result for outcome in report] == [RowResult.UNCHANGED, RowResult.CREATED, RowResult.REFUSED]
        changed = await work.erp_mes_sync.upsert_many(
            [order(direction=SyncDirection.OUTBOUND), order("SIP-42", 8), order("SIP-43", 9)]
        )
    assert [outcome.result for outcome in changed] == [RowResult.UPDATED, RowResult.UNCHANGED, RowResult.CREATED]
    assert changed.rows[0].direction is SyncDirection.OUTBOUND


async def test_a_tie_in_sync_begins_anew(database: Database) -> None:
    # given a tie that failed once and is claimed again
    await tied(database)
    first = await claimed(database)
    async with database.unit_of_work() as work:
        failed = await work.erp_mes_sync.failed(first, "timeout")
        assert (failed.status, failed.attempts, failed.last_error) == (SyncStatus.FAILED, 1, "timeout")
        assert failed.claimed_until is None
        assert timedelta(0) <= failed.next_attempt_at - first.next_attempt_at <= timedelta(seconds=15)
        again = await work.erp_mes_sync.retry(failed)
    assert (again.status, again.attempts) == (SyncStatus.PENDING, 0)
    held = await claimed(database)
    # when both agree, then it says since when, and a change of ours makes it due again
    async with database.unit_of_work() as work:
        synced = await work.erp_mes_sync.synced(held, {"total": 4200})
        assert (synced.status, synced.attempts, synced.last_error) == (SyncStatus.SYNCED, 0, None)
        assert synced.payload == {"total": 4200}
        assert synced.last_sync_at is not None
        assert (await work.erp_mes_sync.retry(synced)).status is SyncStatus.PENDING


async def test_a_conflict_waits_for_a_person(database: Database) -> None:
    # given a tie in conflict
    await tied(database)
    held = await claimed(database)
    async with database.unit_of_work() as work:
        conflict = await work.erp_mes_sync.conflict(held, "total: 4200 here, 4300 there")
        # when workers ask, then it is not due
        assert await work.erp_mes_sync.claim(10, MINUTE) == ()
        # until somebody settles it, or leaves it
        pending = await work.erp_mes_sync.retry(conflict)
        skipped = await work.erp_mes_sync.skip(pending, "closed period")
    assert (skipped.status, skipped.last_error) == (SyncStatus.SKIPPED, "closed period")


async def test_a_worker_whose_lease_ended_is_stale(database: Database, worker: Raw) -> None:
    # given a tie whose worker hung, released and claimed by another
    await tied(database)
    late = await claimed(database)
    await worker.execute("UPDATE erp_mes_sync SET claimed_until = now() - interval '1 second'")
    async with database.unit_of_work() as work:
        assert [await work.erp_mes_sync.release_abandoned() for _ in range(2)] == [1, 0]
    told = "SELECT payload::text FROM audit_logs WHERE event_type = 'tie.released'"
    assert [row["payload"] for row in await worker.fetch(told)] == ['{"after": {"count": 1}}']
    held = await claimed(database)
    # when the first one reports, then nothing changes
    for new in (SyncStatus.SYNCED, SyncStatus.FAILED, SyncStatus.CONFLICT):
        with pytest.raises(StaleVersion):
            async with database.unit_of_work() as work:
                await REPORTS[new](work.erp_mes_sync, late)
    async with database.unit_of_work() as work:
        assert await work.erp_mes_sync.get(held.id) == held


COLUMNS: dict[SyncStatus, dict[str, object]] = {
    SyncStatus.IN_PROGRESS: {"claimed_until": ago(minutes=-1)},
    SyncStatus.SYNCED: {"last_sync_at": ago(minutes=1)},
    SyncStatus.FAILED: {"last_error": "timeout"},
    SyncStatus.CONFLICT: {"last_error": "differs"},
}
FORBIDDEN = [(old, new) for old in SyncStatus for new in REPORTS if not SYNC_STATES.may_become(old, new)]


@pytest.mark.parametrize(("old", "new"), FORBIDDEN)
async def test_a_state_that_cannot_follow_is_refused_by_both_sides(
    database: Database, worker: Raw, old: SyncStatus, new: SyncStatus
) -> None:
    # given a tie in one state
    columns: dict[str, object] = {"claimed_until": None, "last_error": None, **COLUMNS.get(old, {})}
    tie = await store(worker, "erp_mes_sync", status=old.value, **columns)
    # when it is to take another, then library and database refuse by one name
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await REPORTS[new](work.erp_mes_sync, await work.erp_mes_sync.get(tie))
    assert [item.rule for item in refused.value.violations] == ["ck_erp_mes_sync_transition_allowed"]
    with pytest.raises(asyncpg.CheckViolationError) as raw:
        await worker.execute("UPDATE erp_mes_sync SET status = $1::text::sync_status", new.value)
    assert refusal(raw.value)[0] == "ck_erp_mes_sync_transition_allowed"
    assert await worker.fetchval("SELECT status::text FROM erp_mes_sync") == old.value


async def test_the_ends_of_a_tie_are_fixed(database: Database, worker: Raw) -> None:
    await tied(database)
    with pytest.raises(asyncpg.CheckViolationError) as raw:
        await worker.execute("UPDATE erp_mes_sync SET entity_id = 8")
    assert refusal(raw.value)[0] == "ck_erp_mes_sync_tie_is_fixed"

"""Ties to other systems are found from either side and claimed by one worker at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.erp_mes_sync import ErpSystem, SyncStatus
from platform_db.errors import NotAllowed, NotFound, RuleViolation
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

MINUTE = timedelta(minutes=1)
PENDING = {"status": "pending", "last_sync_at": None}


async def tied(worker: Raw, external_id: str, **columns: Any) -> int:  # noqa: ANN401 - columns
    row = {"external_id": external_id, "next_attempt_at": ago(minutes=5), "attempts": 0, "version": 1}
    return await store(worker, "erp_mes_sync", **row | columns)


async def test_a_tie_is_found_from_either_side(database: Database, worker: Raw) -> None:
    # given a record tied in two systems, and another one
    sap = await tied(worker, "4711", external_system="sap")
    logo = await tied(worker, "4711", external_system="logo")
    other = await tied(worker, "4712", entity_id=701)
    async with database.unit_of_work() as work:
        ties = work.erp_mes_sync
        assert [tie.id for tie in await ties.of_entity("invoices", 700)] == [sap, logo]
        assert await ties.of_entity("orders", 700) == ()
        assert (await ties.by_external_id(ErpSystem.LOGO, "invoices", "4711")).id == logo
        assert (await ties.get(other)).entity_id == 701
        with pytest.raises(NotFound):
            await ties.by_external_id(ErpSystem.NETSIS, "invoices", "4711")
        with pytest.raises(RuleViolation) as refused:
            await ties.of_entity("Fatura", 700)
    assert refused.value.rule == "ck_erp_mes_sync_entity_type_format"


async def test_a_claim_takes_what_is_due_in_order(database: Database, worker: Raw) -> None:
    # given ties that are due, and one each not due, in progress, in conflict and in sync
    pending = await tied(worker, "1", **PENDING)
    earliest = await tied(
        worker, "2", status="failed", last_error="Zaman aşımı", attempts=2, next_attempt_at=ago(hours=1)
    )
    await tied(worker, "3", **PENDING, next_attempt_at=ago(minutes=-5))
    await tied(worker, "4", status="in_progress", claimed_until=ago(minutes=-5))
    await tied(worker, "5", status="conflict", last_error="İki taraf da değişmiş")
    await tied(worker, "6")
    # when a worker claims one, and then the rest
    async with database.unit_of_work() as work:
        first = await work.erp_mes_sync.claim(1, MINUTE)
        rest = await work.erp_mes_sync.claim(9, MINUTE)
        now = await worker.fetchval("SELECT now()")
    # then those due first come first, in progress, with a lease, one attempt and one version more
    claimed = [*first, *rest]
    assert [(tie.id, tie.attempts, tie.version) for tie in claimed] == [(earliest, 3, 2), (pending, 1, 2)]
    assert {tie.status for tie in claimed} == {SyncStatus.IN_PROGRESS}
    assert all(abs(tie.claimed_until - now - MINUTE) < timedelta(seconds=5) for tie in claimed if tie.claimed_until)
    assert all(tie.claimed_until is not None for tie in claimed)


async def test_sixteen_workers_claim_each_tie_once(database: Database, worker: Raw) -> None:
    # given 100 pending ties
    await worker.execute(
        "INSERT INTO erp_mes_sync (external_system, direction, external_id, entity_type, entity_id) "
        "SELECT 'logo', 'outbound', i::text, 'invoices', i FROM generate_series(1, 100) AS i"
    )
    begun = asyncio.Barrier(16)

    async def claims() -> list[int]:
        taken: list[int] = []
        await begun.wait()
        while True:
            async with database.unit_of_work() as work:
                ties = await work.erp_mes_sync.claim(5, timedelta(hours=1))
            if not ties:
                return taken
            taken += [tie.id for tie in ties]

    # when sixteen workers claim until nothing is left
    claimed = Counter(tie for taken in await asyncio.gather(*(claims() for _ in range(16))) for tie in taken)
    # then each tie went to one of them, once
    assert (len(claimed), set(claimed.values())) == (100, {1})


async def test_what_a_dead_worker_left_is_found(database: Database, worker: Raw) -> None:
    # given leases that are over, and one that is not
    lately = await tied(worker, "1", status="in_progress", claimed_until=ago(seconds=1))
    earlier = await tied(worker, "2", status="in_progress", claimed_until=ago(hours=1))
    await tied(worker, "3", status="in_progress", claimed_until=ago(minutes=-5))
    await tied(worker, "4", **PENDING)
    async with database.unit_of_work() as work:
        assert [tie.id for tie in await work.erp_mes_sync.abandoned()] == [earlier, lately]
        assert [tie.id for tie in await work.erp_mes_sync.abandoned(1)] == [earlier]


async def test_what_agreed_long_ago_is_listed_longest_ago_first(database: Database, worker: Raw) -> None:
    # given ties that agreed at one instant, earlier, lately and never
    alike = [await tied(worker, f"a{number}", last_sync_at=ago(days=40)) for number in range(3)]
    first = await tied(worker, "b", last_sync_at=ago(days=50))
    await tied(worker, "c", last_sync_at=ago(days=29))
    await tied(worker, "d", **PENDING)
    async with database.unit_of_work() as work:
        stale = await to_the_end(lambda after: work.erp_mes_sync.stale(timedelta(days=30), after=after, limit=2))
    assert [tie.id for tie in stale] == [first, *alike]


async def test_a_users_request_reads_no_ties(database: Database, worker: Raw) -> None:
    user = await new_user(worker, "ayse")
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.erp_mes_sync.of_entity("invoices", 700)

"""Sixteen at once: one tie is made once, and each due tie goes to one worker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from platform_db.domain.erp_mes_sync import ErpMesSync, ErpSystem, NewTie, SyncDirection
from platform_db.errors import IdempotencyMismatch
from tests.concurrency.crowd import SIZE
from tests.raw import connect

if TYPE_CHECKING:
    from tests.concurrency.crowd import Crowd

TIES = 120
LEASE = timedelta(minutes=5)


def order(external: str, entity: int) -> NewTie:
    return NewTie(
        external_system=ErpSystem.LOGO,
        entity_type="orders",
        external_id=external,
        entity_id=entity,
        direction=SyncDirection.OUTBOUND,
    )


async def test_an_external_record_is_tied_to_one_of_ours(crowd: Crowd) -> None:
    # given sixteen who tie one external record, to two records of ours
    async def tie(member: int) -> ErpMesSync:
        async with crowd.database.unit_of_work() as work:
            return await work.erp_mes_sync.tie(order("SIP-41", 7 + member % 2))

    outcomes = await crowd.at_once(tie)
    # then one of the two has it, and who meant the other is told so
    ties = {(outcome.id, outcome.entity_id) for outcome in outcomes if isinstance(outcome, ErpMesSync)}
    assert len(ties) == 1
    refused = [type(outcome) for outcome in outcomes if not isinstance(outcome, ErpMesSync)]
    assert refused == [IdempotencyMismatch] * (SIZE // 2)
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    assert await connection.fetchval("SELECT count(*) FROM erp_mes_sync") == 1
    await connection.close()


async def test_each_tie_goes_to_one_worker(crowd: Crowd) -> None:
    # given ties that are due
    async with crowd.database.unit_of_work() as work:
        report = await work.erp_mes_sync.tie_many([order(f"SIP-{place}", place + 1) for place in range(TIES)])
    assert len(report.rows) == TIES

    async def synchronise(_: int) -> list[int]:
        mine: list[int] = []
        while True:
            async with crowd.database.unit_of_work() as work:
                held = await work.erp_mes_sync.claim(5, LEASE)
            if not held:
                return mine
            for tie in held:
                async with crowd.database.unit_of_work() as work:
                    mine.append((await work.erp_mes_sync.synced(tie, {})).id)

    # when sixteen work until nothing is due, then each was one worker's, and all agree
    outcomes = await crowd.at_once(synchronise)
    done = [tie for outcome in outcomes if isinstance(outcome, list) for tie in outcome]
    assert sorted(done) == sorted(row.id for row in report.rows)
    connection = await connect(crowd.url)
    await connection.execute("SET ROLE platform_worker")
    assert await connection.fetchval("SELECT count(*) FROM erp_mes_sync WHERE status = 'synced'") == TIES
    await connection.close()

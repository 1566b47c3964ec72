"""One bulletin imported by sixteen: each rate once, and a contradiction leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from platform_db.domain.exchange_rates import BulletinReport, read_bulletin
from platform_db.errors import IdempotencyMismatch
from tests.concurrency.books import as_auditor
from tests.concurrency.crowd import SIZE, Crowd

if TYPE_CHECKING:
    from platform_db.domain.exchange_rates import Bulletin
    from platform_db.repositories.work import Work

WHOLE = read_bulletin((Path(__file__).parents[1] / "unit" / "domain" / "data" / "tcmb_bulletin.xml").read_bytes())


async def imported(crowd: Crowd, bulletin: Bulletin) -> BulletinReport:
    async def act(work: Work) -> BulletinReport:
        return await work.exchange_rates.import_bulletin(bulletin)

    return await crowd.database.run(act, attempts=100)


async def stored(crowd: Crowd) -> int:
    async with as_auditor(crowd.url) as connection:
        return await connection.fetchval("SELECT count(*) FROM exchange_rates")


async def test_sixteen_imports_of_one_bulletin_add_each_rate_once(crowd: Crowd) -> None:
    outcomes = await crowd.at_once(lambda _: imported(crowd, WHOLE))

    reports = [it for it in outcomes if isinstance(it, BulletinReport)]
    assert sorted((it.added, it.known) for it in reports) == [*[(0, 10)] * (SIZE - 1), (10, 0)]
    assert await stored(crowd) == 10


async def test_of_bulletins_that_contradict_each_other_one_is_stored(crowd: Crowd) -> None:
    # given a second bulletin of the day whose last rate differs
    *others, last = WHOLE.rates
    other = replace(WHOLE, rates=(*others, last.model_copy(update={"rate": last.rate + 1})))

    # when both are imported eight times at once
    outcomes = await crowd.at_once(lambda member: imported(crowd, other if member % 2 else WHOLE))

    # then those of the one that came first are reported, and those of the other refused
    refused = [isinstance(it, IdempotencyMismatch) for it in outcomes]
    assert refused in ([True, False] * 8, [False, True] * 8)
    assert await stored(crowd) == 10

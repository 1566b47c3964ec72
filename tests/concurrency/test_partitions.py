"""Partitions of the log of changes are made by several at once: each month once."""

from __future__ import annotations

import asyncio
from datetime import date

from tests.concurrency.crowd import somebody_waits
from tests.raw import connect

CREATE = "SELECT create_enterprise_audit_partitions($1, $2)"


async def test_who_makes_the_same_months_waits_and_makes_the_rest(database_url: str) -> None:
    # given a transaction that has made May and June
    may = date(2031, 5, 1)
    one, two = await connect(database_url), await connect(database_url)
    try:
        for each in (one, two):
            await each.execute("BEGIN; SET LOCAL ROLE platform_owner")
        assert await one.fetchval(CREATE, may, 2) == 2

        # when another makes May to July before it ends
        async def make() -> int:
            return await two.fetchval(CREATE, may, 3)

        waiting = asyncio.create_task(make())
        await somebody_waits(database_url)
        await one.execute("COMMIT")
        # then it makes July alone
        assert await waiting == 1
    finally:
        await one.close()
        await two.close()

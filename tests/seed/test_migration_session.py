"""A migration's session: nothing in it runs for ever, and nothing of it stays."""

from __future__ import annotations

from typing import Final

import pytest

from platform_db import migration
from platform_db.migration.failures import RevisionFailed
from platform_db.migration.head import revisions
from platform_db.migration.run import Run
from platform_db.migration.steps import AddCheck
from tests.raw import connect
from tests.seed.steps import run

SETTINGS: Final = (
    "max_parallel_workers_per_gather",
    "parallel_setup_cost",
    "parallel_tuple_cost",
    "maintenance_work_mem",
    "wal_compression",
    "statement_timeout",
    "lock_timeout",
    "role",
)
SLOW: Final = AddCheck("users", "ck_users_slow", "pg_sleep(30)::text = ''")


async def settings(url: str) -> dict[str, str]:
    connection = await connect(url)
    try:
        return {name: await connection.fetchval("SELECT current_setting($1)", name) for name in SETTINGS}
    finally:
        await connection.close()


async def test_a_step_that_is_stuck_ends_and_leaves_nothing(database_url: str) -> None:
    # given a row, and a step that looks at rows for half a minute each
    connection = await connect(database_url)
    await connection.execute("SET ROLE platform_worker; INSERT INTO users (email) VALUES ('ayse@ornek-imalat.com.tr')")
    # when a run that bounds its statements meets it, then it ends long before, with what stopped it
    told = (
        "add check ck_users_slow on users: 57014 query canceled: canceling statement due to statement timeout; "
        "the revision was rolled back"
    )
    with pytest.raises(RevisionFailed, match=told):
        await run(database_url, SLOW, within=Run(statement_timeout=0.2))
    # and the constraint is not there
    assert await connection.fetchval("SELECT count(*) FROM pg_constraint WHERE conname = $1", SLOW.name) == 0
    await connection.close()


async def test_the_settings_of_a_migration_end_with_it(database_url: str) -> None:
    before = await settings(database_url)
    await migration.down(database_url, revisions()[-2])
    await migration.up(database_url)
    assert await settings(database_url) == before

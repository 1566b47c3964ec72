"""A column that was changed by hand is found, by its type and by its default."""

from __future__ import annotations

import pytest

from platform_db.migration.connection import connection
from platform_db.migration.drift import drift


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("ALTER TABLE jobs ALTER COLUMN timeout_seconds TYPE bigint", "jobs.timeout_seconds"),
        ("ALTER TABLE machines ALTER COLUMN is_active SET DEFAULT false", "machines.is_active"),
    ],
    ids=["type", "default"],
)
async def test_a_changed_column_is_found(database_url: str, change: str, column: str) -> None:
    # given a migrated database in which a column was changed by hand
    async with connection(database_url) as opened:
        await opened.execute("SET ROLE platform_owner")
        await opened.execute(change)
    # when it is compared with the models, then that column differs and nothing else
    assert [difference.name for difference in (await drift(database_url)).differences] == [f"column {column}"]

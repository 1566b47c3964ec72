"""Every row that counts its changes (set_updated_at_and_version): an UPDATE is counted and stamped, whoever writes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from platform_db.schema.all_tables import metadata
from tests.seed.rows import store, without_triggers

if TYPE_CHECKING:
    from tests.raw import Raw

COUNTED = [table.name for table in metadata.sorted_tables if "version" in table.columns]


@pytest.mark.parametrize("table", COUNTED)
async def test_a_change_is_counted_and_stamped(undone: Raw, table: str) -> None:
    # given the table's example row alone, and its other triggers out of the way
    await without_triggers(undone, table)
    await undone.execute(f"DELETE FROM {table}")  # noqa: S608
    await store(undone, table, {})
    await undone.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_touch")
    read = f"SELECT version, created_at, updated_at FROM {table}"  # noqa: S608
    before = await undone.fetchrow(read)
    # when somebody writes other stamps and an old version
    await undone.execute(f"UPDATE {table} SET version = 1, created_at = created_at - interval '1 day'")  # noqa: S608
    # then the database's stand
    after = await undone.fetchrow(read)
    assert (after["version"], after["created_at"]) == (before["version"] + 1, before["created_at"])
    assert after["updated_at"] - before["updated_at"] >= timedelta(microseconds=1)

"""Every table that record_row_change records: an entry for what is added, changed, removed and emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from tests.seed.rows import store, without_triggers

if TYPE_CHECKING:
    from tests.raw import Raw

RECORDED = [table.name for table in metadata.sorted_tables if facts(table).recorded]
EVENTS = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"]


@pytest.mark.parametrize("table", RECORDED)
async def test_whatever_happens_to_a_row_is_recorded(undone: Raw, table: str) -> None:
    # given an empty table with the triggers that record, and no others
    await without_triggers(undone, *metadata.tables)
    await undone.execute(f"DELETE FROM {table}")  # noqa: S608
    before = await undone.fetchval("SELECT coalesce(max(id), 0) FROM enterprise_audit_log")
    for event in EVENTS:
        await undone.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_record_{event.lower()}")
    # when its example row comes, changes and goes, and the table is emptied
    await store(undone, table, {})
    await undone.execute(f"UPDATE {table} SET created_at = created_at - interval '1 day'")  # noqa: S608
    await undone.execute(f"DELETE FROM {table}")  # noqa: S608
    await undone.execute(f"TRUNCATE {table} CASCADE")
    # then each is an entry
    told = "SELECT array_agg(operation::text ORDER BY id) FROM enterprise_audit_log WHERE table_name = $1 AND id > $2"
    assert await undone.fetchval(told, table, before) == EVENTS

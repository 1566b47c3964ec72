"""A table that is kept is not emptied in one go, not even by its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.schema.all_triggers import triggers
from tests.raw import refusal

if TYPE_CHECKING:
    from tests.raw import Raw

KEPT: Final = sorted(trigger.table for trigger in triggers() if trigger.name == f"{trigger.table}_no_truncate")


def test_there_are_tables_that_are_kept() -> None:
    assert {"invoices", "invoice_series", "payments", "audit_logs"} <= set(KEPT)


@pytest.mark.parametrize("table", KEPT)
async def test_a_table_that_is_kept_is_not_emptied(undone: Raw, table: str) -> None:
    # given no trigger but its own, so that none of a table that refers to it answers first
    await undone.execute("SET LOCAL session_replication_role = replica")
    await undone.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")

    with pytest.raises(asyncpg.RestrictViolationError) as refused:
        await undone.execute(f"TRUNCATE {table} CASCADE")

    assert refusal(refused.value)[0] == f"ck_{table.removesuffix('_default')}_append_only"

"""A backfill on its way, and what each rule of ``migration_backfills`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example

_MADE: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
_LATER: Final = datetime(2026, 3, 2, 9, 45, tzinfo=UTC)

ROW: Final = {
    "id": 4,
    "revision": "0021_product_weight",
    "step": "fill_weight_kg",
    "table_name": "products",
    "status": "running",
    "last_key": "48213",
    "last_error": None,
    "rows_done": 48_000,
    "rows_total": 120_000,
    "batch_size": 1000,
    "started_at": _MADE,
    "finished_at": None,
    "created_at": _MADE,
    "version": 49,
    "updated_at": _LATER,
}

_COMPLETED: Final = {"status": "completed", "finished_at": _LATER}

EXAMPLES: Final = {
    "ck_migration_backfills_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_migration_backfills_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_migration_backfills_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_migration_backfills_updated_after_created": Example(
        {"updated_at": datetime(2026, 3, 2, 9, 14, 59, 999_999, tzinfo=UTC)}, {"updated_at": _MADE}
    ),
    "ck_migration_backfills_revision_length": Example(
        {"revision": "r" * 256}, {"revision": "r" * 255}, ({"revision": ""},)
    ),
    "ck_migration_backfills_step_length": Example({"step": "ş" * 101}, {"step": "ş" * 100}, ({"step": ""},)),
    "ck_migration_backfills_table_name_length": Example(
        {"table_name": "t" * 64}, {"table_name": "t" * 63}, ({"table_name": ""},)
    ),
    "ck_migration_backfills_rows_done_non_negative": Example(
        {"rows_done": -1},
        {"rows_done": 0, "rows_total": 0},
        ({"rows_total": -1}, {"rows_done": -1, "rows_total": None}),
    ),
    "ck_migration_backfills_batch_size_valid": Example(
        {"batch_size": 0}, {"batch_size": 1}, ({"batch_size": 100_001}, {"batch_size": -1})
    ),
    "ck_migration_backfills_started_at_finite": Example(
        {"started_at": BEFORE_FIRST}, {"started_at": FIRST}, ({"started_at": END},)
    ),
    "ck_migration_backfills_finished_at_finite": Example(
        {**_COMPLETED, "finished_at": END},
        {**_COMPLETED, "finished_at": LAST},
        ({**_COMPLETED, "finished_at": BEFORE_FIRST},),
    ),
    "ck_migration_backfills_finished_at_matches_status": Example(
        {"status": "completed"}, _COMPLETED, ({"finished_at": _LATER}, {"status": "paused", "finished_at": _LATER})
    ),
    "ck_migration_backfills_failed_has_error": Example(
        {"status": "failed"}, {"status": "failed", "last_error": "-"}, ({"status": "failed", "last_key": None},)
    ),
}

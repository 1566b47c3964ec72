"""The triggers that repeat follow from what is said of a table; here is the list they must come to."""

from __future__ import annotations

from typing import Final

import pytest

from platform_db.schema.all_triggers import triggers
from platform_db.schema.metadata import tables

APPEND_ONLY: Final = {"audit_logs", "audit_checkpoints", "enterprise_audit_log"}
NEVER_EMPTIED: Final = APPEND_ONLY | {
    "enterprise_audit_log_default",
    "audit_chain_heads",
    "invoices",
    "invoice_lines",
    "invoice_tax_subtotals",
    "invoice_withholdings",
    "invoice_series",
    "payments",
}
RECORDED: Final = {
    "invoices",
    "payments",
    "orders",
    "order_transactions",
    "licenses",
    "invoice_series",
    "exchange_rates",
}


def tables_with(suffix: str) -> set[str]:
    return {each.table for each in triggers() if each.name == f"{each.table}{suffix}"}


def test_a_row_with_a_version_counts_its_changes() -> None:
    assert tables_with("_touch") == {name for name, table in tables().items() if "version" in table.columns}


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        ("_append_only", APPEND_ONLY),
        ("_no_truncate", NEVER_EMPTIED),
        ("_record_insert", RECORDED),
        ("_record_update", RECORDED),
        ("_record_delete", RECORDED),
        ("_record_truncate", RECORDED),
    ],
)
def test_a_table_is_guarded_and_recorded_as_it_was_declared(suffix: str, expected: set[str]) -> None:
    assert tables_with(suffix) == expected


def test_what_forbids_a_change_fires_for_replicated_changes_too() -> None:
    guards = [each for each in triggers() if each.name.endswith(("_append_only", "_no_truncate", "_no_removal"))]
    assert len(guards) == len(APPEND_ONLY) + len(NEVER_EMPTIED) + 1
    assert [each.name for each in guards if not each.always] == []


def test_every_trigger_has_one_name_on_its_table() -> None:
    names = [(each.table, each.name) for each in triggers()]
    assert len(set(names)) == len(names)

"""A refused write, and what each rule of ``constraint_violations`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, Example

ROW: Final = {
    "id": 5120,
    "constraint_name": "ck_invoices_total_is_sum",
    "table_name": "invoices",
    "occurred_at": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_constraint_violations_constraint_name_length": Example(
        {"constraint_name": "ğ" * 64}, {"constraint_name": "ğ" * 63}, ({"constraint_name": ""},)
    ),
    "ck_constraint_violations_table_name_length": Example(
        {"table_name": "t" * 64}, {"table_name": "t" * 63}, ({"table_name": ""},)
    ),
    "ck_constraint_violations_occurred_at_finite": Example(
        {"occurred_at": BEFORE_FIRST}, {"occurred_at": FIRST}, ({"occurred_at": END},)
    ),
}

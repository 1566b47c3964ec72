"""A row change, and what each rule of ``enterprise_audit_log`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_interface
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, Example, json_object

ROW: Final = {
    "id": 99_001,
    "table_name": "invoices",
    "operation": "UPDATE",
    "row_id": "700",
    "old_values": {"status": "draft", "note": "[personal]"},
    "new_values": {"status": "issued", "note": "[personal]"},
    "user_id": 41,
    "session_id": 88,
    "ip_address": ip_interface("2001:db8:7::/48"),
    "user_agent": "Mozilla/5.0",
    "transaction_id": 51_234,
    "created_at": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
}

_TRUNCATED: Final = {"operation": "TRUNCATE", "row_id": None, "old_values": None, "new_values": None}
_INSERTED: Final = {"operation": "INSERT", "old_values": None}
_DELETED: Final = {"operation": "DELETE", "new_values": None}

EXAMPLES: Final = {
    "ck_enterprise_audit_log_created_at_finite": Example(
        {"created_at": BEFORE_FIRST}, {"created_at": FIRST}, ({"created_at": END},)
    ),
    "ck_enterprise_audit_log_valid_operation": Example(
        {**_TRUNCATED, "operation": "MERGE"},
        _TRUNCATED,
        (
            {**_TRUNCATED, "operation": "update"},
            {**_TRUNCATED, "operation": "UPDATE\n"},
            {**_TRUNCATED, "operation": ""},
        ),
    ),
    "ck_enterprise_audit_log_old_values_object": Example({"old_values": []}, {"old_values": {}}),
    "ck_enterprise_audit_log_old_values_size": Example(
        {"old_values": json_object(1_048_577)}, {"old_values": json_object(1_048_576)}
    ),
    "ck_enterprise_audit_log_new_values_object": Example({"new_values": "issued"}, {"new_values": {}}),
    "ck_enterprise_audit_log_new_values_size": Example(
        {"new_values": json_object(1_048_577)}, {"new_values": json_object(1_048_576)}
    ),
    "ck_enterprise_audit_log_values_match_operation": Example(
        {"operation": "INSERT"},
        {**_INSERTED, "new_values": None},
        (
            {"old_values": None},
            {"new_values": None},
            {"operation": "DELETE"},
            {**_DELETED, "old_values": None},
            {**_TRUNCATED, "row_id": "700"},
            {**_TRUNCATED, "old_values": {}},
            {**_TRUNCATED, "new_values": {}},
        ),
    ),
}

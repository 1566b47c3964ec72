"""Row changes: a year in twelve months' partitions; one in a thousand cancels."""

from __future__ import annotations

from typing import Final

from platform_db.database.identity import Role
from platform_db.repositories.enterprise_audit_log import RowChangeFilter
from tests.plans.evidence import OWNER, Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "table_name": "(ARRAY['invoices', 'payments', 'orders'])[1 + i % 3]",
        "row_id": "(i / 6)::text",
        "old_values": """CASE WHEN i % 1000 = 7 THEN '{"status": "disputed"}' ELSE base.old_values END""",
        "new_values": """CASE WHEN i % 1000 = 6 THEN '{"status": "cancelled"}' ELSE base.new_values END""",
        "user_id": "CASE WHEN i % 10 > 0 THEN i % 1000 + 1 END",
        "transaction_id": "i / 2",
        "created_at": "timestamptz '2026-01-01 00:00+00' + i * interval '5 minutes'",
    },
    first=("SELECT create_enterprise_audit_partitions('2026-01-01', 12)",),
)

_WROTE: Final = RowChangeFilter(wrote={"status": "cancelled"})
_REPLACED: Final = RowChangeFilter(replaced={"status": "disputed"})
_ROW: Final = RowChangeFilter(table_name="payments", row_id="700")

EVIDENCE: Final = {
    "gin_enterprise_audit_log_new_values": (
        Evidence("row_changes.page(wrote)", lambda work: work.row_changes.page(_WROTE), role=Role.AUDITOR),
    ),
    "gin_enterprise_audit_log_old_values": (
        Evidence("row_changes.page(replaced)", lambda work: work.row_changes.page(_REPLACED), role=Role.AUDITOR),
    ),
    "idx_enterprise_audit_log_row": (
        Evidence("row_changes.page(table_name, row_id)", lambda work: work.row_changes.page(_ROW), role=Role.AUDITOR),
    ),
    "idx_enterprise_audit_log_transaction_id": (
        Evidence("row_changes.of_transaction", lambda work: work.row_changes.of_transaction(5), role=Role.AUDITOR),
    ),
    "idx_enterprise_audit_log_user_id": (
        Evidence(
            "row_changes.page(user_id)",
            lambda work: work.row_changes.page(RowChangeFilter(user_id=OWNER)),
            role=Role.AUDITOR,
        ),
    ),
}

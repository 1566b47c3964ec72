"""Every function of the schema, in the order of creation; each stands in ``routines/<name>.sql``."""

from __future__ import annotations

from typing import Final

from platform_db.schema.routines_billing import BILLING_ROUTINES, billing_routine

__all__ = ["BEFORE_TABLES", "ROUTINES", "routine_sql"]

BEFORE_TABLES: Final = ("audit_chain_of_transaction",)
"""Functions that a column's default calls."""

ROUTINES: Final = (
    *BEFORE_TABLES,
    "set_updated_at_and_version",
    "forbid_change",
    "canonical_json",
    "compute_json_hash",
    "compute_audit_chain_hash",
    "guard_personal_data",
    "record_row_change",
    "create_enterprise_audit_partitions",
    *BILLING_ROUTINES,
)

routine_sql = billing_routine

"""Every trigger of the schema: those that repeat on many tables, and the billing guards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from platform_db.schema.triggers import Trigger, row_trigger
from platform_db.schema.triggers_billing import BILLING_TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["triggers"]

_APPEND_ONLY: Final = ("audit_logs", "enterprise_audit_log")
_NO_TRUNCATE: Final = (
    *_APPEND_ONLY,
    "audit_chain_heads",
    "invoices",
    "invoice_lines",
    "invoice_tax_subtotals",
    "invoice_withholdings",
    "invoice_series",
    "payments",
)
_RECORDED: Final = ("invoices", "payments", "orders", "order_transactions", "licenses", "invoice_series")
"""Financial tables whose row changes go to enterprise_audit_log."""

_IMAGES: Final = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows ",
    "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows ",
    "DELETE": "REFERENCING OLD TABLE AS old_rows ",
    "TRUNCATE": "",
}


def triggers() -> Iterator[Trigger]:
    """Every trigger, in the order of creation."""
    for table in metadata.sorted_tables:
        if "version" in table.columns:
            yield row_trigger(f"{table.name}_touch", table.name, "BEFORE UPDATE", "set_updated_at_and_version")
    yield row_trigger("audit_logs_hash_chain", "audit_logs", "BEFORE INSERT", "compute_audit_chain_hash", always=True)
    yield row_trigger(
        "audit_personal_data_guard",
        "audit_personal_data",
        "BEFORE UPDATE OR DELETE",
        "guard_personal_data",
        always=True,
    )
    for table_name in _APPEND_ONLY:
        yield row_trigger(
            f"{table_name}_append_only", table_name, "BEFORE UPDATE OR DELETE", "forbid_change", always=True
        )
    yield row_trigger(
        "audit_chain_heads_no_removal", "audit_chain_heads", "BEFORE DELETE", "forbid_change", always=True
    )
    for table_name in (*_NO_TRUNCATE, "enterprise_audit_log_default"):
        yield no_truncate(table_name)
    for table_name in _RECORDED:
        yield from _records(table_name)
    yield from BILLING_TRIGGERS


def no_truncate(table: str) -> Trigger:
    """The trigger that keeps a table, or one partition, from being emptied."""
    name = f"{table}_no_truncate"
    sql = f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()"
    return Trigger(name, table, sql, always=True)


def _records(table: str) -> Iterator[Trigger]:
    personal = ", ".join(f"'{column}'" for column in sorted(facts(metadata.tables[table]).personal))
    for event, images in _IMAGES.items():
        name = f"{table}_record_{event.lower()}"
        sql = (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} {images}"
            f"FOR EACH STATEMENT EXECUTE FUNCTION record_row_change({personal})"
        )
        yield Trigger(name, table, sql)

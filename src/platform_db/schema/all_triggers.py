"""Every trigger of the schema: those that repeat on many tables, and the guards of each context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from platform_db.schema.triggers import Trigger, row_trigger
from platform_db.schema.triggers_billing import BILLING_TRIGGERS
from platform_db.schema.triggers_engineering import ENGINEERING_TRIGGERS
from platform_db.schema.triggers_identity import IDENTITY_TRIGGERS
from platform_db.schema.triggers_licensing import LICENSING_TRIGGERS
from platform_db.schema.triggers_of_changes import triggers_of_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

__all__ = ["triggers"]

_WRITTEN_AS_THEY_ARE: Final = frozenset({"orders"})
"""Guards of other tables write these rows as they are, to be seen by whoever changes one: that is no change of it."""

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
            yield _touch(table.name)
    yield row_trigger("audit_logs_hash_chain", "audit_logs", "BEFORE INSERT", "compute_audit_chain_hash", always=True)
    yield row_trigger(
        "audit_personal_data_guard",
        "audit_personal_data",
        "BEFORE UPDATE OR DELETE",
        "guard_personal_data",
        always=True,
    )
    yield row_trigger(
        "audit_chain_heads_no_removal", "audit_chain_heads", "BEFORE DELETE", "forbid_change", always=True
    )
    for table in metadata.sorted_tables:
        yield from _of_facts(table)
        yield from triggers_of_changes(table)
    yield no_truncate("enterprise_audit_log_default")
    yield from IDENTITY_TRIGGERS
    yield from BILLING_TRIGGERS
    yield from ENGINEERING_TRIGGERS
    yield from LICENSING_TRIGGERS


def _touch(table: str) -> Trigger:
    condition = " WHEN (OLD.* IS DISTINCT FROM NEW.*)" if table in _WRITTEN_AS_THEY_ARE else ""
    return Trigger(
        f"{table}_touch",
        table,
        f"CREATE TRIGGER {table}_touch BEFORE UPDATE ON {table} FOR EACH ROW{condition} "
        "EXECUTE FUNCTION set_updated_at_and_version()",
    )


def _of_facts(table: sa.Table) -> Iterator[Trigger]:
    about = facts(table)
    if about.append_only:
        yield row_trigger(
            f"{table.name}_append_only", table.name, "BEFORE UPDATE OR DELETE", "forbid_change", always=True
        )
    if about.append_only or about.never_emptied:
        yield no_truncate(table.name)
    if about.recorded:
        yield from _records(table)


def no_truncate(table: str) -> Trigger:
    """The trigger that keeps a table, or one partition, from being emptied."""
    name = f"{table}_no_truncate"
    sql = f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()"
    return Trigger(name, table, sql, always=True)


def _records(table: sa.Table) -> Iterator[Trigger]:
    personal = ", ".join(f"'{column}'" for column in sorted(facts(table).personal))
    for event, images in _IMAGES.items():
        name = f"{table.name}_record_{event.lower()}"
        sql = (
            f"CREATE TRIGGER {name} AFTER {event} ON {table.name} {images}"
            f"FOR EACH STATEMENT EXECUTE FUNCTION record_row_change({personal})"
        )
        yield Trigger(name, table.name, sql)

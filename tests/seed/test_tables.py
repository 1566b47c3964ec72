"""The tables themselves: all there, keyed, stamped, and secured where a row has an owner."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

import platform_db.schema
from platform_db.schema.all_tables import metadata
from tests.seed.definitions import columns

if TYPE_CHECKING:
    from tests.raw import Raw

TABLES = tuple(dict.fromkeys(column.table for column in columns()))
CORE = (
    "users",
    "sessions",
    "licenses",
    "invoices",
    "payments",
    "models",
    "jobs",
    "cam_runs",
    "sim_runs",
    "artefacts",
    "machines",
    "materials",
    "tools",
    "notifications",
    "erp_mes_sync",
    "audit_logs",
    "security_events",
)
KEYS = {"audit_chain_heads": "chain_id", "enterprise_audit_log": "id, created_at"}
"""Primary keys that are not ``id`` alone."""

MUTABLE = sorted({column.table for column in columns() if column.name == "version"})
OWNED = {
    "users",
    "sessions",
    "security_events",
    "licenses",
    "license_seats",
    "invoices",
    "invoice_lines",
    "invoice_tax_subtotals",
    "invoice_withholdings",
    "payments",
    "models",
    "jobs",
    "cam_runs",
    "sim_runs",
    "artefacts",
    "orders",
    "order_items",
    "order_transactions",
    "payment_methods",
    "notifications",
    "idempotency_keys",
    "audit_logs",
    "audit_personal_data",
}
"""Tables whose rows belong to somebody."""

KEPT = (
    "users",
    "licenses",
    "payments",
    "invoice_series",
    "orders",
    "order_transactions",
    "products",
    "audit_logs",
    "audit_checkpoints",
    "enterprise_audit_log",
)
"""Financial records and proofs: nobody but the owner of the schema has the right to delete there."""


def test_the_seventeen_of_the_report_are_among_them() -> None:
    assert len(CORE) == 17
    assert set(CORE) <= set(TABLES)


async def test_these_are_the_tables(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    assert {row[0] for row in found} - {"alembic_version"} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
async def test_a_table_has_its_primary_key(migrated: Raw, table: str) -> None:
    found = await migrated.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1 AND conrelid = to_regclass($2)",
        f"pk_{table}",
        table,
    )
    assert found == f"PRIMARY KEY ({KEYS.get(table, 'id')})"


@pytest.mark.parametrize("table", MUTABLE)
async def test_a_table_that_changes_says_when(migrated: Raw, table: str) -> None:
    """Both stamps with their default, and the trigger that moves them."""
    found = await migrated.fetch(
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid) FROM pg_attribute "
        "JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum "
        "WHERE attrelid = to_regclass($1) AND attname IN ('created_at', 'updated_at') ORDER BY attname",
        table,
    )
    stamp = ("timestamp with time zone", True, "now()")
    assert [tuple(row[place] for place in range(4)) for row in found] == [
        ("created_at", *stamp),
        ("updated_at", *stamp),
    ]
    trigger = await migrated.fetchval(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = $1 AND tgrelid = to_regclass($2)",
        f"{table}_touch",
        table,
    )
    # Guards write orders as they are: that is no change.
    condition = "WHEN ((old.* IS DISTINCT FROM new.*)) " if table == "orders" else ""
    assert trigger == (
        f"CREATE TRIGGER {table}_touch BEFORE UPDATE ON public.{table} "
        f"FOR EACH ROW {condition}EXECUTE FUNCTION set_updated_at_and_version()"
    )


@pytest.mark.parametrize("table", TABLES)
async def test_row_security_is_forced_where_a_row_has_an_owner(migrated: Raw, table: str) -> None:
    row = await migrated.fetchrow(
        "SELECT relrowsecurity, relforcerowsecurity, "
        "(SELECT array_agg(polname::text ORDER BY polname) FROM pg_policy WHERE polrelid = pg_class.oid) "
        "FROM pg_class WHERE oid = to_regclass($1)",
        table,
    )
    # What is revoked, confirmed or begun is not the user's to change: a policy of its own.
    ends = table in {"sessions", "orders", "order_transactions"}
    policies = [f"{table}_all", *([f"{table}_change"] * ends), f"{table}_own", f"{table}_read"]
    assert (row[0], row[1], row[2]) == ((True, True, policies) if table in OWNED else (False, False, None))


@pytest.mark.parametrize("role", ["platform_app", "platform_worker", "platform_readonly", "platform_auditor"])
@pytest.mark.parametrize("table", KEPT)
async def test_no_service_may_delete_what_is_kept(undone: Raw, table: str, role: str) -> None:
    await undone.execute(f"SET LOCAL ROLE {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await undone.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


async def test_the_log_is_chained_by_a_trigger_that_always_fires(migrated: Raw) -> None:
    found = await migrated.fetch(
        "SELECT tgname, tgenabled::text FROM pg_trigger WHERE tgrelid = 'audit_logs'::regclass AND NOT tgisinternal"
    )
    assert {row[0]: row[1] for row in found} == {
        "audit_logs_hash_chain": "A",
        "audit_logs_append_only": "A",
        "audit_logs_no_truncate": "A",
    }


def test_every_module_of_the_schema_is_loaded_with_the_metadata() -> None:
    """A file of tables that nobody imports would be missing from the migrations without a word."""
    before = set(metadata.tables)
    assert before == set(TABLES)
    for module in pkgutil.iter_modules(platform_db.schema.__path__):
        importlib.import_module(f"platform_db.schema.{module.name}")
    assert set(metadata.tables) == before


def test_no_table_is_mapped_twice() -> None:
    models = [table.info["facts"].model for table in metadata.tables.values()]
    assert len(set(models)) == len(models) == len(TABLES)
    assert [name for name in TABLES if "legacy" in name] == []

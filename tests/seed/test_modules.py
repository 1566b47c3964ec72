"""Where an aggregate stands: a module of the domain, one of the schema, one of the repositories, under one name."""

from __future__ import annotations

import inspect
from functools import cached_property
from importlib.util import find_spec
from typing import Final, get_type_hints

import pytest

from platform_db.repositories import work
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts

LAYERS: Final = ("domain", "schema", "repositories")

MODULES: Final = {"models": "cad_models"}
"""Tables whose modules have another name: ``domain.models`` is what every model begins with."""

PARTS: Final = {
    "audit_chain_heads": "audit_logs",
    "audit_personal_data": "audit_logs",
    "enterprise_audit_log": "audit_logs",
    "exemption_codes": "law_tables",
    "invoice_lines": "invoices",
    "invoice_series": "invoices",
    "invoice_tax_subtotals": "invoices",
    "invoice_withholdings": "invoices",
    "kdv_rates": "law_tables",
    "withholding_codes": "law_tables",
}
"""Tables that stand in the modules of an aggregate, or of the law."""

WITHOUT: Final = {
    "audit_checkpoints": {"repositories"},
    "enterprise_migration_history": {"repositories"},
    "law_tables": {"repositories"},
    "license_seats": {"repositories"},
    "migration_backfills": {"repositories"},
    "order_items": {"repositories"},
    "payment_webhook_events": {"domain"},
}
"""What is read and written by its aggregate's repository, by the migrator or as reference data; a provider's event is
part of the payments' domain."""


def module_of(table: str) -> str:
    return PARTS.get(table) or MODULES.get(table, table)


@pytest.mark.parametrize("module", sorted({module_of(table) for table in metadata.tables}))
def test_an_aggregate_has_its_three_modules(module: str) -> None:
    missing = {layer for layer in LAYERS if find_spec(f"platform_db.{layer}.{module}") is None}
    assert missing == WITHOUT.get(module, set())


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_a_tables_model_is_in_the_domain(table: str) -> None:
    found = facts(metadata.tables[table]).model.__module__.split(".")
    expected = "payments" if table == "payment_webhook_events" else module_of(table)
    assert found[:3] == ["platform_db", "domain", expected]


def test_a_unit_of_work_reaches_every_aggregate() -> None:
    reached = {
        get_type_hints(item.func, dict(vars(work)))["return"].__module__.split(".")[2]
        for item in vars(work.Work).values()
        if isinstance(item, cached_property)
    }
    modules = {module_of(table) for table in metadata.tables}
    assert {name for name in modules if "repositories" not in WITHOUT.get(name, set())} <= reached


def test_a_repository_is_reached_by_its_modules_name() -> None:
    other = {
        name: module
        for name, item in inspect.getmembers(work.Work)
        if isinstance(item, cached_property)
        and (module := get_type_hints(item.func, dict(vars(work)))["return"].__module__.split(".")[2]) != name
    }
    assert other == {
        "audit": "audit_logs",
        "configuration": "enterprise_config",
        "performance_baselines": "enterprise_performance_baseline",
        "personal_data": "audit_personal_data",
        "row_changes": "enterprise_audit_log",
    }

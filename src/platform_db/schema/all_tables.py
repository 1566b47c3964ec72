"""Every table, loaded: import this to have the whole metadata."""

from __future__ import annotations

import importlib

from platform_db.schema.metadata import metadata

__all__ = ["metadata"]

for _module in (
    "artefacts",
    "audit_checkpoints",
    "audit_logs",
    "cad_models",
    "cam_runs",
    "constraint_violations",
    "enterprise_config",
    "enterprise_migration_history",
    "enterprise_performance_baseline",
    "erp_mes_sync",
    "exchange_rates",
    "idempotency_keys",
    "invoices",
    "jobs",
    "law_tables",
    "license_seats",
    "licenses",
    "machines",
    "materials",
    "migration_backfills",
    "notifications",
    "order_items",
    "order_transactions",
    "orders",
    "outbox_events",
    "payment_methods",
    "payment_webhook_events",
    "payments",
    "products",
    "security_events",
    "sessions",
    "sim_runs",
    "tools",
    "users",
):
    importlib.import_module(f"platform_db.schema.{_module}")

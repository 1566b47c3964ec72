"""Every table, loaded: import this to have the whole metadata."""

from __future__ import annotations

import importlib

from platform_db.schema.metadata import metadata

__all__ = ["metadata"]

for _module in (
    "audit_logs",
    "invoices",
    "law_tables",
    "licenses",
    "order_items",
    "order_transactions",
    "orders",
    "payment_methods",
    "payments",
    "products",
    "users",
):
    importlib.import_module(f"platform_db.schema.{_module}")

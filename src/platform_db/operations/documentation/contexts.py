"""Which part of the business a table belongs to: the one place that says it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from platform_db.schema.all_tables import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa

__all__ = ["CONTEXTS", "tables_by_context"]

CONTEXTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Identity": ("users", "sessions", "security_events"),
        "Licensing": ("licenses", "license_seats"),
        "Billing": (
            "invoices",
            "invoice_lines",
            "invoice_tax_subtotals",
            "invoice_withholdings",
            "invoice_series",
            "payments",
            "payment_webhook_events",
            "exchange_rates",
            "kdv_rates",
            "withholding_codes",
            "exemption_codes",
        ),
        "Engineering": (
            "models",
            "jobs",
            "cam_runs",
            "sim_runs",
            "artefacts",
            "machines",
            "materials",
            "tools",
        ),
        "Commerce": ("products", "orders", "order_items", "order_transactions", "payment_methods"),
        "Platform": (
            "notifications",
            "erp_mes_sync",
            "outbox_events",
            "idempotency_keys",
            "audit_logs",
            "audit_chain_heads",
            "audit_checkpoints",
            "audit_personal_data",
            "enterprise_audit_log",
            "enterprise_migration_history",
            "enterprise_performance_baseline",
            "enterprise_config",
            "migration_backfills",
            "constraint_violations",
        ),
    }
)
"""Every table under its context, both in the order in which a reader meets them."""


def tables_by_context() -> Mapping[str, tuple[sa.Table, ...]]:
    """Every table of the metadata under its context.

    Raises
    ------
    LookupError
        A table of the metadata stands in no context.
    """
    known = metadata.tables
    homeless = sorted(set(known) - {name for names in CONTEXTS.values() for name in names})
    if homeless:
        message = f"{', '.join(homeless)}: say in CONTEXTS of {__name__} where the table belongs"
        raise LookupError(message)
    return MappingProxyType(
        {
            context: tuple(known[name] for name in names if name in known)
            for context, names in CONTEXTS.items()
            if any(name in known for name in names)
        }
    )

"""The settings kept in the database, and the first baselines: the figures that the server is set up with."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from platform_db.operations.reference_data.reference import Record

__all__ = ["BASELINES", "SETTINGS"]


def _setting(key: str, value: str, kind: str, description: str) -> Record:
    return {
        "config_key": key,
        "environment": "production",
        "config_value": value,
        "config_type": kind,
        "description": description,
        "is_sensitive": False,
    }


SETTINGS: Final[tuple[Record, ...]] = (
    _setting("audit.enabled", "true", "boolean", "Whether acts are written to the audit log."),
    _setting("audit.retention_days", "3653", "integer", "Days that audit entries are kept: ten years."),
    _setting("performance.monitoring_enabled", "true", "boolean", "Whether figures of the server are collected."),
    _setting("migration.backup_required", "true", "boolean", "Whether a migration needs a backup first."),
    _setting(
        "postgresql.version_target", "17.6", "string", "The version of PostgreSQL that the platform is meant for."
    ),
    _setting("naming_convention.enforced", "true", "boolean", "Whether constraints must be named by the convention."),
)


def _baseline(metric: str, value: int, unit: str) -> Record:
    return {
        "metric_name": metric,
        "table_name": None,
        "baseline_value": Decimal(value),
        "measurement_unit": unit,
        "notes": "As set up, not measured.",
    }


BASELINES: Final[tuple[Record, ...]] = (
    _baseline("connection_pool_size", 20, "connections"),
    _baseline("max_parallel_workers", 4, "workers"),
    _baseline("maintenance_work_mem", 256, "MB"),
    _baseline("statement_timeout", 1800, "s"),
    _baseline("lock_timeout", 300, "s"),
)

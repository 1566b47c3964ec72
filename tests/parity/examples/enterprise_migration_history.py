"""A migration that ran, and what each rule of ``enterprise_migration_history`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_START: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
_STOP: Final = datetime(2026, 3, 2, 9, 15, 1, 250_000, tzinfo=UTC)

ROW: Final = {
    "id": 12,
    "revision": "0014_platform",
    "description": "Notifications, synchronisation, outbox and idempotency keys.",
    "direction": "upgrade",
    "migration_start": _START,
    "migration_end": _STOP,
    "duration_seconds": Decimal("1.250"),
    "success": True,
    "error_message": None,
    "alembic_version": "1.14.0",
    "library_version": "0.1.0",
    "postgresql_version": "17.6",
    "environment": "production",
    "applied_by": "migrator",
    "server_info": {"extensions": ["plpgsql"]},
    "created_at": _START,
}

_RUNNING: Final = {"success": False, "migration_end": None}

EXAMPLES: Final = {
    "ck_enterprise_migration_history_created_at_finite": Example(
        {"created_at": BEFORE_FIRST}, {"created_at": FIRST}, ({"created_at": END},)
    ),
    "ck_enterprise_migration_history_revision_length": Example(
        {"revision": "ö" * 256}, {"revision": "ö" * 255}, ({"revision": ""},)
    ),
    "ck_enterprise_migration_history_migration_start_finite": Example(
        {"migration_start": BEFORE_FIRST}, {"migration_start": FIRST}, ({**_RUNNING, "migration_start": END},)
    ),
    "ck_enterprise_migration_history_migration_end_finite": Example(
        {"migration_end": END}, {"migration_end": LAST}, ({**_RUNNING, "migration_end": END},)
    ),
    "ck_enterprise_migration_history_alembic_version_length": Example(
        {"alembic_version": "1" * 51}, {"alembic_version": "1" * 50}, ({"alembic_version": ""},)
    ),
    "ck_enterprise_migration_history_library_version_length": Example(
        {"library_version": "0" * 51}, {"library_version": "0" * 50}, ({"library_version": ""},)
    ),
    "ck_enterprise_migration_history_valid_environment": Example(
        {"environment": "Production"},
        {"environment": "development"},
        ({"environment": "production\n"}, {"environment": ""}, {"environment": "local"}),
    ),
    "ck_enterprise_migration_history_server_info_object": Example({"server_info": []}, {"server_info": {}}),
    "ck_enterprise_migration_history_server_info_size": Example(
        {"server_info": json_object(65_537)}, {"server_info": json_object(65_536)}
    ),
    "ck_enterprise_migration_history_end_after_start": Example(
        {"migration_end": datetime(2026, 3, 2, 9, 14, 59, 999_999, tzinfo=UTC)},
        {"migration_end": _START},
        ({"success": False, "migration_end": FIRST},),
    ),
    "ck_enterprise_migration_history_success_has_end": Example(
        {"migration_end": None},
        _RUNNING,
        ({"error_message": "lock_not_available"}, {"migration_end": None, "error_message": "lock_not_available"}),
    ),
}

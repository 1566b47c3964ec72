"""The table of the migrations that ran: written by the migrator, as the owner."""

from __future__ import annotations

from platform_db.domain.enterprise_migration_history import MigrationRun
from platform_db.domain.rules import Message
from platform_db.schema.metadata import table, unique
from platform_db.schema.roles import Role

__all__ = ["enterprise_migration_history"]

enterprise_migration_history = table(
    MigrationRun,
    unique(
        "revision",
        "migration_start",
        message=Message("Geçişin bu anda başlayan bir kaydı var", "A run of the revision began at this very moment"),
    ),
    grants={
        Role.WORKER: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

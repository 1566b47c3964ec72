"""The table of the backfills: written by the migrator, as the owner."""

from __future__ import annotations

from platform_db.domain.migration_backfills import MigrationBackfill
from platform_db.domain.rules import Message
from platform_db.schema.metadata import table, unique
from platform_db.schema.roles import Role

__all__ = ["migration_backfills"]

migration_backfills = table(
    MigrationBackfill,
    unique(
        "revision",
        "step",
        message=Message("Bu adımın doldurması zaten kayıtlı", "The backfill of this step is already recorded"),
    ),
    grants={
        Role.WORKER: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

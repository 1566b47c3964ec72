"""The table of the ties to ERP and MES systems: background work's alone."""

from __future__ import annotations

from platform_db.domain.erp_mes_sync import ErpMesSync
from platform_db.domain.rules import Message
from platform_db.schema.metadata import index, table, unique
from platform_db.schema.roles import Role

__all__ = ["erp_mes_sync"]

erp_mes_sync = table(
    ErpMesSync,
    unique(
        "external_system",
        "entity_type",
        "external_id",
        message=Message("Bu dış kayıt zaten eşleştirilmiş", "The external record is tied to one of ours already"),
    ),
    index(
        "idx_erp_mes_sync_claimed_until",
        "claimed_until",
        where="claimed_until IS NOT NULL",
        serves="Records in progress whose lease has run out.",
    ),
    index(
        "idx_erp_mes_sync_entity",
        "entity_type",
        "entity_id",
        serves="What a record of ours is tied to in other systems.",
    ),
    index(
        "idx_erp_mes_sync_last_sync",
        "last_sync_at",
        where="last_sync_at IS NOT NULL",
        serves="Records that were last in sync before an instant, oldest first.",
    ),
    index(
        "idx_erp_mes_sync_status",
        "next_attempt_at",
        where="status IN ('pending', 'failed')",
        serves="Records that are due to be tried, earliest first.",
    ),
    personal=frozenset({"payload"}),
    grants={
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

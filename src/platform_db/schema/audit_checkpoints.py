"""The table of the audit log's checkpoints: the auditor's alone."""

from __future__ import annotations

from platform_db.domain.audit_checkpoints import AuditCheckpoint
from platform_db.domain.rules import Message
from platform_db.schema.metadata import table, unique
from platform_db.schema.roles import Role

__all__ = ["audit_checkpoints"]

audit_checkpoints = table(
    AuditCheckpoint,
    unique(
        "prev_merkle_root",
        nulls_not_distinct=True,
        message=Message("Önceki kontrol noktasının ardılı var", "The checkpoint before has its successor already"),
    ),
    append_only=True,
    grants={
        Role.AUDITOR: {
            "SELECT": None,
            "INSERT": ("tree_size", "heads", "merkle_root", "prev_merkle_root", "key_id", "signature"),
        },
    },
)

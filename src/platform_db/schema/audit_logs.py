"""The tables of the audit log and of the row changes."""

from __future__ import annotations

from typing import Final

from platform_db.domain.audit_logs import AuditChainHead, AuditEntry, AuditLog, AuditPersonalData, EnterpriseAuditLog
from platform_db.domain.rules import Message
from platform_db.schema.metadata import Grants, foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["audit_chain_heads", "audit_logs", "audit_personal_data", "enterprise_audit_log"]

_AUDITOR_ONLY: Final[Grants] = {Role.AUDITOR: {"SELECT": None}}
_RECORDED: Final = ("user_id", *AuditEntry.model_fields, "ip_address", "user_agent", "session_id")
"""What a caller may write; the rest is the trigger's."""

_FORK: Final = Message("Zincirde bu yer dolu", "This place in the chain is taken")

audit_chain_heads = table(AuditChainHead, primary_key=("chain_id",), never_emptied=True, grants=_AUDITOR_ONLY)

audit_logs = table(
    AuditLog,
    foreign_key("chain_id", "audit_chain_heads(chain_id)"),
    foreign_key("user_id", "users"),
    unique("chain_hash", message=_FORK),
    unique("chain_id", "prev_chain_hash", message=_FORK),
    unique("chain_id", "seq", message=_FORK),
    index("brin_audit_logs_created_at", "created_at", using="brin", serves="entries of a span of time"),
    index(
        "gin_audit_logs_payload",
        "payload jsonb_path_ops",
        using="gin",
        serves="entries by what they hold (payload @> …)",
    ),
    index("idx_audit_logs_action", "action", "created_at DESC", serves="entries of a kind, newest first"),
    index(
        "idx_audit_logs_entity_created",
        "entity_type",
        "entity_id",
        "created_at DESC",
        "id DESC",
        serves="the history of one entity, newest first",
    ),
    index(
        "idx_audit_logs_event_type",
        "event_type",
        "created_at DESC",
        where="event_type IS NOT NULL",
        serves="entries of an event, newest first",
    ),
    index(
        "idx_audit_logs_user_created",
        "user_id",
        "created_at DESC",
        "id DESC",
        where="user_id IS NOT NULL",
        serves="what a user did, newest first",
    ),
    owner="user_id",
    append_only=True,
    grants={
        Role.APP: {"SELECT": None, "INSERT": _RECORDED},
        Role.WORKER: {"SELECT": None, "INSERT": _RECORDED},
        Role.AUDITOR: {"SELECT": None},
    },
)

audit_personal_data = table(
    AuditPersonalData,
    foreign_key("subject_user_id", "users"),
    unique("commitment", message=Message("Bu taahhüt var", "The commitment exists already")),
    index(
        "idx_audit_personal_data_subject_user_id", "subject_user_id", serves="what is kept about a person, for erasure"
    ),
    owner="subject_user_id",
    grants={
        Role.APP: {"INSERT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

enterprise_audit_log = table(
    EnterpriseAuditLog,
    index(
        "gin_enterprise_audit_log_new_values",
        "new_values jsonb_path_ops",
        using="gin",
        where="new_values IS NOT NULL",
        serves="row changes by what they wrote",
    ),
    index(
        "gin_enterprise_audit_log_old_values",
        "old_values jsonb_path_ops",
        using="gin",
        where="old_values IS NOT NULL",
        serves="row changes by what they replaced",
    ),
    index("idx_enterprise_audit_log_row", "table_name", "row_id", "created_at", serves="the changes of one row"),
    index("idx_enterprise_audit_log_transaction_id", "transaction_id", serves="everything one transaction changed"),
    index(
        "idx_enterprise_audit_log_user_id",
        "user_id",
        "created_at",
        where="user_id IS NOT NULL",
        serves="what a user changed",
    ),
    primary_key=("id", "created_at"),
    partition_by="RANGE (created_at)",
    append_only=True,
    grants=_AUDITOR_ONLY,
)

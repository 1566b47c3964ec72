"""The table of security events: its facts are fixed by the grants, its resolution is not."""

from __future__ import annotations

from platform_db.domain.security_events import SecurityEvent
from platform_db.schema.metadata import foreign_key, index, table
from platform_db.schema.roles import Role

__all__ = ["security_events"]

security_events = table(
    SecurityEvent,
    foreign_key("user_id", "users"),
    foreign_key("resolved_by_user_id", "users"),
    index(
        "idx_security_events_created_at",
        "created_at DESC",
        "id DESC",
        serves="A page of all events, newest first; and the oldest, which are due for deletion.",
    ),
    index(
        "idx_security_events_ip_created",
        "ip_address",
        "created_at",
        where="ip_address IS NOT NULL",
        serves="What came from an address since an instant.",
    ),
    index(
        "idx_security_events_resolved_by_user_id",
        "resolved_by_user_id",
        where="resolved_by_user_id IS NOT NULL",
        serves="The events that a person resolved, and the foreign key to users.",
    ),
    index("idx_security_events_type", "type", "created_at", serves="Events of a type since an instant."),
    index(
        "idx_security_events_unresolved",
        "severity",
        "created_at",
        where="resolved_at IS NULL",
        serves="Open events of a severity, oldest first.",
    ),
    index(
        "idx_security_events_user_type",
        "user_id",
        "type",
        "created_at",
        where="user_id IS NOT NULL",
        serves="Events of a type about an account since an instant, and the foreign key to users.",
    ),
    owner="user_id",
    personal=frozenset({"ip_address", "user_agent", "resolution_note", "details"}),
    grants={
        # What happened to oneself may be told; that it is resolved may not.
        Role.APP: {
            "SELECT": None,
            "INSERT": ("user_id", "type", "severity", "ip_address", "user_agent", "details"),
        },
        Role.WORKER: {
            "SELECT": None,
            "INSERT": None,
            "UPDATE": ("resolved_by_user_id", "resolution_note", "resolved_at"),
            "DELETE": None,
        },
        Role.AUDITOR: {"SELECT": None},
    },
)

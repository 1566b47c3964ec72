"""The table of sessions: a child belongs to its parent's user, and outlives it."""

from __future__ import annotations

from typing import Final

from platform_db.domain.rules import Message
from platform_db.domain.sessions import Session
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["sessions"]

_LIVE: Final = "revoked_at IS NULL"

sessions = table(
    Session,
    foreign_key("user_id", "users"),
    foreign_key(("rotated_from", "user_id"), "sessions(id, user_id)", set_null=("rotated_from",)),
    unique(
        "id",
        "user_id",
        message=Message("Oturum bu kullanıcıda zaten kayıtlı", "The session is already recorded for this user"),
    ),
    unique(
        "refresh_token_hash",
        message=Message("Bu yenileme belirteciyle bir oturum var", "There is a session with this refresh token"),
    ),
    unique(
        "rotated_from",
        message=Message(
            "Bu oturumun yenileme belirteci zaten yenilenmiş", "The refresh token of this session was already rotated"
        ),
    ),
    index(
        "idx_sessions_cleanup",
        "expires_at",
        where=_LIVE,
        serves="Sessions that ran out and were not revoked, oldest first: the expiry sweep.",
    ),
    index(
        "idx_sessions_device_fingerprint",
        "device_fingerprint",
        where="device_fingerprint IS NOT NULL",
        serves="The sessions of a device, and so its other users.",
    ),
    index(
        "idx_sessions_expires_at", "expires_at", serves="Sessions that ended more than 90 days ago, which are deleted."
    ),
    index("idx_sessions_user_id", "user_id", serves="The sessions of a user, and the foreign key to users."),
    index(
        "idx_sessions_user_live",
        "user_id",
        "created_at DESC",
        where=_LIVE,
        serves="The sessions of a user that are not revoked, newest first: the list of devices and its limit.",
    ),
    owner="user_id",
    changes_while="revoked_at IS NULL",
    personal=frozenset({"device_fingerprint", "user_agent", "ip_address"}),
    grants={
        Role.APP: {"SELECT": None, "UPDATE": ("revoked_at", "revocation_reason", "last_used_at")},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

"""The table of notifications: each belongs to the user it is for, who may only mark it read."""

from __future__ import annotations

from platform_db.domain.notifications import Notification
from platform_db.domain.rules import Message
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["notifications"]

notifications = table(
    Notification,
    foreign_key("user_id", "users"),
    unique(
        "user_id",
        "delivery_key",
        message=Message("Bu bildirim kullanıcıya iletilmiş", "The notification was delivered to the user already"),
    ),
    index(
        "idx_notifications_expires_at",
        "expires_at",
        where="expires_at IS NOT NULL",
        serves="The sweep: notifications that ran out more than 90 days ago.",
    ),
    index(
        "idx_notifications_read_at",
        "read_at",
        where="read_at IS NOT NULL",
        serves="The sweep: notifications that were read more than 90 days ago.",
    ),
    index(
        "idx_notifications_user_created",
        "user_id",
        "created_at DESC",
        "id DESC",
        serves="A page of a user's notifications, newest first, and the foreign key to users.",
    ),
    index("idx_notifications_user_id_type", "user_id", "type", serves="A user's notifications of a type."),
    index(
        "idx_notifications_user_unread",
        "user_id",
        "created_at DESC",
        "id DESC",
        where="read_at IS NULL",
        serves="A user's unread notifications, newest first, and their count.",
    ),
    owner="user_id",
    personal=frozenset({"title", "payload"}),
    grants={
        Role.APP: {"SELECT": None, "UPDATE": ("read_at",)},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

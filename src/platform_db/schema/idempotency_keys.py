"""The table of idempotency keys: each belongs to the user who sent the request."""

from __future__ import annotations

from platform_db.domain.idempotency_keys import IdempotencyKey
from platform_db.domain.rules import Message
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["idempotency_keys"]

idempotency_keys = table(
    IdempotencyKey,
    foreign_key("user_id", "users"),
    unique(
        "user_id",
        "endpoint",
        "key",
        nulls_not_distinct=True,
        message=Message("Bu anahtarla bir istek zaten var", "There is a request with this key already"),
    ),
    index("idx_idempotency_keys_expires_at", "expires_at", serves="The sweep: keys that have expired."),
    owner="user_id",
    personal=frozenset({"response_headers", "response_body"}),
    grants={
        Role.APP: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

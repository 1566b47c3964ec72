"""Idempotency keys: a request that is sent again under its key gets the first answer."""

from __future__ import annotations

from platform_db.domain.idempotency_keys.answers import Answer, InProgress, Replayed, Started
from platform_db.domain.idempotency_keys.key import IdempotencyKey, IdempotencyStatus
from platform_db.domain.idempotency_keys.requests import IdempotencyPolicy, KeyedRequest, body_hash, document_hash

__all__ = [
    "Answer",
    "IdempotencyKey",
    "IdempotencyPolicy",
    "IdempotencyStatus",
    "InProgress",
    "KeyedRequest",
    "Replayed",
    "Started",
    "body_hash",
    "document_hash",
]

"""Idempotency keys: a hundred a user, one in a hundred expired."""

from __future__ import annotations

from typing import Final

from tests.plans.evidence import Evidence, Fill, in_both_roles

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "CASE WHEN i % 10 > 0 THEN i % 1000 + 1 END",
        "key": "'request-' || i",
        "created_at": "now() - interval '2 days'",
        "expires_at": "now() + (i - 1000) * interval '1 second'",
    },
)
EVIDENCE: Final = {
    "idx_idempotency_keys_expires_at": (
        *in_both_roles("idempotency_keys.expired", lambda work: work.idempotency_keys.expired()),
        Evidence("idempotency_keys.delete_expired", lambda work: work.idempotency_keys.delete_expired()),
    ),
}

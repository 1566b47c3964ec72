"""A request that has its answer, and what each rule of ``idempotency_keys`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_MADE: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
_LATER: Final = datetime(2026, 3, 2, 9, 16, tzinfo=UTC)
_HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

ROW: Final = {
    "id": 610,
    "user_id": 41,
    "endpoint": "POST /invoices",
    "key": "8c1c2f0e-4a0d-4a52-8a1f-5f1d4d7f3b90",
    "request_hash": _HASH,
    "status": "completed",
    "locked_until": None,
    "response_status": 201,
    "response_headers": {"content-type": "application/json"},
    "response_body": b'{"id": 700}',
    "expires_at": datetime(2026, 3, 3, 9, 15, tzinfo=UTC),
    "created_at": _MADE,
}

_RUNNING: Final = {
    "status": "in_progress",
    "locked_until": _LATER,
    "response_status": None,
    "response_headers": None,
    "response_body": None,
}

EXAMPLES: Final = {
    "ck_idempotency_keys_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_idempotency_keys_endpoint_length": Example(
        {"endpoint": "ö" * 201}, {"endpoint": "ö" * 200}, ({"endpoint": ""},)
    ),
    "ck_idempotency_keys_key_length": Example({"key": "k" * 256}, {"key": "k" * 255}, ({"key": ""},)),
    "ck_idempotency_keys_request_hash_format": Example(
        {"request_hash": _HASH[:-1]},
        {"request_hash": "f" * 64},
        ({"request_hash": _HASH.upper()}, {"request_hash": _HASH + "\n"}, {"request_hash": _HASH[:-1] + "g"}),
    ),
    "ck_idempotency_keys_locked_until_finite": Example(
        {**_RUNNING, "locked_until": END},
        {**_RUNNING, "locked_until": LAST},
        ({**_RUNNING, "locked_until": BEFORE_FIRST},),
    ),
    "ck_idempotency_keys_response_status_valid": Example(
        {"response_status": 99}, {"response_status": 100}, ({"response_status": 600}, {"response_status": -200})
    ),
    "ck_idempotency_keys_response_headers_object": Example({"response_headers": []}, {"response_headers": {}}),
    "ck_idempotency_keys_response_headers_size": Example(
        {"response_headers": json_object(65_537)}, {"response_headers": json_object(65_536)}
    ),
    "ck_idempotency_keys_response_body_size": Example(
        {"response_body": bytes(1_048_577)}, {"response_body": bytes(1_048_576)}
    ),
    "ck_idempotency_keys_expires_at_finite": Example({"expires_at": END}, {"expires_at": LAST}),
    "ck_idempotency_keys_in_progress_is_locked": Example(
        {**_RUNNING, "locked_until": None}, _RUNNING, ({"locked_until": _LATER},)
    ),
    "ck_idempotency_keys_completed_has_response": Example(
        {"response_status": None}, {"response_status": 599}, ({**_RUNNING, "response_status": 201},)
    ),
    "ck_idempotency_keys_expires_after_created": Example(
        {"expires_at": _MADE}, {"expires_at": datetime(2026, 3, 2, 9, 15, 0, 1, tzinfo=UTC)}, ({"expires_at": FIRST},)
    ),
}

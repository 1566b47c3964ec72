"""A provider's event, and what each rule of ``payment_webhook_events`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_CAME: Final = datetime(2026, 5, 4, 12, 1, tzinfo=UTC)
_APPLIED: Final = datetime(2026, 5, 4, 12, 1, 2, tzinfo=UTC)
_HASH: Final = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"

ROW: Final = {
    "id": 640,
    "provider": "iyzico",
    "event_id": "evt_1a2b3c4d",
    "event_type": "payment.completed",
    "payload_hash": _HASH,
    "payment_id": 800,
    "status": "processed",
    "payload": {"paymentId": "99887766", "status": "SUCCESS"},
    "attempts": 2,
    "last_error": "Ödeme kaydı henüz yok",
    "processed_at": _APPLIED,
    "created_at": _CAME,
    "version": 3,
    "updated_at": _APPLIED,
}

_FAILED: Final = {"status": "failed", "processed_at": None}

EXAMPLES: Final = {
    "ck_payment_webhook_events_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_payment_webhook_events_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_payment_webhook_events_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_payment_webhook_events_updated_after_created": Example(
        {"updated_at": datetime(2026, 5, 4, 12, 0, 59, 999999, tzinfo=UTC)}, {"updated_at": _CAME}
    ),
    "ck_payment_webhook_events_provider_length": Example(
        {"provider": "p" * 51}, {"provider": "p" * 50}, ({"provider": ""},)
    ),
    "ck_payment_webhook_events_event_id_length": Example(
        {"event_id": "e" * 256}, {"event_id": "e" * 255}, ({"event_id": ""},)
    ),
    "ck_payment_webhook_events_event_type_length": Example(
        {"event_type": "t" * 101}, {"event_type": "t" * 100}, ({"event_type": ""},)
    ),
    "ck_payment_webhook_events_payload_hash_format": Example(
        {"payload_hash": _HASH[:-1]},
        {"payload_hash": "0" * 64},
        (
            {"payload_hash": _HASH.upper()},
            {"payload_hash": _HASH[:-1] + "g"},
            {"payload_hash": _HASH + "0"},
            {"payload_hash": _HASH[:-1] + "\n"},
            {"payload_hash": ""},
        ),
    ),
    "ck_payment_webhook_events_payload_object": Example({"payload": []}, {"payload": {}}),
    "ck_payment_webhook_events_payload_size": Example(
        {"payload": json_object(65_537)}, {"payload": json_object(65_536)}
    ),
    "ck_payment_webhook_events_attempts_non_negative": Example({"attempts": -1}, {"attempts": 0}),
    "ck_payment_webhook_events_last_error_length": Example(
        {"last_error": "ğ" * 1001}, {"last_error": "ğ" * 1000}, ({"last_error": ""},)
    ),
    "ck_payment_webhook_events_processed_at_finite": Example(
        {"processed_at": END}, {"processed_at": LAST}, ({"processed_at": BEFORE_FIRST},)
    ),
    "ck_payment_webhook_events_processed_at_matches_status": Example(
        {"status": "received"},
        {"status": "ignored"},
        ({"status": "failed"}, {"processed_at": None}, {"status": "ignored", "processed_at": None}),
    ),
    "ck_payment_webhook_events_failed_has_error": Example(
        {**_FAILED, "last_error": None}, {**_FAILED, "last_error": "-"}
    ),
}

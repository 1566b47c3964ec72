"""An event to deliver, and what each rule of ``outbox_events`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_MADE: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
_LATER: Final = datetime(2026, 3, 2, 9, 16, tzinfo=UTC)

ROW: Final = {
    "id": 3311,
    "event_id": UUID("2f1c9a44-7f0b-4a57-9a51-0d0b8f5f6f11"),
    "event_type": "invoice.issued",
    "aggregate_type": "invoices",
    "aggregate_id": 700,
    "payload": {"number": "ABC2026000000007"},
    "headers": {"content_type": "application/json"},
    "attempts": 1,
    "available_at": _MADE,
    "claimed_until": None,
    "delivered_at": _LATER,
    "last_error": None,
    "created_at": _MADE,
}

_CLAIMED: Final = {"delivered_at": None, "claimed_until": _LATER}

EXAMPLES: Final = {
    "ck_outbox_events_created_at_finite": Example(
        {"created_at": BEFORE_FIRST}, {"created_at": FIRST}, ({"created_at": END},)
    ),
    "ck_outbox_events_event_type_length": Example({"event_type": "e" * 101}, {"event_type": "e" * 100}),
    "ck_outbox_events_event_type_format": Example(
        {"event_type": "Invoice.issued"},
        {"event_type": "i.j9_.k"},
        (
            {"event_type": "invoice."},
            {"event_type": ".issued"},
            {"event_type": "invoice..issued"},
            {"event_type": "invoice-issued"},
            {"event_type": "invoice.issued\n"},
            {"event_type": "fatura.düzenlendi"},
        ),
    ),
    "ck_outbox_events_aggregate_type_length": Example({"aggregate_type": "a" * 51}, {"aggregate_type": "a" * 50}),
    "ck_outbox_events_aggregate_type_format": Example(
        {"aggregate_type": "Invoices"},
        {"aggregate_type": "i_9"},
        ({"aggregate_type": "9i"}, {"aggregate_type": "a.b"}, {"aggregate_type": "invoices\n"}),
    ),
    "ck_outbox_events_payload_object": Example({"payload": []}, {"payload": {}}, ({"payload": 5},)),
    "ck_outbox_events_payload_size": Example({"payload": json_object(65_537)}, {"payload": json_object(65_536)}),
    "ck_outbox_events_headers_object": Example({"headers": []}, {"headers": {}}),
    "ck_outbox_events_headers_size": Example({"headers": json_object(65_537)}, {"headers": json_object(65_536)}),
    "ck_outbox_events_attempts_non_negative": Example({"attempts": -1}, {"attempts": 0}),
    "ck_outbox_events_available_at_finite": Example(
        {"available_at": BEFORE_FIRST}, {"available_at": FIRST}, ({"available_at": END},)
    ),
    "ck_outbox_events_claimed_until_finite": Example(
        {**_CLAIMED, "claimed_until": END},
        {**_CLAIMED, "claimed_until": LAST},
        ({**_CLAIMED, "claimed_until": BEFORE_FIRST},),
    ),
    "ck_outbox_events_delivered_at_finite": Example(
        {"delivered_at": END}, {"delivered_at": LAST}, ({"delivered_at": BEFORE_FIRST},)
    ),
    "ck_outbox_events_last_error_length": Example(
        {"last_error": "ç" * 1001}, {"last_error": "ç" * 1000}, ({"last_error": ""},)
    ),
    "ck_outbox_events_delivered_is_unclaimed": Example(
        {"claimed_until": _LATER}, _CLAIMED, ({"claimed_until": _LATER, "delivered_at": FIRST},)
    ),
}

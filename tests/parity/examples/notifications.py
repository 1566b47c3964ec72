"""A notification, and what each rule of ``notifications`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_MADE: Final = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
_BEFORE: Final = datetime(2026, 3, 2, 9, 14, 59, 999_999, tzinfo=UTC)
_JUST_AFTER: Final = datetime(2026, 3, 2, 9, 15, 0, 1, tzinfo=UTC)

ROW: Final = {
    "id": 901,
    "user_id": 41,
    "type": "invoice_created",
    "severity": "info",
    "title": "ABC2026000000007 numaralı faturanız hazır",
    "payload": {"invoice_id": 700},
    "delivery_key": "invoice:700:issued",
    "read_at": datetime(2026, 3, 2, 11, tzinfo=UTC),
    "expires_at": datetime(2026, 6, 2, tzinfo=UTC),
    "created_at": _MADE,
    "version": 2,
    "updated_at": datetime(2026, 3, 2, 11, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_notifications_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_notifications_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_notifications_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_notifications_updated_after_created": Example({"updated_at": _BEFORE}, {"updated_at": _MADE}),
    "ck_notifications_title_length": Example({"title": "ş" * 201}, {"title": "ş" * 200}, ({"title": ""},)),
    "ck_notifications_payload_object": Example({"payload": []}, {"payload": {}}, ({"payload": "invoice"},)),
    "ck_notifications_payload_size": Example({"payload": json_object(65_537)}, {"payload": json_object(65_536)}),
    "ck_notifications_delivery_key_length": Example(
        {"delivery_key": "k" * 201}, {"delivery_key": "k" * 200}, ({"delivery_key": ""},)
    ),
    "ck_notifications_read_at_finite": Example({"read_at": END}, {"read_at": LAST}),
    "ck_notifications_expires_at_finite": Example({"expires_at": END}, {"expires_at": LAST}),
    "ck_notifications_read_after_created": Example(
        {"read_at": _BEFORE}, {"read_at": _MADE}, ({"read_at": _BEFORE, "expires_at": None},)
    ),
    "ck_notifications_expires_after_created": Example(
        {"expires_at": _MADE}, {"expires_at": _JUST_AFTER}, ({"expires_at": _BEFORE, "read_at": None},)
    ),
}

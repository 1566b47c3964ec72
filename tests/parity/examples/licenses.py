"""A licence, and what each rule of ``licenses`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_START: Final = datetime(2026, 1, 1, tzinfo=UTC)
_STOP: Final = datetime(2027, 1, 1, tzinfo=UTC)
_CANCELLED: Final = datetime(2026, 2, 1, 12, tzinfo=UTC)

ROW: Final = {
    "id": 7,
    "user_id": 41,
    "type": "professional",
    "status": "active",
    "seats": 5,
    "seats_used": 2,
    "features": {"simulation": True},
    "starts_at": _START,
    "ends_at": _STOP,
    "auto_renew": True,
    "cancelled_at": None,
    "cancellation_reason": None,
    "created_at": _START,
    "version": 2,
    "updated_at": _CANCELLED,
}

_ENDED: Final = {
    "status": "cancelled",
    "auto_renew": False,
    "cancelled_at": _CANCELLED,
    "cancellation_reason": "Müşteri vazgeçti",
}

EXAMPLES: Final = {
    "ck_licenses_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_licenses_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_licenses_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_licenses_updated_after_created": Example(
        {"created_at": _START, "updated_at": datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)},
        {"created_at": _START, "updated_at": _START},
    ),
    "ck_licenses_seats_positive": Example({"seats": 0, "seats_used": 0}, {"seats": 1, "seats_used": 0}),
    "ck_licenses_features_object": Example({"features": []}, {"features": {}}),
    "ck_licenses_features_size": Example({"features": json_object(65_537)}, {"features": json_object(65_536)}),
    "ck_licenses_starts_at_finite": Example({"starts_at": BEFORE_FIRST}, {"starts_at": FIRST}),
    "ck_licenses_ends_at_finite": Example({"ends_at": END}, {"ends_at": LAST}),
    "ck_licenses_cancelled_at_finite": Example(
        {**_ENDED, "cancelled_at": END}, {**_ENDED, "cancelled_at": LAST}, ({**_ENDED, "cancelled_at": BEFORE_FIRST},)
    ),
    "ck_licenses_cancellation_reason_length": Example(
        {**_ENDED, "cancellation_reason": "ğ" * 501},
        {**_ENDED, "cancellation_reason": "ğ" * 500},
        ({**_ENDED, "cancellation_reason": ""},),
    ),
    "ck_licenses_seats_used_within_seats": Example(
        {"seats": 5, "seats_used": 6}, {"seats": 5, "seats_used": 5}, ({"seats": 5, "seats_used": -1},)
    ),
    "ck_licenses_valid_period": Example(
        {"starts_at": _START, "ends_at": _START},
        {"starts_at": _START, "ends_at": datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)},
    ),
    "ck_licenses_cancelled_at_matches_status": Example(
        {**_ENDED, "status": "expired"},
        {**_ENDED, "status": "cancelled"},
        ({"status": "cancelled", "auto_renew": False},),
    ),
    "ck_licenses_cancelled_has_reason": Example(
        {**_ENDED, "cancellation_reason": None},
        {**_ENDED, "cancellation_reason": "-"},
        ({"cancellation_reason": "Müşteri vazgeçti"},),
    ),
    "ck_licenses_auto_renew_is_alive": Example(
        {"status": "expired", "auto_renew": True},
        {"status": "expired", "auto_renew": False},
        ({**_ENDED, "auto_renew": True},),
    ),
}

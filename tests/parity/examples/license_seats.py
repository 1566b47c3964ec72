"""A seat in use, and what each rule of ``license_seats`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, LAST, Example

ROW: Final = {
    "id": 310,
    "license_id": 7,
    "holder": "user:41@cad-istasyonu-3",
    "taken_at": datetime(2026, 5, 4, 6, 31, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_license_seats_holder_length": Example({"holder": "İ" * 256}, {"holder": "İ" * 255}, ({"holder": ""},)),
    "ck_license_seats_taken_at_finite": Example({"taken_at": END}, {"taken_at": LAST}, ({"taken_at": BEFORE_FIRST},)),
}

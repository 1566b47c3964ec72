"""A published withholding code, and what each rule of ``withholding_codes`` refuses and barely admits."""

from __future__ import annotations

from datetime import date
from typing import Final

from tests.parity.example import LAST_DAY, OVER_LAST_DAY, Example

_FIRST: Final = date(1985, 1, 1)
_BEFORE: Final = date(1984, 12, 31)

ROW: Final = {
    "id": 24,
    "code": "606",
    "name": "İşgücü temin hizmetleri",
    "kind": "partial",
    "percent": 90,
    "valid_from": date(2012, 5, 1),
    "valid_to": None,
    "is_verified": True,
}

EXAMPLES: Final = {
    "ck_withholding_codes_code_format": Example(
        {"code": "706"}, {"code": "899"}, ({"code": "60"}, {"code": "6060"}, {"code": "606\n"}, {"code": "6٠6"})
    ),
    "ck_withholding_codes_name_length": Example({"name": "İ" * 501}, {"name": "İ" * 500}, ({"name": ""},)),
    "ck_withholding_codes_valid_from_finite": Example(
        {"valid_from": _BEFORE}, {"valid_from": _FIRST}, ({"valid_from": OVER_LAST_DAY},)
    ),
    "ck_withholding_codes_valid_to_finite": Example({"valid_to": OVER_LAST_DAY}, {"valid_to": LAST_DAY}),
    "ck_withholding_codes_percent_matches_kind": Example(
        {"percent": 100},
        {"kind": "full", "percent": 100},
        ({"percent": 95}, {"percent": 0}, {"percent": -10}, {"kind": "full"}, {"kind": "full", "percent": 101}),
    ),
    "ck_withholding_codes_valid_period": Example({"valid_to": date(2012, 4, 30)}, {"valid_to": date(2012, 5, 1)}),
}

"""A published KDV rate, and what each rule of ``kdv_rates`` refuses and barely admits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from tests.parity.example import LAST_DAY, OVER_LAST_DAY, Example

_FIRST: Final = date(1985, 1, 1)
_BEFORE: Final = date(1984, 12, 31)

ROW: Final = {
    "id": 3,
    "rate_class": "general",
    "rate": Decimal(18),
    "valid_from": date(2001, 5, 15),
    "valid_to": date(2023, 7, 9),
    "legal_basis": "2007/13033 sayılı BKK",
    "is_verified": True,
}

EXAMPLES: Final = {
    "ck_kdv_rates_rate_valid": Example(
        {"rate": Decimal("100.01")},
        {"rate": Decimal(100)},
        (
            {"rate": Decimal("-0.01")},
            {"rate": Decimal("18.001")},
            {"rate": Decimal("NaN")},
            {"rate": Decimal("Infinity")},
        ),
    ),
    "ck_kdv_rates_valid_from_finite": Example(
        {"valid_from": _BEFORE}, {"valid_from": _FIRST}, ({"valid_from": OVER_LAST_DAY, "valid_to": None},)
    ),
    "ck_kdv_rates_valid_to_finite": Example({"valid_to": OVER_LAST_DAY}, {"valid_to": LAST_DAY}),
    "ck_kdv_rates_legal_basis_length": Example(
        {"legal_basis": "ı" * 301}, {"legal_basis": "ı" * 300}, ({"legal_basis": ""},)
    ),
    "ck_kdv_rates_valid_period": Example({"valid_to": date(2001, 5, 14)}, {"valid_to": date(2001, 5, 15)}),
}

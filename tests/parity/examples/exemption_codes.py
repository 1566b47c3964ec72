"""A published exemption code, and what each rule of ``exemption_codes`` refuses and barely admits."""

from __future__ import annotations

from typing import Final

from tests.parity.example import Example

ROW: Final = {
    "id": 60,
    "code": "301",
    "code_group": "istisna",
    "name": "11/1-a Mal ihracatı",
    "rate_must_be_zero": True,
    "invoice_types": ["ISTISNA", "IADE"],
    "is_verified": True,
}

EXAMPLES: Final = {
    "ck_exemption_codes_code_format": Example(
        {"code": "30"}, {"code": "000"}, ({"code": "3011"}, {"code": "301\n"}, {"code": "٣٠١"}, {"code": "30a"})
    ),
    "ck_exemption_codes_code_group_length": Example(
        {"code_group": "ş" * 51}, {"code_group": "ş" * 50}, ({"code_group": ""},)
    ),
    "ck_exemption_codes_name_length": Example({"name": "ğ" * 501}, {"name": "ğ" * 500}, ({"name": ""},)),
    "ck_exemption_codes_verified_has_name": Example({"name": None}, {"name": None, "is_verified": False}),
}

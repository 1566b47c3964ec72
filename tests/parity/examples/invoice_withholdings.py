"""What is withheld by one code, and what each rule of ``invoice_withholdings`` refuses and barely admits."""

from __future__ import annotations

from typing import Final

from tests.parity.example import Example

ROW: Final = {
    "id": 8300,
    "invoice_id": 700,
    "code": "606",
    "percent": 90,
    "base_cents": 20_000,
    "amount_cents": 18_000,
}

EXAMPLES: Final = {
    "ck_invoice_withholdings_code_format": Example(
        {"code": "599"}, {"code": "600"}, ({"code": "60"}, {"code": "6066"}, {"code": "606\n"}, {"code": "6٠6"})
    ),
    "ck_invoice_withholdings_percent_valid": Example(
        {"percent": 101}, {"percent": 100}, ({"percent": 0}, {"percent": 110}, {"percent": 11}, {"percent": -10})
    ),
    "ck_invoice_withholdings_base_positive": Example(
        {"base_cents": 0, "amount_cents": 0}, {"base_cents": 1, "amount_cents": 0}
    ),
    "ck_invoice_withholdings_amount_within_base": Example(
        {"amount_cents": 20_001}, {"amount_cents": 20_000}, ({"amount_cents": -1},)
    ),
}

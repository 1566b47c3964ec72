"""A tax subtotal, and what each rule of ``invoice_tax_subtotals`` refuses and barely admits."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tests.parity.example import Example

ROW: Final = {
    "id": 8200,
    "invoice_id": 700,
    "tax_code": "0015",
    "rate": Decimal(20),
    "base_cents": 100_000,
    "amount_cents": 20_000,
}

EXAMPLES: Final = {
    "ck_invoice_tax_subtotals_tax_code_format": Example(
        {"tax_code": "015"},
        {"tax_code": "0000"},
        ({"tax_code": "00155"}, {"tax_code": "0015\n"}, {"tax_code": "٠٠١٥"}),
    ),
    "ck_invoice_tax_subtotals_tax_rate_valid": Example(
        {"tax_code": "0071", "rate": Decimal("100000.0001")},
        {"tax_code": "0071", "rate": Decimal(100_000)},
        (
            {"rate": Decimal("-0.0001")},
            {"rate": Decimal("20.00001")},
            {"tax_code": "0071", "rate": Decimal("NaN")},
        ),
    ),
    "ck_invoice_tax_subtotals_amount_non_negative": Example(
        {"amount_cents": -1}, {"amount_cents": 0}, ({"base_cents": -1},)
    ),
    "ck_invoice_tax_subtotals_kdv_has_rate": Example(
        {"rate": None}, {"rate": Decimal(0)}, ({"rate": Decimal("100.0001")},)
    ),
}

"""A line of an invoice, and what each rule of ``invoice_lines`` refuses and barely admits."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tests.parity.example import Example, json_array, json_object

ROW: Final = {
    "id": 8100,
    "invoice_id": 700,
    "line_number": 1,
    "description": "Üretim izleme aboneliği, aylık",
    "product_id": 300,
    "quantity": Decimal("2.5"),
    "unit_code": "C62",
    "unit_price": Decimal("480.12345678"),
    "discount_rate": Decimal("12.5"),
    "gross_cents": 120_031,
    "discount_cents": 15_004,
    "charge_cents": 4_973,
    "net_cents": 110_000,
    "allowance_share_cents": 15_000,
    "charge_share_cents": 1_000,
    "other_taxes": [{"code": "4080", "rate": 10, "amount_cents": 9_600, "in_kdv_base": True}],
    "other_taxes_cents": 9_600,
    "other_taxes_in_base_cents": 4_000,
    "kdv_base_cents": 100_000,
    "kdv_rate": Decimal(20),
    "kdv_cents": 20_000,
    "exemption_code": None,
    "exemption_reason": None,
    "withholding_code": None,
    "withholding_percent": None,
    "withheld_cents": 0,
    "item_data": {"gtip": "8477.10.00.00.11"},
}

_WITHHELD: Final = {"withholding_code": "606", "withholding_percent": 90, "withheld_cents": 18_000}
_ODD_KDV: Final = {"kdv_base_cents": 100_005, "net_cents": 110_005, "gross_cents": 120_036, "kdv_cents": 20_001}
_NOTHING: Final[list[object]] = []
_NO_TAXES: Final = {
    "other_taxes": _NOTHING,
    "other_taxes_cents": 0,
    "other_taxes_in_base_cents": 0,
    "allowance_share_cents": 11_000,
}

EXAMPLES: Final = {
    "ck_invoice_lines_line_number_positive": Example({"line_number": 0}, {"line_number": 1}),
    "ck_invoice_lines_description_length": Example(
        {"description": "ğ" * 501}, {"description": "ğ" * 500}, ({"description": ""},)
    ),
    "ck_invoice_lines_quantity_positive": Example(
        {"quantity": Decimal("0.000000001")},
        {"quantity": Decimal("0.00000001")},
        (
            {"quantity": Decimal(0)},
            {"quantity": Decimal(10**18)},
            {"quantity": Decimal("NaN")},
            {"quantity": Decimal("Infinity")},
        ),
    ),
    "ck_invoice_lines_unit_code_format": Example(
        {"unit_code": "C622"},
        {"unit_code": "4"},
        ({"unit_code": ""}, {"unit_code": "kgm"}, {"unit_code": "KG\n"}, {"unit_code": "LİT"}),
    ),
    "ck_invoice_lines_unit_price_valid": Example(
        {"unit_price": Decimal("-0.00000001")},
        {"unit_price": Decimal(0)},
        (
            {"unit_price": Decimal("0.000000001")},
            {"unit_price": Decimal(10**18)},
            {"unit_price": Decimal("NaN")},
        ),
    ),
    "ck_invoice_lines_discount_rate_valid": Example(
        {"discount_rate": Decimal("100.0001")},
        {"discount_rate": Decimal(100)},
        ({"discount_rate": Decimal("-0.0001")}, {"discount_rate": Decimal("0.00001")}),
    ),
    "ck_invoice_lines_amount_non_negative": Example(
        {"charge_cents": -1, "gross_cents": 125_005},
        {"charge_cents": 0, "gross_cents": 125_004},
        (
            {"discount_cents": -1, "gross_cents": 105_026},
            {"gross_cents": -1, "charge_cents": 125_005},
            {"net_cents": -1, "gross_cents": 10_030, "charge_share_cents": 111_001},
            {"allowance_share_cents": -1, "net_cents": 94_999, "gross_cents": 105_030},
            {"charge_share_cents": -1, "net_cents": 111_001, "gross_cents": 121_032},
            {"other_taxes_in_base_cents": -1, "allowance_share_cents": 10_999},
            {"kdv_base_cents": -1, "kdv_cents": 0, "allowance_share_cents": 115_001},
            {**_WITHHELD, "withheld_cents": -1, "kdv_cents": 0, "kdv_rate": Decimal(0)},
        ),
    ),
    "ck_invoice_lines_other_taxes_array": Example({**_NO_TAXES, "other_taxes": {}}, _NO_TAXES),
    "ck_invoice_lines_other_taxes_size": Example(
        {"other_taxes": json_array(65_537)}, {"other_taxes": json_array(65_536)}
    ),
    "ck_invoice_lines_tax_rate_valid": Example(
        {"kdv_rate": Decimal("100.01"), "kdv_cents": 100_010},
        {"kdv_rate": Decimal(100), "kdv_cents": 100_000},
        (
            {"kdv_rate": Decimal("20.001")},
            {"kdv_rate": Decimal("-0.001"), "kdv_cents": 0},
        ),
    ),
    "ck_invoice_lines_exemption_code_format": Example(
        {"exemption_code": "35"},
        {"exemption_code": "351"},
        ({"exemption_code": "3511"}, {"exemption_code": "351\n"}, {"exemption_code": "٣٥١"}),
    ),
    "ck_invoice_lines_exemption_reason_length": Example(
        {"exemption_code": "351", "exemption_reason": "ı" * 501},
        {"exemption_code": "351", "exemption_reason": "ı" * 500},
        ({"exemption_code": "351", "exemption_reason": ""},),
    ),
    "ck_invoice_lines_exemption_reason_has_code": Example(
        {"exemption_reason": "İstisna olmayan diğer"},
        {"exemption_reason": "İstisna olmayan diğer", "exemption_code": "351"},
    ),
    "ck_invoice_lines_withholding_code_format": Example(
        {**_WITHHELD, "withholding_code": "706"},
        {**_WITHHELD, "withholding_code": "806"},
        ({**_WITHHELD, "withholding_code": "60"}, {**_WITHHELD, "withholding_code": "606\n"}),
    ),
    "ck_invoice_lines_withholding_percent_valid": Example(
        {**_WITHHELD, "withholding_percent": 110, "withheld_cents": 0},
        {**_WITHHELD, "withholding_percent": 100, "withheld_cents": 20_000},
        (
            {**_WITHHELD, "withholding_percent": 0, "withheld_cents": 0},
            {**_WITHHELD, "withholding_percent": 95, "withheld_cents": 19_000},
        ),
    ),
    "ck_invoice_lines_withholding_has_percent": Example(
        {**_WITHHELD, "withholding_percent": None},
        _WITHHELD,
        ({**_WITHHELD, "withholding_code": None}, {"withheld_cents": 1}),
    ),
    "ck_invoice_lines_withheld_is_share_of_kdv": Example(
        {**_WITHHELD, "withheld_cents": 17_998},
        {**_WITHHELD, "withheld_cents": 17_999},
        (
            {**_WITHHELD, "withheld_cents": 18_002},
            {**_WITHHELD, "withholding_percent": 100, "withheld_cents": 20_001},
            {**_WITHHELD, **_ODD_KDV, "withholding_percent": 50, "withheld_cents": 10_002},
        ),
    ),
    "ck_invoice_lines_item_data_object": Example({"item_data": []}, {"item_data": {}}),
    "ck_invoice_lines_item_data_size": Example({"item_data": json_object(65_537)}, {"item_data": json_object(65_536)}),
    "ck_invoice_lines_net_is_sum": Example(
        {"gross_cents": 120_032},
        {"gross_cents": 120_032, "discount_cents": 15_005},
        ({"discount_cents": 15_003}, {"charge_cents": 4_972}),
    ),
    "ck_invoice_lines_other_taxes_listed": Example({"other_taxes": []}, _NO_TAXES),
    "ck_invoice_lines_in_base_within_other_taxes": Example({"other_taxes_cents": 3_999}, {"other_taxes_cents": 4_000}),
    "ck_invoice_lines_kdv_base_is_sum": Example(
        {"kdv_base_cents": 100_001},
        {"kdv_base_cents": 100_001, "other_taxes_in_base_cents": 4_001},
        ({"allowance_share_cents": 14_999}, {"charge_share_cents": 999}, {"other_taxes_in_base_cents": 3_999}),
    ),
    "ck_invoice_lines_kdv_is_rate_of_base": Example(
        {"kdv_cents": 20_002},
        {"kdv_cents": 20_001},
        (
            {"kdv_cents": 19_998},
            {"kdv_rate": Decimal("20.01"), "kdv_cents": 20_012},
        ),
    ),
}

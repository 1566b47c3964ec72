"""An order's item, and what each rule of ``order_items`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, Example, json_object

ROW: Final = {
    "id": 50,
    "order_id": 9001,
    "product_id": 300,
    "unit_price_cents": 45_000,
    "total_price_cents": 90_000,
    "line_number": 1,
    "quantity": 2,
    "product_name": "6 mm HSS parmak freze",
    "product_sku": "FREZE-6MM-HSS",
    "product_image_url": "https://ornekdemir.com.tr/resim/freze.jpg",
    "kdv_rate": Decimal(20),
    "variant_attributes": {"kaplama": "TiAlN"},
    "created_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
}

EXAMPLES: Final = {
    "ck_order_items_created_at_finite": Example(
        {"created_at": BEFORE_FIRST}, {"created_at": FIRST}, ({"created_at": END},)
    ),
    "ck_order_items_unit_price_positive": Example(
        {"unit_price_cents": 0, "total_price_cents": 0}, {"unit_price_cents": 1, "total_price_cents": 2}
    ),
    "ck_order_items_line_number_positive": Example({"line_number": 0}, {"line_number": 1}),
    "ck_order_items_quantity_positive": Example(
        {"quantity": 0, "total_price_cents": 0}, {"quantity": 1, "total_price_cents": 45_000}
    ),
    "ck_order_items_product_name_length": Example({"product_name": "ş" * 501}, {"product_name": "ş" * 500}),
    "ck_order_items_product_name_not_empty": Example({"product_name": "\t"}, {"product_name": "\u200b"}),
    "ck_order_items_product_sku_length": Example({"product_sku": "S" * 101}, {"product_sku": "S" * 100}),
    "ck_order_items_product_sku_not_empty": Example({"product_sku": "\r\n"}, {"product_sku": "\r\n0"}),
    "ck_order_items_product_image_url_length": Example(
        {"product_image_url": "u" * 1001}, {"product_image_url": "u" * 1000}, ({"product_image_url": ""},)
    ),
    "ck_order_items_kdv_rate_valid": Example(
        {"kdv_rate": Decimal("100.01")},
        {"kdv_rate": Decimal(100)},
        ({"kdv_rate": Decimal(-1)}, {"kdv_rate": Decimal("0.001")}, {"kdv_rate": Decimal("NaN")}),
    ),
    "ck_order_items_variant_attributes_object": Example(
        {"variant_attributes": "TiAlN"}, {"variant_attributes": {"kaplama": None}}
    ),
    "ck_order_items_variant_attributes_size": Example(
        {"variant_attributes": json_object(65_537)}, {"variant_attributes": json_object(65_536)}
    ),
    "ck_order_items_total_calculation": Example({"total_price_cents": 90_001}, {"total_price_cents": 90_000}),
}

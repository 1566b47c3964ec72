"""A product, and what each rule of ``products`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_LISTED: Final = datetime(2026, 1, 10, 10, tzinfo=UTC)
_CHANGED: Final = datetime(2026, 1, 12, 10, tzinfo=UTC)

ROW: Final = {
    "id": 300,
    "sku": "FREZE-6MM-HSS",
    "vendor_id": 12,
    "created_by_user_id": 12,
    "updated_by_user_id": 41,
    "sale_price_cents": 45_000,
    "cost_price_cents": 30_000,
    "commission_cents": 4_500,
    "name": "6 mm HSS parmak freze",
    "description": "Alüminyum için iki ağızlı parmak freze.",
    "category": "Kesici takım",
    "status": "available",
    "currency": "TRY",
    "kdv_rate": Decimal(20),
    "weight_kg": Decimal("0.12"),
    "dimensions": {"length_mm": 57},
    "tags": ["freze", "HSS"],
    "stock_quantity": 25,
    "deleted_at": None,
    "created_at": _LISTED,
    "version": 3,
    "updated_at": _CHANGED,
}

EXAMPLES: Final = {
    "ck_products_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_products_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_products_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_products_updated_after_created": Example(
        {"created_at": _LISTED, "updated_at": datetime(2026, 1, 10, 9, 59, 59, 999999, tzinfo=UTC)},
        {"created_at": _LISTED, "updated_at": _LISTED},
    ),
    "ck_products_sku_length": Example({"sku": "S" * 51}, {"sku": "S" * 50}),
    "ck_products_sku_not_empty": Example(
        {"sku": " \t\n\r\f\v"}, {"sku": " \t\n\r\f\v-"}, tuple({"sku": blank} for blank in " \t\n\r\f\v")
    ),
    "ck_products_sale_price_non_negative": Example(
        {"status": "draft", "sale_price_cents": -1}, {"status": "draft", "sale_price_cents": 0}
    ),
    "ck_products_cost_price_non_negative": Example({"cost_price_cents": -1}, {"cost_price_cents": 0}),
    "ck_products_commission_non_negative": Example({"commission_cents": -1}, {"commission_cents": 0}),
    "ck_products_name_length": Example({"name": "Ü" * 201}, {"name": "Ü" * 200}),
    "ck_products_name_not_empty": Example({"name": "\n"}, {"name": "\u00a0"}),
    "ck_products_description_length": Example(
        {"description": "ı" * 10_001}, {"description": "ı" * 10_000}, ({"description": ""},)
    ),
    "ck_products_category_length": Example({"category": "K" * 101}, {"category": "K" * 100}, ({"category": ""},)),
    "ck_products_kdv_rate_valid": Example(
        {"kdv_rate": Decimal("100.01")},
        {"kdv_rate": Decimal("100.00")},
        (
            {"kdv_rate": Decimal("-0.01")},
            {"kdv_rate": Decimal("1.005")},
            {"kdv_rate": Decimal("NaN")},
            {"kdv_rate": Decimal("Infinity")},
        ),
    ),
    "ck_products_weight_non_negative": Example(
        {"weight_kg": Decimal(100_000)},
        {"weight_kg": Decimal("99999.999")},
        ({"weight_kg": Decimal("-0.001")}, {"weight_kg": Decimal("0.0005")}, {"weight_kg": Decimal("NaN")}),
    ),
    "ck_products_dimensions_object": Example({"dimensions": [57]}, {"dimensions": {"": 57}}),
    "ck_products_dimensions_size": Example({"dimensions": json_object(65_537)}, {"dimensions": json_object(65_536)}),
    "ck_products_stock_quantity_non_negative": Example({"stock_quantity": -1}, {"stock_quantity": 0}),
    "ck_products_deleted_at_finite": Example(
        {"deleted_at": END}, {"deleted_at": LAST}, ({"deleted_at": BEFORE_FIRST},)
    ),
    "ck_products_available_has_price": Example(
        {"status": "available", "sale_price_cents": 0},
        {"status": "available", "sale_price_cents": 1},
    ),
    "ck_products_on_sale_has_price": Example(
        {"status": "available", "sale_price_cents": None},
        {"status": "approved", "sale_price_cents": None},
    ),
}

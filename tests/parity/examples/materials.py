"""A material, and what each rule of ``materials`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_ENTERED: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)
_CHANGED: Final = datetime(2026, 2, 1, 9, tzinfo=UTC)

ROW: Final = {
    "id": 8,
    "category": "aluminum",
    "name": "Alüminyum 6061",
    "grade": "T6",
    "density_g_cm3": Decimal("2.7"),
    "hardness_hb": 95,
    "tensile_strength_mpa": 310,
    "machinability_rating": 90,
    "cutting_speed_m_min": Decimal(300),
    "feed_rate_mm_tooth": Decimal("0.15"),
    "properties": {"weldable": True},
    "cost_per_kg_cents": 1_550,
    "currency": "TRY",
    "supplier": "Örnek Metal A.Ş.",
    "created_at": _ENTERED,
    "version": 2,
    "updated_at": _CHANGED,
}


def _measure(column: str, over: int, most: str, too_fine: str) -> Example:
    """A measure above zero in ten digits."""
    refused = ("0", "-1", too_fine, "NaN", "Infinity")
    return Example({column: Decimal(over)}, {column: Decimal(most)}, tuple({column: Decimal(each)} for each in refused))


EXAMPLES: Final = {
    "ck_materials_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_materials_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_materials_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_materials_updated_after_created": Example(
        {"created_at": _ENTERED, "updated_at": datetime(2026, 1, 5, 7, 59, 59, 999999, tzinfo=UTC)},
        {"created_at": _ENTERED, "updated_at": _ENTERED},
    ),
    "ck_materials_name_length": Example({"name": "ğ" * 101}, {"name": "ğ" * 100}, ({"name": ""},)),
    "ck_materials_grade_length": Example({"grade": "T" * 51}, {"grade": "T" * 50}, ({"grade": ""},)),
    "ck_materials_density_positive": _measure("density_g_cm3", 10_000_000, "9999999.999", "2.7005"),
    "ck_materials_hardness_positive": Example({"hardness_hb": 0}, {"hardness_hb": 1}),
    "ck_materials_tensile_positive": Example({"tensile_strength_mpa": 0}, {"tensile_strength_mpa": 1}),
    "ck_materials_machinability_valid": Example(
        {"machinability_rating": 101},
        {"machinability_rating": 100},
        ({"machinability_rating": -1},),
    ),
    "ck_materials_cutting_speed_positive": _measure("cutting_speed_m_min", 100_000_000, "99999999.99", "300.005"),
    "ck_materials_feed_rate_positive": _measure("feed_rate_mm_tooth", 1_000_000, "999999.9999", "0.00005"),
    "ck_materials_properties_object": Example({"properties": []}, {"properties": {}}),
    "ck_materials_properties_size": Example({"properties": json_object(65_537)}, {"properties": json_object(65_536)}),
    "ck_materials_cost_non_negative": Example({"cost_per_kg_cents": -1}, {"cost_per_kg_cents": 0}),
    "ck_materials_supplier_length": Example({"supplier": "İ" * 256}, {"supplier": "İ" * 255}, ({"supplier": ""},)),
}

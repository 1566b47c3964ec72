"""A tool, and what each rule of ``tools`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_BOUGHT: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)
_TAKEN: Final = datetime(2026, 2, 1, 9, tzinfo=UTC)

ROW: Final = {
    "id": 21,
    "name": "6 mm karbür parmak freze",
    "type": "endmill_bull",
    "material": "carbide",
    "coating": "tialn",
    "manufacturer": "Örnek Takım",
    "part_number": "PF-060-4",
    "diameter_mm": Decimal(6),
    "flute_count": 4,
    "flute_length_mm": Decimal(13),
    "overall_length_mm": Decimal(57),
    "shank_diameter_mm": Decimal(6),
    "corner_radius_mm": Decimal("0.5"),
    "helix_angle_deg": Decimal(38),
    "max_depth_of_cut_mm": Decimal(9),
    "specifications": {"centre_cutting": True},
    "tool_life_minutes": 180,
    "cost_cents": 18_550,
    "currency": "TRY",
    "quantity_available": 10,
    "minimum_stock": 3,
    "location": "A1-15",
    "is_active": True,
    "created_at": _BOUGHT,
    "version": 2,
    "updated_at": _TAKEN,
}


def _measure(column: str) -> Example:
    """A measure above zero in ten digits, two of them decimals."""
    refused = ("0", "-0.01", "0.005", "NaN", "Infinity")
    return Example(
        {column: Decimal(100_000_000)},
        {column: Decimal("99999999.99")},
        tuple({column: Decimal(each)} for each in refused),
    )


def _text(column: str, longest: int) -> Example:
    return Example({column: "ı" * (longest + 1)}, {column: "ı" * longest}, ({column: ""},))


EXAMPLES: Final = {
    "ck_tools_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_tools_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_tools_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_tools_updated_after_created": Example(
        {"created_at": _BOUGHT, "updated_at": datetime(2026, 1, 5, 7, 59, 59, 999999, tzinfo=UTC)},
        {"created_at": _BOUGHT, "updated_at": _BOUGHT},
    ),
    "ck_tools_name_length": _text("name", 200),
    "ck_tools_manufacturer_length": _text("manufacturer", 100),
    "ck_tools_part_number_length": _text("part_number", 100),
    "ck_tools_location_length": _text("location", 100),
    "ck_tools_diameter_positive": Example(
        {"diameter_mm": Decimal(10_000_000)},
        {"diameter_mm": Decimal("9999999.999")},
        tuple({"diameter_mm": Decimal(each)} for each in ("0", "-6", "0.0005", "NaN", "Infinity")),
    ),
    "ck_tools_flute_count_positive": Example({"flute_count": 0}, {"flute_count": 1}),
    "ck_tools_flute_length_positive": _measure("flute_length_mm"),
    "ck_tools_overall_length_positive": _measure("overall_length_mm"),
    "ck_tools_shank_diameter_positive": _measure("shank_diameter_mm"),
    "ck_tools_corner_radius_non_negative": Example(
        {"corner_radius_mm": Decimal("-0.001")},
        {"corner_radius_mm": Decimal(0)},
        tuple({"corner_radius_mm": Decimal(each)} for each in ("10000000", "0.0005", "NaN", "Infinity")),
    ),
    "ck_tools_helix_angle_valid": Example(
        {"helix_angle_deg": Decimal("90.01")},
        {"helix_angle_deg": Decimal(90)},
        tuple({"helix_angle_deg": Decimal(each)} for each in ("-0.01", "38.005", "NaN", "Infinity")),
    ),
    "ck_tools_max_doc_positive": _measure("max_depth_of_cut_mm"),
    "ck_tools_specifications_object": Example({"specifications": [1]}, {"specifications": {}}),
    "ck_tools_specifications_size": Example(
        {"specifications": json_object(65_537)}, {"specifications": json_object(65_536)}
    ),
    "ck_tools_life_positive": Example({"tool_life_minutes": 0}, {"tool_life_minutes": 1}),
    "ck_tools_cost_non_negative": Example({"cost_cents": -1}, {"cost_cents": 0}),
    "ck_tools_quantity_non_negative": Example({"quantity_available": -1}, {"quantity_available": 0}),
    "ck_tools_min_stock_non_negative": Example({"minimum_stock": -1}, {"minimum_stock": 0}),
}

"""The machines, materials and tools that a new workshop begins with; prices without KDV."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from platform_db.domain.machines import MachineType
from platform_db.domain.materials import MaterialCategory
from platform_db.domain.money import Currency
from platform_db.domain.tools import ToolMaterial, ToolType

if TYPE_CHECKING:
    from platform_db.operations.reference_data.reference import Record

__all__ = ["MACHINES", "MATERIALS", "TOOLS"]

MACHINES: Final[tuple[Record, ...]] = (
    {
        "name": "HAAS VF-2",
        "manufacturer": "HAAS",
        "model": "VF-2",
        "type": MachineType.MILL_3AXIS,
        "axes": 3,
        "work_envelope_x_mm": Decimal("660.4"),
        "work_envelope_y_mm": Decimal("355.6"),
        "work_envelope_z_mm": Decimal(508),
        "spindle_max_rpm": 8100,
        "spindle_power_kw": Decimal("22.4"),
        "tool_capacity": 20,
        "controller": "HAAS NGC",
        "post_processor": "haas_mill",
        "hourly_rate_cents": 150_00,
        "currency": Currency.TRY,
    },
    {
        "name": "DMG MORI NLX 2500",
        "manufacturer": "DMG MORI",
        "model": "NLX 2500",
        "type": MachineType.LATHE,
        "axes": 2,
        "work_envelope_x_mm": Decimal(365),
        "work_envelope_y_mm": Decimal(365),
        "work_envelope_z_mm": Decimal(650),
        "spindle_max_rpm": 4000,
        "spindle_power_kw": Decimal("18.5"),
        "tool_capacity": 12,
        "controller": "FANUC 0i-TF",
        "post_processor": "fanuc_lathe",
        "hourly_rate_cents": 120_00,
        "currency": Currency.TRY,
    },
    {
        "name": "Prusa i3 MK3S+",
        "manufacturer": "Prusa",
        "model": "i3 MK3S+",
        "type": MachineType.PRINTER_3D,
        "axes": 3,
        "work_envelope_x_mm": Decimal(250),
        "work_envelope_y_mm": Decimal(210),
        "work_envelope_z_mm": Decimal(210),
        "spindle_max_rpm": None,
        "spindle_power_kw": Decimal("0.24"),
        "tool_capacity": 1,
        "post_processor": "prusa_slicer",
        "hourly_rate_cents": 25_00,
        "currency": Currency.TRY,
    },
)

MATERIALS: Final[tuple[Record, ...]] = (
    {
        "category": MaterialCategory.ALUMINUM,
        "name": "Alüminyum 6061-T6",
        "hardness_hb": 95,
        "tensile_strength_mpa": 310,
        "machinability_rating": 90,
        "cutting_speed_m_min": Decimal(300),
        "feed_rate_mm_tooth": Decimal("0.15"),
        "cost_per_kg_cents": 15_50,
        "currency": Currency.TRY,
    },
    {
        "category": MaterialCategory.STEEL_CARBON,
        "name": "Çelik S235JR",
        "hardness_hb": 120,
        "tensile_strength_mpa": 360,
        "machinability_rating": 75,
        "cutting_speed_m_min": Decimal(180),
        "feed_rate_mm_tooth": Decimal("0.2"),
        "cost_per_kg_cents": 8_75,
        "currency": Currency.TRY,
    },
    {
        "category": MaterialCategory.STEEL_STAINLESS,
        "name": "Paslanmaz Çelik 316L",
        "hardness_hb": 150,
        "tensile_strength_mpa": 515,
        "machinability_rating": 60,
        "cutting_speed_m_min": Decimal(120),
        "feed_rate_mm_tooth": Decimal("0.12"),
        "cost_per_kg_cents": 45_25,
        "currency": Currency.TRY,
    },
    {
        "category": MaterialCategory.PLASTIC_HARD,
        "name": "POM (Delrin)",
        "hardness_hb": 160,
        "tensile_strength_mpa": 70,
        "machinability_rating": 95,
        "cutting_speed_m_min": Decimal(400),
        "feed_rate_mm_tooth": Decimal("0.25"),
        "cost_per_kg_cents": 28_00,
        "currency": Currency.TRY,
    },
    {
        "category": MaterialCategory.BRASS,
        "name": "Pirinç CuZn37",
        "hardness_hb": 85,
        "tensile_strength_mpa": 340,
        "machinability_rating": 100,
        "cutting_speed_m_min": Decimal(250),
        "feed_rate_mm_tooth": Decimal("0.18"),
        "cost_per_kg_cents": 32_50,
        "currency": Currency.TRY,
    },
)

TOOLS: Final[tuple[Record, ...]] = (
    {
        "name": "6mm Carbide Endmill (4F)",
        "manufacturer": "WALTER",
        "part_number": "F2339.UB.060.Z04.17",
        "type": ToolType.ENDMILL_FLAT,
        "material": ToolMaterial.CARBIDE,
        "diameter_mm": Decimal(6),
        "flute_count": 4,
        "overall_length_mm": Decimal(57),
        "tool_life_minutes": 180,
        "cost_cents": 185_50,
        "currency": Currency.TRY,
        "quantity_available": 10,
        "minimum_stock": 3,
        "location": "TC-A1-15",
    },
    {
        "name": "10mm Drill HSS",
        "manufacturer": "GÜHRING",
        "part_number": "RT100U 10.0",
        "type": ToolType.DRILL_TWIST,
        "material": ToolMaterial.HSS,
        "diameter_mm": Decimal(10),
        "overall_length_mm": Decimal(133),
        "tool_life_minutes": 120,
        "cost_cents": 45_75,
        "currency": Currency.TRY,
        "quantity_available": 15,
        "minimum_stock": 5,
        "location": "TC-B2-08",
    },
)

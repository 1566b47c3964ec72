"""Tools of twenty types, from 0.1 to 40 mm; one in two hundred is to be ordered again, one in 400 is of PCD."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from platform_db.domain.tools import ToolMaterial, ToolType
from platform_db.repositories.tools import DiameterFilter, ToolFilter
from tests.plans.evidence import Evidence, Fill

SHORT: Final = "i % 200 = 0"

FILL: Final = Fill(
    {
        "id": "i",
        "name": "'Takım ' || md5(i::text)",
        "type": "(enum_range(NULL::tool_type))[i % 20 + 1]",
        "material": (
            "(CASE WHEN i % 10 = 0 THEN NULL WHEN i % 400 = 1 THEN 'pcd' WHEN i % 5 = 1 THEN 'hss' "
            "ELSE 'carbide' END)::tool_material"
        ),
        "part_number": "CASE WHEN i % 4 > 0 THEN 'PF-' || i END",
        "diameter_mm": "0.1 * (i * 7 % 400 + 1)",
        "quantity_available": f"CASE WHEN {SHORT} THEN i / 200 % 5 ELSE 5 + i % 40 END",
        "minimum_stock": "5",
    },
)

ORDERED_AS: Final = ToolFilter(part_number="PF-6001")
OF_PCD: Final = ToolFilter(material=ToolMaterial.PCD)
SIX_TO_EIGHT: Final = DiameterFilter(type=ToolType.ENDMILL_FLAT, diameter_from=Decimal(6), diameter_to=Decimal(8))
END_MILLS: Final = DiameterFilter(type=ToolType.ENDMILL_FLAT)

EVIDENCE: Final = {
    "idx_tools_inventory": (
        Evidence("tools.below_minimum()", lambda work: work.tools.below_minimum(), as_user=True),
        Evidence("tools.below_minimum()", lambda work: work.tools.below_minimum()),
    ),
    "idx_tools_material": (Evidence("tools.page(material)", lambda work: work.tools.page(OF_PCD), as_user=True),),
    "idx_tools_part_number": (
        Evidence("tools.page(part_number)", lambda work: work.tools.page(ORDERED_AS), as_user=True),
    ),
    "idx_tools_type_diameter": (
        Evidence("tools.by_diameter(6 to 8 mm)", lambda work: work.tools.by_diameter(SIX_TO_EIGHT), as_user=True),
        Evidence("tools.by_diameter()", lambda work: work.tools.by_diameter(END_MILLS), as_user=True),
    ),
}

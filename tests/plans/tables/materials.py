"""Materials: each name in two of the categories; one in fifty can be welded."""

from __future__ import annotations

from typing import Final

from platform_db.repositories.materials import MaterialFilter
from tests.plans.evidence import Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "category": "(enum_range(NULL::material_category))[i % 2 * 11 + i / 2 % 11 + 1]",
        "name": "'Alaşım ' || i / 2",
        "properties": "jsonb_build_object('weldable', i % 3 = 0, 'standard', 'EN ' || i % 5000)",
    },
)

NAMED: Final = MaterialFilter(name="Alaşım 6061")
BY_STANDARD: Final = MaterialFilter(properties={"standard": "EN 573"})

EVIDENCE: Final = {
    "gin_materials_properties": (
        Evidence("materials.page(properties)", lambda work: work.materials.page(BY_STANDARD), as_user=True),
        Evidence("materials.page(properties)", lambda work: work.materials.page(BY_STANDARD)),
    ),
    "idx_materials_name": (
        Evidence("materials.page(name)", lambda work: work.materials.page(NAMED), as_user=True),
        Evidence("materials.page(name)", lambda work: work.materials.page(NAMED)),
    ),
}

"""Materials: added, changed, brought in by the file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pytest

from platform_db.domain.materials import Material, MaterialCategory, MaterialChanges, NewMaterial
from platform_db.errors import AlreadyExists, RuleViolation
from platform_db.repositories.materials import MaterialFilter
from tests.integration.catalogue.bulk_tables import told
from tests.integration.catalogue.entries import told_of

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

STEEL: Final = NewMaterial(
    category=MaterialCategory.STEEL_CARBON, name="C45", cost_per_kg=Decimal("48.5"), properties={"weldable": True}
)


async def added(database: Database) -> Material:
    async with database.unit_of_work() as work:
        return await work.materials.add(STEEL)


async def test_a_material_that_was_added_reads_back_equal_and_is_told(database: Database) -> None:
    steel = await added(database)

    async with database.unit_of_work() as work:
        assert await work.materials.by_category_and_name(MaterialCategory.STEEL_CARBON, "C45") == steel
    assert await told_of(database, steel) == [
        (
            "create",
            "material.added",
            {
                "after": {
                    "category": "steel_carbon",
                    "name": "C45",
                    "properties": {"weldable": True},
                    "currency": "TRY",
                    "cost_per_kg_cents": 4850,
                }
            },
        )
    ]


async def test_a_name_is_taken_once_in_its_category(database: Database, worker: Raw) -> None:
    await added(database)

    async with database.unit_of_work() as work:
        await work.materials.add(STEEL.model_copy(update={"category": MaterialCategory.BRONZE}))
    with pytest.raises(AlreadyExists) as refused:
        await added(database)

    assert refused.value.constraint == "uq_materials_category_name"
    assert await worker.fetchval("SELECT count(*) FROM materials") == 2


async def test_a_change_is_stored_and_told_or_refused(database: Database) -> None:
    steel = await added(database)
    async with database.unit_of_work() as work:
        changed = await work.materials.change(
            steel, MaterialChanges(properties={"weldable": 1}, density_g_cm3=Decimal("7.850"))
        )
    with pytest.raises(RuleViolation) as refused:
        async with database.unit_of_work() as work:
            await work.materials.change(changed, MaterialChanges(machinability_rating=101, name=""))

    assert [broken.rule for broken in refused.value.violations] == [
        "ck_materials_name_length",
        "ck_materials_machinability_valid",
    ]
    async with database.unit_of_work() as work:
        assert await work.materials.get(steel.id) == changed
    assert (await told_of(database, steel))[1:] == [
        (
            "update",
            "material.changed",
            {
                "before": {"density_g_cm3": None, "properties": {"weldable": True}},
                "after": {"density_g_cm3": "7.85", "properties": {"weldable": 1}},
            },
        )
    ]


async def test_a_file_of_materials_is_brought_in_line_by_line(database: Database) -> None:
    steel = await added(database)

    async with database.unit_of_work() as work:
        report = await work.materials.upsert_many(
            [
                {"category": "bronze", "name": "C45"},
                {"category": "steel_carbon", "name": "C45", "supplier": "Örnek Metal"},
                {"category": "çelik", "name": "C45"},
                {"category": "steel_carbon", "name": "C45"},
            ]
        )
        found = await work.materials.page(MaterialFilter(name="C45"))

    assert told(report) == [
        (0, "created", None),
        (1, "updated", None),
        (2, "refused", "materials_category_type"),
        (3, "refused", "uq_materials_category_name"),
    ]
    assert found.items == (report.rows[1], report.rows[0])
    assert (report.rows[1].id, report.rows[1].properties) == (steel.id, {"weldable": True})

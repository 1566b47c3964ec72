"""Machines, materials and tools as every identity reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.machines import MachineType
from platform_db.domain.materials import MaterialCategory
from platform_db.domain.tools import ToolMaterial, ToolType
from platform_db.errors import NotFound
from platform_db.repositories.machines import MachineFilter
from platform_db.repositories.materials import MaterialFilter
from platform_db.repositories.tools import DiameterFilter, ToolFilter
from tests.integration.engineering.pages import ids, page_by_page

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.engineering.conftest import Workshop


async def machine(shop: Workshop, name: str, **other: object) -> int:
    row: dict[str, object] = {"name": name, "type": "mill_3axis", "axes": 3, "post_processor": "fanuc"}
    row |= {f"work_envelope_{axis}_mm": 500 for axis in "xyz"}
    return await shop.insert("machines", **row | {"spindle_max_rpm": 8000} | other)


async def test_machines_are_read_by_name(shop: Workshop, database: Database) -> None:
    turning = await machine(shop, "Torna 1", type="lathe", axes=2)
    mill = await machine(shop, "Dik işleme 1")
    idle = await machine(shop, "Dik işleme 2", is_active=False)

    async with database.unit_of_work(as_user=shop.user) as work:
        every = await page_by_page(lambda after: work.machines.page(after=after, limit=2))
        active = await page_by_page(lambda after: work.machines.active(after=after, limit=1))
        mills = ids((await work.machines.page(MachineFilter(type=MachineType.MILL_3AXIS))).items)
        active_mills = ids((await work.machines.active(MachineFilter(type=MachineType.MILL_3AXIS))).items)
        found = [await work.machines.by_name("Torna 1"), await work.machines.get(turning)]
        with pytest.raises(NotFound):
            await work.machines.by_name("torna 1")

    assert (every, active) == ([mill, idle, turning], [mill, turning])
    assert (mills, active_mills) == ([mill, idle], [mill])
    assert ids(found) == [turning, turning]


async def test_materials_are_read_by_name_category_and_properties(shop: Workshop, database: Database) -> None:
    async def material(category: str, name: str, **properties: object) -> int:
        return await shop.insert("materials", category=category, name=name, properties=properties)

    steel = await material("steel_carbon", "C45", weldable=True)
    bronze = await material("bronze", "C45")
    alloy = await material("aluminum", "6061", weldable=True, temper="T6")

    async with database.unit_of_work(as_user=shop.user) as work:
        every = await page_by_page(lambda after: work.materials.page(after=after, limit=2))
        named = ids((await work.materials.page(MaterialFilter(name="C45"))).items)
        bronzes = ids((await work.materials.page(MaterialFilter(category=MaterialCategory.BRONZE))).items)
        weldable = ids((await work.materials.page(MaterialFilter(properties={"weldable": True}))).items)
        found = await work.materials.by_category_and_name(MaterialCategory.BRONZE, "C45")
        assert await work.materials.get(bronze) == found
        with pytest.raises(NotFound):
            await work.materials.by_category_and_name(MaterialCategory.BRASS, "C45")

    assert every == [alloy, steel, bronze]
    assert (named, bronzes, weldable, found.id) == ([steel, bronze], [bronze], [alloy, steel], bronze)


async def test_tools_are_read_by_name_edge_and_order_number(shop: Workshop, database: Database) -> None:
    mill = await shop.insert("tools", name="Parmak freze", type="endmill_flat", material="carbide", part_number="PF-6")
    drill = await shop.insert("tools", name="Matkap", type="drill_twist", material="hss", part_number="PF-6")
    bare = await shop.insert("tools", name="Matkap", type="drill_twist", manufacturer="Örnek Takım")

    async with database.unit_of_work(as_user=shop.user) as work:
        every = await page_by_page(lambda after: work.tools.page(after=after, limit=2))
        drills = ids((await work.tools.page(ToolFilter(type=ToolType.DRILL_TWIST))).items)
        carbide = ids((await work.tools.page(ToolFilter(material=ToolMaterial.CARBIDE))).items)
        ordered = ids((await work.tools.page(ToolFilter(part_number="PF-6"))).items)
        assert (await work.tools.get(mill)).id == mill

    assert every == [drill, bare, mill]
    assert (drills, carbide, ordered) == ([drill, bare], [mill], [drill, mill])


async def test_tools_by_diameter_end_with_those_that_have_none(shop: Workshop, database: Database) -> None:
    async def mill(number: int, diameter: str | None, kind: str = "endmill_flat") -> int:
        return await shop.insert("tools", name=f"Freze {number}", type=kind, diameter_mm=diameter)

    eight = await mill(1, "8")
    unknown = [await mill(2, None), await mill(3, None)]
    sixes = [await mill(number, "6.000") for number in (4, 5, 6)]
    await mill(7, "6", "face_mill")
    flat = DiameterFilter(type=ToolType.ENDMILL_FLAT)
    to_six = DiameterFilter(type=ToolType.ENDMILL_FLAT, diameter_from=Decimal(6), diameter_to=Decimal(6))

    async with database.unit_of_work(as_user=shop.user) as work:
        every = await page_by_page(lambda after: work.tools.by_diameter(flat, after=after, limit=2))
        chosen = await page_by_page(lambda after: work.tools.by_diameter(to_six, after=after, limit=2))

    assert every == [*sixes, eight, *unknown]
    assert chosen == sixes


async def test_tools_to_order_come_the_fewest_first(shop: Workshop, database: Database) -> None:
    async def tool(name: str, available: int) -> int:
        return await shop.insert("tools", name=name, type="reamer", quantity_available=available, minimum_stock=3)

    two = await tool("Rayba 6", 2)
    await tool("Rayba 8", 3)
    gone = [await tool("Rayba 10", 0), await tool("Rayba 12", 0)]

    async with database.unit_of_work(as_user=shop.user) as work:
        found = await page_by_page(lambda after: work.tools.below_minimum(after=after, limit=2))

    assert found == [*gone, two]

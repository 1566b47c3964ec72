"""The table of tools: reference data that all users share, with the workshop's stock."""

from __future__ import annotations

from platform_db.domain.rules import Message
from platform_db.domain.tools import Tool
from platform_db.schema.metadata import index, table, unique
from platform_db.schema.roles import Role

__all__ = ["tools"]

tools = table(
    Tool,
    unique(
        "name",
        "manufacturer",
        nulls_not_distinct=True,
        message=Message(
            "Bu üreticinin bu adla bir takımı var", "There is a tool with this name from this manufacturer"
        ),
    ),
    index(
        "idx_tools_inventory",
        "quantity_available",
        where="quantity_available < minimum_stock",
        serves="Tools to order again, the shortest first.",
    ),
    index(
        "idx_tools_material",
        "material",
        where="material IS NOT NULL",
        serves="Tools whose cutting edge is of a material.",
    ),
    index(
        "idx_tools_part_number",
        "part_number",
        where="part_number IS NOT NULL",
        serves="The tool with a manufacturer's order number.",
    ),
    index("idx_tools_type_diameter", "type", "diameter_mm", serves="Tools of a type, by diameter."),
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.READONLY: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

"""The table of materials: reference data that all users share."""

from __future__ import annotations

from platform_db.domain.materials import Material
from platform_db.domain.rules import Message
from platform_db.schema.metadata import index, table, unique
from platform_db.schema.roles import Role

__all__ = ["materials"]

materials = table(
    Material,
    unique(
        "category",
        "name",
        message=Message("Bu kategoride bu adla bir malzeme var", "There is a material with this name in this category"),
    ),
    index(
        "gin_materials_properties",
        "properties",
        using="gin",
        serves="Materials that have a property: properties @> ….",
    ),
    index("idx_materials_name", "name", serves="Materials by name, in whatever category."),
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.READONLY: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

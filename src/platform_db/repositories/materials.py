"""Materials: what is cut, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.fields import Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.materials import Material, MaterialCategory, MaterialChanges, NewMaterial
from platform_db.repositories.catalogue import CatalogueRepository, shelf
from platform_db.repositories.filters import Filter, Listing, contains, equal
from platform_db.repositories.paging import Key
from platform_db.schema.materials import materials

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["MaterialFilter", "MaterialRepository"]

_BY_NATURAL_KEY: Final = Statement(
    sa.select(materials).where(
        *(materials.c[name] == sa.bindparam(name, type_=materials.c[name].type) for name in ("category", "name"))
    )
)


class MaterialFilter(Filter):
    """Which materials a list holds; what is not given, or None, does not restrict.

    ``properties`` are a part of what a material has (``@>``): ``{"weldable": true}``.
    """

    category: MaterialCategory | None = None
    name: Annotated[str | None, Text()] = None
    properties: Annotated[JsonObject | None, Json()] = None


_LISTING: Final = Listing(
    materials,
    Material,
    (Key("name"), Key("id")),
    {"category": equal("category"), "name": equal("name"), "properties": contains("properties", "properties")},
)
_SHELF: Final = shelf(materials, Material, NewMaterial, _LISTING, noun="material", key=("category", "name"))


class MaterialRepository(CatalogueRepository[Material, MaterialFilter, NewMaterial, MaterialChanges]):
    """Materials, by name, those of one name in several categories among them; category and name are the natural key.

    Every identity sees all of them.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _SHELF)

    async def by_category_and_name(self, category: MaterialCategory, name: str) -> Material:
        """The material of this name in a category, letter for letter.

        Raises
        ------
        NotFound
            There is none.
        """
        return self._rows.found(await self._executor.fetch_row(_BY_NATURAL_KEY, {"category": category, "name": name}))

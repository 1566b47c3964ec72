"""Materials: reference data that every identity reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.fields import Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.materials import Material, MaterialCategory
from platform_db.repositories.filters import Filter, Listing, contains, equal
from platform_db.repositories.paging import Key
from platform_db.repositories.rows import Rows
from platform_db.schema.materials import materials

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["MaterialFilter", "MaterialRepository"]

_ROWS: Final = Rows(materials, Material, "material")
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
_EVERY: Final = MaterialFilter()


class MaterialRepository:
    """Materials. Belongs to one unit of work and never commits. Every identity sees all of them."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, material_id: int) -> Material:
        """The material of this id.

        Raises
        ------
        NotFound
            There is none.
        """
        return await _ROWS.get(self._executor, material_id)

    async def by_category_and_name(self, category: MaterialCategory, name: str) -> Material:
        """The material of this name in a category, letter for letter.

        Raises
        ------
        NotFound
            There is none.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_NATURAL_KEY, {"category": category, "name": name}))

    async def page(
        self, chosen: MaterialFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[Material]:
        """Materials by name, those of one name in several categories among them; every row exactly once.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

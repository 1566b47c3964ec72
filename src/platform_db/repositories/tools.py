"""Tools: reference data that every identity reads, with the workshop's stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from platform_db.domain.fields import Text
from platform_db.domain.tools import Diameter, Tool, ToolMaterial, ToolType
from platform_db.repositories.filters import Filter, Listing, at_least, at_most, equal
from platform_db.repositories.paging import Key
from platform_db.repositories.rows import Rows
from platform_db.schema.tools import tools

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["DiameterFilter", "ToolFilter", "ToolRepository"]

_ROWS: Final = Rows(tools, Tool, "tool")


class ToolFilter(Filter):
    """Which tools a list holds; what is not given, or None, does not restrict.

    ``material`` is that of the cutting edge, ``part_number`` the manufacturer's order number.
    """

    type: ToolType | None = None
    material: ToolMaterial | None = None
    part_number: Annotated[str | None, Text()] = None


class DiameterFilter(Filter):
    """Tools of one type, at most between two diameters in millimetres, both inclusive.

    With a bound, tools whose diameter is not recorded are left out.
    """

    type: ToolType
    diameter_from: Diameter = None
    diameter_to: Diameter = None


_LISTING: Final = Listing(
    tools, Tool, (Key("name"), Key("id")), {name: equal(name) for name in ToolFilter.model_fields}
)
_BY_DIAMETER: Final = Listing(
    tools,
    Tool,
    (Key("diameter_mm"), Key("id")),
    {
        "type": equal("type"),
        "diameter_from": at_least("diameter_mm", "diameter_from"),
        "diameter_to": at_most("diameter_mm", "diameter_to"),
    },
    name="by_diameter",
)
_BELOW_MINIMUM: Final = Listing(
    tools,
    Tool,
    (Key("quantity_available"), Key("id")),
    {},
    name="below_minimum",
    only=(lambda table: table.c.quantity_available < table.c.minimum_stock,),
)
_EVERY: Final = ToolFilter()


class ToolRepository:
    """Tools. Belongs to one unit of work and never commits. Every identity sees all of them."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, tool_id: int) -> Tool:
        """The tool of this id.

        Raises
        ------
        NotFound
            There is none.
        """
        return await _ROWS.get(self._executor, tool_id)

    async def page(self, chosen: ToolFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Tool]:
        """Tools by name, those of several manufacturers among them; every row exactly once.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def by_diameter(self, chosen: DiameterFilter, *, after: str | None = None, limit: int = 50) -> Page[Tool]:
        """Tools of a type, the thinnest first, at the end those whose diameter is not recorded.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _BY_DIAMETER.page(self._executor, chosen, after=after, limit=limit)

    async def below_minimum(self, *, after: str | None = None, limit: int = 50) -> Page[Tool]:
        """Tools of which fewer are there than ``minimum_stock``, those with the fewest first.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list.
        """
        return await _BELOW_MINIMUM.page(self._executor, Filter(), after=after, limit=limit)

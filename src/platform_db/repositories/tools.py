"""Tools: what cuts, and how many pieces the workshop has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.catalogue import pieces
from platform_db.domain.fields import Text
from platform_db.domain.tools import (
    Diameter,
    NewTool,
    Tool,
    ToolChanges,
    ToolMaterial,
    ToolType,
    refusal_of_taking,
)
from platform_db.repositories.catalogue import CatalogueRepository, shelf
from platform_db.repositories.filters import Filter, Listing, at_least, at_most, equal
from platform_db.repositories.paging import Key
from platform_db.repositories.stock import Stock
from platform_db.schema.tools import tools

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["DiameterFilter", "ToolFilter", "ToolRepository"]


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

_STOCK_COLUMN: Final = "quantity_available"
_SHELF: Final = shelf(tools, Tool, NewTool, _LISTING, noun="tool", key=("name", "manufacturer"), kept=(_STOCK_COLUMN,))
_STOCK: Final = Stock(_SHELF.rows, tools.c[_STOCK_COLUMN], tools.c.is_active, refusal_of_taking)


class ToolRepository(CatalogueRepository[Tool, ToolFilter, NewTool, ToolChanges]):
    """Tools, by name, those of several manufacturers among them; both together are the natural key.

    A manufacturer that is not recorded counts as one. Every identity sees all of them;
    :meth:`upsert_many` leaves the stock of tools that are there alone.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _SHELF)

    # -- the stock ----------------------------------------------------------------------

    async def take(self, tool_id: int, quantity: int) -> Tool:
        """Take pieces out of the stock; of any number who do so at once, none takes what is not there.

        Raises
        ------
        RuleViolation
            Fewer are there (``ck_tools_quantity_non_negative``), or the tool is out of use
            (``tools_active``); none was taken.
        NotFound
            There is no such tool.
        """
        tool = await _STOCK.take(self._executor, tool_id, pieces(Tool.entity, quantity))
        return self._moved(tool, "taken", -quantity)

    async def put_back(self, tool_id: int, quantity: int) -> Tool:
        """Put pieces back that were taken, also of a tool that is out of use.

        Raises
        ------
        RuleViolation
            The quantity is no number of pieces, or the stock would be too large to count.
        NotFound
            There is no such tool.
        """
        return self._moved(await self._put(tool_id, quantity), "put_back", quantity)

    async def restock(self, tool_id: int, quantity: int) -> Tool:
        """Add pieces that were delivered.

        Raises
        ------
        RuleViolation, NotFound
            As :meth:`put_back`.
        """
        return self._moved(await self._put(tool_id, quantity), "restocked", quantity)

    async def count_stock(self, tool: Tool, quantity: int) -> Tool:
        """Correct the stock to what was counted, if nothing moved since ``tool`` was read.

        Raises
        ------
        RuleViolation
            The quantity is negative (``ck_tools_quantity_non_negative``).
        StaleVersion, NotFound
            Something moved while it was counted: count again; it is gone.
        """
        return await self._switched(tool, "counted", {_STOCK_COLUMN: quantity})

    async def _put(self, tool_id: int, quantity: int) -> Tool:
        return await _STOCK.put(self._executor, tool_id, pieces(Tool.entity, quantity))

    def _moved(self, tool: Tool, event: str, quantity: int) -> Tool:
        before, after = tool.quantity_available - quantity, tool.quantity_available
        self._note(AuditAction.UPDATE, event, tool, {_STOCK_COLUMN: before}, {_STOCK_COLUMN: after})
        return tool

    # -- in and out of use --------------------------------------------------------------

    async def activate(self, tool: Tool) -> Tool:
        """Let work be planned with a tool.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._switched(tool, "activated", {"is_active": True})

    async def deactivate(self, tool: Tool) -> Tool:
        """Give no more pieces of a tool out; what was taken may still be put back.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._switched(tool, "deactivated", {"is_active": False})

    # -- lists --------------------------------------------------------------------------

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

"""Machines: reference data that every identity reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.machines import Machine, MachineType
from platform_db.repositories.filters import Filter, Listing, equal
from platform_db.repositories.paging import Key
from platform_db.repositories.rows import Rows
from platform_db.schema.machines import machines

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["MachineFilter", "MachineRepository"]

_ROWS: Final = Rows(machines, Machine, "machine")
_BY_NAME: Final = Statement(
    sa.select(machines).where(machines.c.name == sa.bindparam("name", type_=machines.c.name.type))
)


class MachineFilter(Filter):
    """Which machines a list holds; None does not restrict."""

    type: MachineType | None = None


_KEYS: Final = (Key("name"), Key("id"))
_CONDITIONS: Final = {"type": equal("type")}
_LISTING: Final = Listing(machines, Machine, _KEYS, _CONDITIONS)
_ACTIVE: Final = Listing(machines, Machine, _KEYS, _CONDITIONS, name="active", only=(lambda table: table.c.is_active,))
_EVERY: Final = MachineFilter()


class MachineRepository:
    """Machines. Belongs to one unit of work and never commits. Every identity sees all of them."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, machine_id: int) -> Machine:
        """The machine of this id.

        Raises
        ------
        NotFound
            There is none.
        """
        return await _ROWS.get(self._executor, machine_id)

    async def by_name(self, name: str) -> Machine:
        """The machine of this name, letter for letter.

        Raises
        ------
        NotFound
            There is none.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_NAME, {"name": name}))

    async def page(self, chosen: MachineFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Machine]:
        """Machines, those out of service among them, by name; every row exactly once.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def active(
        self, chosen: MachineFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[Machine]:
        """Machines that work may be planned on, by name; every row exactly once.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _ACTIVE.page(self._executor, chosen, after=after, limit=limit)

"""Machines: what work is planned on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.machines import Machine, MachineChanges, MachineType, NewMachine
from platform_db.repositories.catalogue import CatalogueRepository, shelf
from platform_db.repositories.filters import Filter, Listing, equal
from platform_db.repositories.paging import Key
from platform_db.schema.machines import machines

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.domain.measures import Part
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.filters import Condition
    from platform_db.repositories.paging import Page

__all__ = ["MachineFilter", "MachineRepository"]


class MachineFilter(Filter):
    """Which machines a list holds; None does not restrict."""

    type: MachineType | None = None


class _Fitting(MachineFilter):
    """Machines whose envelope has room for these sides, the shortest first."""

    shortest: Decimal
    middle: Decimal
    longest: Decimal


_KEYS: Final = (Key("name"), Key("id"))
_CONDITIONS: Final = {"type": equal("type")}


def _is_active(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.is_active


def _room(side: str) -> Condition:
    """The envelope's side of this rank is at least the parameter's; numeric, so the sum is exact."""

    def condition(table: sa.Table) -> sa.ColumnElement[bool]:
        axes = [table.c[f"work_envelope_{axis}_mm"] for axis in "xyz"]
        least, greatest = sa.func.least(*axes), sa.func.greatest(*axes)
        ranked = {"shortest": least, "middle": axes[0] + axes[1] + axes[2] - least - greatest, "longest": greatest}
        return ranked[side] >= sa.bindparam(side, type_=sa.Numeric())

    return condition


_LISTING: Final = Listing(machines, Machine, _KEYS, _CONDITIONS)
_ACTIVE: Final = Listing(machines, Machine, _KEYS, _CONDITIONS, name="active", only=(_is_active,))
_FITTING: Final = Listing(
    machines,
    Machine,
    _KEYS,
    {**_CONDITIONS, **{side: _room(side) for side in ("shortest", "middle", "longest")}},
    name="fitting",
    only=(_is_active,),
)
_EVERY: Final = MachineFilter()

_SHELF: Final = shelf(machines, Machine, NewMachine, _LISTING, noun="machine", key=("name",))
_BY_NAME: Final = Statement(
    sa.select(machines).where(machines.c.name == sa.bindparam("name", type_=machines.c.name.type))
)


class MachineRepository(CatalogueRepository[Machine, MachineFilter, NewMachine, MachineChanges]):
    """Machines, by name, those out of service among them; its natural key. Every identity sees all of them."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _SHELF)

    async def by_name(self, name: str) -> Machine:
        """The machine of this name, letter for letter.

        Raises
        ------
        NotFound
            There is none.
        """
        return self._rows.found(await self._executor.fetch_row(_BY_NAME, {"name": name}))

    async def activate(self, machine: Machine) -> Machine:
        """Let work be planned on a machine.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._switched(machine, "activated", {"is_active": True})

    async def deactivate(self, machine: Machine) -> Machine:
        """Let no more work be planned on a machine; what is planned stays.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._switched(machine, "deactivated", {"is_active": False})

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

    async def that_fit(
        self, part: Part, chosen: MachineFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[Machine]:
        """Active machines that the part goes into, by name: those of which ``fits`` says so.

        ``limit`` and ``after`` as in :meth:`active`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list, part or filter.
        """
        shortest, middle, longest = part.sides
        fitting = _Fitting(type=chosen.type, shortest=shortest, middle=middle, longest=longest)
        return await _FITTING.page(self._executor, fitting, after=after, limit=limit)

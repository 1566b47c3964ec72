"""Rows of the catalogue to begin with, and what the audit log tells of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from platform_db.domain.machines import MachineType, NewMachine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.domain.models import Identified
    from platform_db.repositories.work import Database

__all__ = ["MILL", "machine", "told_of"]

MILL: Final = NewMachine(
    name="Dik işleme 1",
    type=MachineType.MILL_3AXIS,
    axes=3,
    post_processor="fanuc",
    spindle_max_rpm=8000,
    work_envelope_x_mm=Decimal(660),
    work_envelope_y_mm=Decimal("355.5"),
    work_envelope_z_mm=Decimal(508),
    hourly_rate=Decimal("150.00"),
)


def machine(name: str, **other: object) -> Mapping[str, object]:
    """A line of a file of machines."""
    line = {field: getattr(MILL, field) for field in MILL.model_fields_set}
    return {**line, "name": name, **other}


async def told_of(database: Database, row: Identified) -> list[tuple[str, str | None, object]]:
    """The entries about a row, the first first: action, event, payload."""
    async with database.unit_of_work() as work:
        page = await work.audit.history(row.entity, row.id)
    return [(entry.action.value, entry.event_type, entry.payload) for entry in reversed(page.items)]

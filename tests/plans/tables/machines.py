"""Machines, two in three of them mills and one in two hundred a Swiss lathe; one in fifty is out of service."""

from __future__ import annotations

from typing import Final

from platform_db.domain.machines import MachineType
from platform_db.repositories.machines import MachineFilter
from tests.plans.evidence import Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "name": "'Tezgâh ' || md5(i::text)",
        "type": (
            "(CASE WHEN i % 200 = 7 THEN 'swiss' WHEN i % 3 > 0 THEN 'mill_3axis' WHEN i % 2 = 0 THEN 'lathe' "
            "ELSE 'laser' END)::machine_type"
        ),
        "axes": "5",
        "is_active": "i % 50 > 0",
    },
)

SWISS: Final = MachineFilter(type=MachineType.SWISS)
LATHES: Final = MachineFilter(type=MachineType.LATHE)

EVIDENCE: Final = {
    "idx_machines_active": (
        Evidence("machines.active(type)", lambda work: work.machines.active(LATHES), as_user=True),
        Evidence("machines.active(type)", lambda work: work.machines.active(LATHES)),
    ),
    "idx_machines_type": (Evidence("machines.page(type)", lambda work: work.machines.page(SWISS), as_user=True),),
}

"""The table of machines: reference data that all users share."""

from __future__ import annotations

from platform_db.domain.machines import Machine
from platform_db.domain.rules import Message
from platform_db.schema.metadata import index, table, unique
from platform_db.schema.roles import Role

__all__ = ["machines"]

machines = table(
    Machine,
    unique("name", message=Message("Bu adla bir makine var", "There is a machine with this name")),
    index(
        "idx_machines_active",
        "type",
        "name",
        where="is_active",
        serves="The machines of a type that work may be planned on, by name.",
    ),
    index("idx_machines_type", "type", serves="All machines of a type, those out of service included."),
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.READONLY: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

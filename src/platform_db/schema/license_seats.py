"""The table of seats; each belongs to whoever holds its licence."""

from __future__ import annotations

from platform_db.domain.license_seats import LicenseSeat
from platform_db.domain.rules import Message
from platform_db.schema.metadata import Through, foreign_key, table, unique
from platform_db.schema.roles import Role

__all__ = ["license_seats"]

license_seats = table(
    LicenseSeat,
    foreign_key("license_id", "licenses"),
    unique(
        "license_id",
        "holder",
        message=Message("Bu adla lisansta zaten bir koltuk alınmış", "This holder already has a seat of the licence"),
    ),
    owner=Through(parent="licenses", column="license_id", owner="user_id"),
    personal=frozenset({"holder"}),
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "DELETE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

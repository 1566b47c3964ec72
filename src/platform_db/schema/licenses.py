"""The table of licences, and what keeps two of one plan from overlapping."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from platform_db.domain.licenses import License
from platform_db.domain.rules import Message
from platform_db.schema.metadata import foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["EXTRA_MEANINGS", "EXTRA_TYPES", "licenses"]

EXTRA_TYPES: Final = ("CREATE TYPE license_type_range AS RANGE (subtype = license_type)",)
"""Types beside the enums, created after them: a range over the plans, so that GiST compares plans."""

EXTRA_MEANINGS: Final = {"license_type_range": "A span of plans, so that an exclusion constraint can compare them."}


def _no_overlap() -> ExcludeConstraint:
    """Every operand is a range, so the built-in operator classes do and no extension is needed."""
    constraint = ExcludeConstraint(
        (sa.text("int8range(user_id, user_id, '[]')"), "&&"),
        (sa.text("license_type_range(type, type, '[]')"), "&&"),
        (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
        where=sa.text("status = 'active'"),
        using="gist",
        name="ex_licenses_no_overlap",
    )
    constraint.info["fields"] = ("user_id", "type", "starts_at", "ends_at")
    constraint.info["message"] = Message(
        "Kullanıcının bu dönemde aynı türden etkin bir lisansı var",
        "The user has an active licence of this type in this period",
    )
    return constraint


licenses = table(
    License,
    foreign_key("user_id", "users"),
    unique(
        "id",
        "user_id",
        message=Message("Lisans bu kullanıcıda zaten kayıtlı", "The licence is already recorded for this user"),
    ),
    _no_overlap(),
    index(
        "gin_licenses_features",
        "features",
        using="gin",
        serves="Licences that include a feature: features @> ….",
    ),
    index(
        "idx_licenses_expiring_soon",
        "ends_at",
        where="status = 'active'",
        serves="Active licences that end within the next days, soonest first.",
    ),
    index("idx_licenses_status_ends_at", "status", "ends_at", serves="Licences in a status that are due to expire."),
    index(
        "idx_licenses_user_status_ends",
        "user_id",
        "status",
        "ends_at",
        serves="The active licence of a user now, all of a user's licences, and the foreign key to users.",
    ),
    owner="user_id",
    personal=frozenset({"cancellation_reason"}),
    recorded=True,
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

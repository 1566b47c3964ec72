"""The table of refused writes: written by background work, outside the transaction that failed."""

from __future__ import annotations

from platform_db.domain.constraint_violations import ConstraintViolation
from platform_db.schema.metadata import index, table
from platform_db.schema.roles import Role

__all__ = ["constraint_violations"]

constraint_violations = table(
    ConstraintViolation,
    index(
        "idx_constraint_violations_occurred_at",
        "occurred_at",
        serves="Violations since an instant, and the sweep of those older than 90 days.",
    ),
    grants={
        Role.WORKER: {"SELECT": None, "INSERT": None, "DELETE": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

"""How much a broken constraint weighs: derived from what it reads, stated nowhere else."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.operations.preflight.names import columns_in

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Severity", "severity_of"]

_MONEY: Final = "_cents"
"""How a column of stored money ends: minor units."""


class Severity(StrEnum):
    """What a broken constraint means.

    ``CRITICAL``: money, identity or reference is untrue. Everything but a CHECK is; of the
    CHECKs those that read stored money (``…_cents``) or a column of a natural key (a unique
    key without the primary key, such as a document's number). ``HIGH``: a CHECK over several
    other columns, so that a row contradicts itself. ``OTHER``: a bound of one other column.
    """

    CRITICAL = "critical"
    HIGH = "high"
    OTHER = "other"


def severity_of(table: sa.Table, fields: Collection[str], *, of_check: bool) -> Severity:
    """The severity of a constraint that reads ``fields``."""
    if not of_check or any(field.endswith(_MONEY) for field in fields) or _natural_key(table) & set(fields):
        return Severity.CRITICAL
    return Severity.HIGH if len(fields) > 1 else Severity.OTHER


def _natural_key(table: sa.Table) -> set[str]:
    """The columns of every unique key that is not merely the primary key made wider for a foreign key."""
    surrogate = set(table.primary_key.columns.keys())
    unique = [each for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    keys = [set(each.columns.keys()) for each in unique]
    keys += [set(columns_in(table, map(str, index.expressions))) for index in table.indexes if index.unique]
    return set[str]().union(*(key for key in keys if not surrogate or not surrogate <= key))

"""A repair plan: rows by key, the rule they break, what is to become of them, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal, Self, TypeAlias

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError, model_validator

from platform_db.errors import UsageError
from platform_db.operations.preflight.declared import demands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.operations.preflight.declared import Demand

__all__ = ["VERSION", "Plan", "Repair", "RowKey", "demand_of", "key_columns", "read_plan"]

VERSION: Final = "version"
"""The member of a key that says which state of the row was reviewed, where its table counts them."""

_KEPT: Final = frozenset({VERSION, "created_at", "updated_at"})
"""Columns that the database keeps by itself, in a table that counts its rows' changes."""

_LARGEST_PLAN: Final = 10_000

RowKey: TypeAlias = dict[str, int | str]
_Name = Annotated[str, Field(min_length=1, max_length=63)]


class Repair(BaseModel):
    """One decision for the rows of ``keys``: new values, or their removal.

    Attributes
    ----------
    constraint
        The rule that the rows break. A row that does not break it any more is left alone.
    keys
        As the report prints them: every column of the primary key, and ``version`` where the
        table has one, so that a row changed since the review is not overwritten.
    columns
        Those that the rule reads, as a skeleton lists them; they decide nothing.
    reason, reviewed_by
        Go to the audit log as they are: no personal data but the reviewer's account name.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    table: _Name
    constraint: _Name
    keys: Annotated[tuple[RowKey, ...], Field(min_length=1, max_length=_LARGEST_PLAN)]
    changes: Annotated[dict[str, JsonValue], Field(min_length=1)] | None = Field(default=None, alias="set")
    delete: Literal[True] | None = None
    columns: tuple[_Name, ...] = ()
    reason: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]
    reviewed_by: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")] | None = None

    @model_validator(mode="after")
    def _one_decision(self) -> Self:
        if (self.changes is None) == (self.delete is None):
            message = 'say either "set" or "delete": true'
            raise ValueError(message)
        return self


Plan: TypeAlias = tuple[Repair, ...]
_plan: Final[TypeAdapter[Plan]] = TypeAdapter(
    Annotated[tuple[Repair, ...], Field(min_length=1, max_length=_LARGEST_PLAN)]
)


def read_plan(text: bytes, tables: sa.MetaData) -> Plan:
    """Parse a plan and hold it against the models; nothing is asked of a database.

    Raises
    ------
    UsageError
        It is no plan, or names what the models do not have; the text says where, without values.
    """
    faults: list[str] = []
    plan: Plan = ()
    try:
        plan = _plan.validate_json(text)
    except ValidationError as error:
        faults += [
            f"{'.'.join(str(step) for step in fault['loc']) or 'plan'}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    seen: set[tuple[object, ...]] = set()
    for place, repair in enumerate(plan):
        faults += [f"{place}.{fault}" for fault in _unfit(repair, tables)]
        for key in repair.keys:
            named = (repair.table, repair.constraint, *sorted((name, str(value)) for name, value in key.items()))
            if named in seen:
                faults.append(f"{place}.keys: the same row stands twice under {repair.constraint}")
            seen.add(named)
    if faults:
        message = f"the plan cannot be used: {'; '.join(faults)}"
        raise UsageError(message)
    return plan


def key_columns(table: sa.Table) -> tuple[str, ...]:
    """The columns of the primary key."""
    return tuple(column.name for column in table.primary_key.columns)


def demand_of(table: sa.Table, constraint: str) -> Demand | None:
    """The demand of this name on the table's rows."""
    return next((demand for demand in demands(table) if demand.name == constraint), None)


def _unfit(repair: Repair, tables: sa.MetaData) -> Iterator[str]:
    table = tables.tables.get(repair.table)
    if table is None:
        yield f"table: the models have no table {repair.table}"
        return
    if demand_of(table, repair.constraint) is None:
        yield f"constraint: {repair.table} has no {repair.constraint}"
    expected = {*key_columns(table), *([VERSION] if VERSION in table.columns else [])}
    if any(key.keys() != expected for key in repair.keys):
        yield f"keys: a row of {repair.table} is named by {', '.join(sorted(expected))}"
    else:
        yield from (
            f"keys: {fault}" for fault in sorted({fault for key in repair.keys for fault in _misfits(table, key)})
        )
    for name in repair.changes or {}:
        if name not in table.columns:
            yield f"set: {repair.table} has no column {name}"
        elif name in _by_the_database(table):
            yield f"set: {name} is not set by hand"


def _misfits(table: sa.Table, key: RowKey) -> Iterator[str]:
    """The members of a key that no row can have: a text for a number, a number that its column cannot hold."""
    for name, value in key.items():
        kind = table.columns[name].type
        if isinstance(kind, sa.Integer):
            bits = 64 if isinstance(kind, sa.BigInteger) else 16 if isinstance(kind, sa.SmallInteger) else 32
            if not isinstance(value, int) or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
                yield f"{name} is a whole number of {bits} bits"
        elif not isinstance(value, str):
            yield f"{name} is a text"


def _by_the_database(table: sa.Table) -> set[str]:
    kept = _KEPT if VERSION in table.columns else frozenset[str]()
    computed = {column.name for column in table.columns if column.computed is not None}
    return {*key_columns(table), *kept, *computed}

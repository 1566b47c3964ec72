"""Every constraint by name: what it is, which fields it is about, what a person is told.

The one place where a name that PostgreSQL reports becomes words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from platform_db.domain.rules import Message, Rule
from platform_db.schema.all_tables import metadata
from platform_db.schema.ddl import constraint_message
from platform_db.schema.metadata import facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Declared", "catalog", "fields_of"]

Kind = Literal["check", "unique", "foreign_key", "exclusion", "primary_key", "trigger"]


@dataclass(frozen=True, slots=True)
class Declared:
    """A constraint as the models declare it."""

    name: str
    kind: Kind
    table: str
    fields: tuple[str, ...]
    message: Message


@cache
def catalog() -> Mapping[str, Declared]:
    """Every declared constraint, by the name the server reports."""
    return MappingProxyType({item.name: item for table in metadata.sorted_tables for item in _declared(table)})


def _declared(table: sa.Table) -> Iterator[Declared]:
    for constraint in table.constraints:
        yield Declared(
            name=str(constraint.name),
            kind=_kind(constraint),
            table=table.name,
            fields=fields_of(constraint),
            message=constraint_message(constraint),
        )
    for index in table.indexes:
        if index.unique:
            told = index.info["message"]
            assert isinstance(told, Message), f"{index.name}: a unique index needs a message"  # noqa: S101
            written = " ".join(str(expression) for expression in index.expressions)
            columns = tuple(
                column.name for column in table.columns if re.search(rf"\b{column.name}\b", written) is not None
            )
            yield Declared(str(index.name), "unique", table.name, columns, told)
    model = facts(table).model
    for guard in model.all_guards():
        yield Declared(guard.constraint(table.name), "trigger", table.name, guard.fields, guard.message)


def _kind(constraint: sa.Constraint) -> Kind:
    if isinstance(constraint, sa.CheckConstraint):
        return "check"
    if isinstance(constraint, ExcludeConstraint):
        return "exclusion"
    if isinstance(constraint, sa.UniqueConstraint):
        return "unique"
    if isinstance(constraint, sa.ForeignKeyConstraint):
        return "foreign_key"
    return "primary_key"


def fields_of(constraint: sa.Constraint) -> tuple[str, ...]:
    """The columns that a constraint is about: its rule's, those it was given, or its own."""
    rule = constraint.info.get("rule")
    if isinstance(rule, Rule):
        return rule.fields
    named = constraint.info.get("fields")
    if named is not None:
        return tuple(named)
    if isinstance(constraint, sa.schema.ColumnCollectionConstraint):
        return tuple(constraint.columns.keys())
    return ()

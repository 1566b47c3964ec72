"""What the models demand of a table's rows, each demand as a value that can be asked of a server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation
from platform_db.operations.preflight.names import columns_in, quoted
from platform_db.operations.preflight.severity import Severity, severity_of
from platform_db.schema.catalog import fields_of
from platform_db.schema.ddl import constraint_message
from platform_db.schema.metadata import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Apart", "Demand", "Distinct", "Kind", "Question", "Reference", "RowRule", "demands", "type_demand"]

Kind = Literal["check", "not_null", "type", "foreign_key", "unique", "unique_index", "primary_key", "exclusion"]

_DIALECT: Final = PGDialect_asyncpg()


@dataclass(frozen=True, slots=True)
class RowRule:
    """Told from one row alone; ``breaks`` is SQL that is true of a row that breaks the demand."""

    breaks: str


@dataclass(frozen=True, slots=True)
class Distinct:
    """No two rows of those that meet ``where`` agree in every expression."""

    expressions: tuple[str, ...]
    where: str | None
    nulls_distinct: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """The columns, unless one is NULL, name a row of ``parent`` (MATCH SIMPLE)."""

    columns: tuple[str, ...]
    parent: sa.Table
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """For no two rows of those that meet ``where`` every operator holds between their operands."""

    operands: tuple[tuple[str, str], ...]
    where: str | None


Question = RowRule | Distinct | Reference | Apart


@dataclass(frozen=True, slots=True)
class Demand:
    """One constraint as the models declare it.

    Attributes
    ----------
    name
        As PostgreSQL reports it; NOT NULL of a column is ``<table>_<column>_not_null``.
    fields
        The columns it is about, in the order in which a person is told them.
    reads
        Every column that the question needs.
    """

    name: str
    kind: Kind
    table: str
    fields: tuple[str, ...]
    reads: frozenset[str]
    message: Message
    severity: Severity
    question: Question


def demands(table: sa.Table) -> Iterator[Demand]:
    """Every demand on the rows of ``table``: NOT NULL first, then CHECKs, keys, references and exclusions by name."""
    for column in table.columns:
        if not column.nullable:
            yield _not_null(table, column.name)
    for constraint in sorted(table.constraints, key=_place):
        yield _of_constraint(table, constraint)
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        if index.unique:
            yield _of_index(table, index)


def type_demand(table: sa.Table, column: str, sql_type: str, breaks: str) -> Demand:
    """The demand on a column whose live type is another one: every value must become one of ``sql_type``."""
    message = Message(
        f"{column} sütununda {sql_type} türüne çevrilemeyen değerler var",
        f"{column} holds values that do not become {sql_type}",
    )
    return Demand(
        name=f"{table.name}_{column}_type",
        kind="type",
        table=table.name,
        fields=(column,),
        reads=frozenset({column}),
        message=message,
        severity=severity_of(table, (column,), of_check=False),
        question=RowRule(breaks),
    )


def _not_null(table: sa.Table, column: str) -> Demand:
    name = f"{table.name}_{column}_not_null"
    return Demand(
        name=name,
        kind="not_null",
        table=table.name,
        fields=(column,),
        reads=frozenset({column}),
        message=_told_of_null(table, column, name),
        severity=severity_of(table, (column,), of_check=False),
        question=RowRule(f"{quoted(column)} IS NULL"),
    )


def _told_of_null(table: sa.Table, column: str, name: str) -> Message:
    """What the model itself says when the column's value is missing."""
    try:
        facts(table).model.parse({column: None})
    except RuleViolation as refused:
        told = [violation.message for violation in refused.violations if violation.rule == name]
        if told:
            return told[0]
    message = f"{name}: the model does not refuse NULL"
    raise TypeError(message)


def _place(constraint: sa.Constraint) -> tuple[int, str]:
    kinds = (sa.CheckConstraint, sa.PrimaryKeyConstraint, sa.UniqueConstraint, sa.ForeignKeyConstraint)
    place = next((at for at, kind in enumerate(kinds) if isinstance(constraint, kind)), len(kinds))
    return place, str(constraint.name)


def _of_constraint(table: sa.Table, constraint: sa.Constraint) -> Demand:
    kind, question = _asked(constraint)
    fields = fields_of(constraint)
    return Demand(
        name=str(constraint.name),
        kind=kind,
        table=table.name,
        fields=fields,
        reads=frozenset(fields) | columns_in(table, _texts(question)),
        message=constraint_message(constraint),
        severity=severity_of(table, fields, of_check=kind == "check"),
        question=question,
    )


def _asked(constraint: sa.Constraint) -> tuple[Kind, Question]:
    if isinstance(constraint, sa.CheckConstraint):
        return "check", RowRule(f"({_sql(constraint.sqltext)}) IS FALSE")
    if isinstance(constraint, sa.ForeignKeyConstraint):
        parents = tuple(element.column.name for element in constraint.elements)
        return "foreign_key", Reference(tuple(constraint.column_keys), constraint.referred_table, parents)
    if isinstance(constraint, ExcludeConstraint):
        # The operands are in no public attribute when they are written as text.
        operands = cast("Iterable[tuple[sa.ClauseElement, object, str]]", vars(constraint)["_render_exprs"])
        compared = tuple((_sql(operand), operator) for operand, _, operator in operands)
        where = cast("sa.ClauseElement | None", constraint.where)
        return "exclusion", Apart(compared, None if where is None else _sql(where))
    keys = cast("sa.UniqueConstraint | sa.PrimaryKeyConstraint", constraint)
    options = cast("dict[str, Any]", keys.dialect_options["postgresql"])
    question = Distinct(
        tuple(quoted(column.name) for column in keys.columns),
        None,
        nulls_distinct=not options.get("nulls_not_distinct"),
    )
    return "primary_key" if isinstance(keys, sa.PrimaryKeyConstraint) else "unique", question


def _of_index(table: sa.Table, index: sa.Index) -> Demand:
    options = cast("dict[str, Any]", index.dialect_options["postgresql"])
    where: sa.ClauseElement | None = options.get("where")
    expressions = tuple(_keyed(expression) for expression in index.expressions)
    question = Distinct(
        expressions,
        None if where is None else _sql(where),
        nulls_distinct=not options.get("nulls_not_distinct"),
    )
    keyed = columns_in(table, expressions)
    fields = tuple(column.name for column in table.columns if column.name in keyed)
    told = index.info["message"]
    assert isinstance(told, Message), f"{index.name}: a unique index needs a message"  # noqa: S101 - as the catalog
    return Demand(
        name=str(index.name),
        kind="unique_index",
        table=table.name,
        fields=fields,
        reads=columns_in(table, _texts(question)),
        message=told,
        severity=severity_of(table, fields, of_check=False),
        question=question,
    )


def _keyed(expression: object) -> str:
    """The expression of an index without its direction, which does not tell rows apart."""
    if isinstance(expression, sa.Column):
        return quoted(cast("sa.Column[object]", expression).name)
    return re.sub(r"(\s+(ASC|DESC))?(\s+NULLS\s+(FIRST|LAST))?$", "", _sql(cast("sa.ClauseElement", expression)))


def _sql(element: sa.ClauseElement) -> str:
    return str(element.compile(dialect=_DIALECT))


def _texts(question: Question) -> tuple[str, ...]:
    match question:
        case Distinct():
            return (*question.expressions, question.where or "")
        case Apart():
            return (*(operand for operand, _ in question.operands), question.where or "")
        case RowRule() | Reference():
            return ()

"""The data dictionary: every table with its columns, keys, indexes, triggers, policies and grants."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.schema import AddConstraint

from platform_db.operations.documentation.contexts import tables_by_context
from platform_db.operations.documentation.markdown import NOTICE, cell, code, rows
from platform_db.schema import ddl, security, summary
from platform_db.schema.all_triggers import triggers
from platform_db.schema.metadata import facts
from platform_db.schema.views import views

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from enum import StrEnum

    from platform_db.domain.rules import Rule
    from platform_db.schema.triggers import Trigger
    from platform_db.schema.views import View

__all__ = ["data_dictionary", "foreign_keys"]

_DIALECT: Final = PGDialect_asyncpg()
_SHORT: Final = {"timestamp with time zone": "timestamptz"}

_ABOUT: Final = """\
Every table of the schema, by context. A rule named here is a CHECK of the database and the same check of the domain
model; what it tells a person is in [constraints.md](constraints.md). The picture is [entities.svg](entities.svg).
"""


def data_dictionary() -> str:
    """Write the page of all tables and enum types."""
    contexts = tables_by_context()
    fired = _triggers_by_table()
    parts = [
        f"# Data dictionary\n\n{NOTICE}\n",
        _ABOUT,
        "\n".join(_contents(contexts)) + "\n",
    ]
    for context, tables in contexts.items():
        parts.append(f"## {context}\n")
        parts.extend(part for table in tables for part in _table(table, fired.get(table.name, ())) if part)
    parts.append("## Views\n")
    parts.extend(_view(view) for view in views())
    parts.append(_summary())
    parts.append("## Enum types\n")
    parts.extend(_enum(name, kind) for name, kind in sorted(_enums(contexts).items()))
    return "\n".join(parts)


def _contents(contexts: Mapping[str, tuple[sa.Table, ...]]) -> Iterator[str]:
    for context, tables in contexts.items():
        named = " · ".join(f"[{table.name}](#{table.name})" for table in tables)
        yield f"- [{context}](#{context.lower()}): {named}"
    yield "- [Views](#views) · [Enum types](#enum-types)"


def _triggers_by_table() -> dict[str, tuple[Trigger, ...]]:
    found: dict[str, tuple[Trigger, ...]] = {}
    for trigger in triggers():
        found[trigger.table] = (*found.get(trigger.table, ()), trigger)
    return found


def _table(table: sa.Table, fired: tuple[Trigger, ...]) -> Iterator[str]:
    yield f"### {table.name}\n"
    yield f"{cell(table.comment or '')}\n"
    yield rows(("column", "type", "null", "default", "rule", "description"), _columns(table))
    yield rows(("key", "columns", "holds"), _keys(table))
    yield rows(("foreign key", "columns", "refers to", "on delete"), foreign_keys(table))
    yield rows(("rule over several columns", "holds"), _row_rules(table))
    yield rows(("index", "on", "serves"), _indexes(table))
    yield rows(("trigger", "fires"), (_trigger(trigger) for trigger in fired))
    yield rows(("policy", "says"), _policies(table))
    yield rows(("role", "may"), _grants(table))
    if personal := facts(table).personal:
        yield f"May name a person: {', '.join(code(name) for name in sorted(personal))}.\n"


def _columns(table: sa.Table) -> Iterator[tuple[str, ...]]:
    rules = facts(table).model.all_rules()
    for column in table.columns:
        yield (
            code(column.name),
            cell(_type(column)),
            "yes" if column.nullable else "no",
            _default(column),
            "; ".join(_told(rule) for rule in rules if rule.fields == (column.name,)),
            cell(column.comment or ""),
        )


def _told(rule: Rule) -> str:
    return f"{cell(rule.name)}: {code(rule.sql)}"


def _type(column: sa.Column[object]) -> str:
    written = column.type.compile(dialect=_DIALECT)
    kind, collate, collation = written.partition(" COLLATE ")
    return _SHORT.get(kind.lower(), kind.lower()) + collate + collation


def _default(column: sa.Column[object]) -> str:
    if column.identity is not None:
        return "identity"
    if column.computed is not None:
        return f"generated: {code(str(column.computed.sqltext))}"
    default = column.server_default
    if isinstance(default, sa.DefaultClause):
        return code(str(default.arg).replace("\\:", ":"))
    return ""


def _keys(table: sa.Table) -> Iterator[tuple[str, ...]]:
    for constraint in sorted(table.constraints, key=lambda item: str(item.name)):
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint):
            primary = isinstance(constraint, sa.PrimaryKeyConstraint)
            nulls = constraint.dialect_options["postgresql"].get("nulls_not_distinct")
            holds = "primary key" if primary else "unique, NULL equals NULL" if nulls else "unique"
            yield code(str(constraint.name)), code(", ".join(constraint.columns.keys())), holds
        elif isinstance(constraint, ExcludeConstraint):
            statement = " ".join(str(AddConstraint(constraint).compile(dialect=_DIALECT)).split())
            _, _, rule = statement.partition(f"{constraint.name} ")
            yield code(str(constraint.name)), code(", ".join(constraint.info["fields"])), code(rule)


def foreign_keys(table: sa.Table) -> Iterator[tuple[str, ...]]:
    """The foreign keys of one table: name, own columns, what they refer to, action."""
    for constraint in sorted(table.foreign_key_constraints, key=lambda item: str(item.name)):
        theirs = ", ".join(element.target_fullname.partition(".")[2] for element in constraint.elements)
        parent: str = constraint.info["target"]
        yield (
            code(str(constraint.name)),
            code(", ".join(constraint.column_keys)),
            f"[{parent}](data-dictionary.md#{parent}) ({theirs})",
            cell(constraint.ondelete or ""),
        )


def _row_rules(table: sa.Table) -> Iterator[tuple[str, ...]]:
    for rule in facts(table).model.all_rules():
        if len(rule.fields) > 1:
            yield code(rule.constraint(table.name)), code(rule.sql)


def _indexes(table: sa.Table) -> Iterator[tuple[str, ...]]:
    for item, statement in zip(
        sorted(table.indexes, key=lambda each: each.name or ""), ddl.indexes(table), strict=True
    ):
        _, _, definition = statement.partition(f" ON {table.name} ")
        kind = "UNIQUE " if item.unique else ""
        yield code(str(item.name)), code(f"{kind}{definition}"), cell(item.info["comment"])


def _trigger(trigger: Trigger) -> tuple[str, ...]:
    fires = " ".join(re.sub(rf"^CREATE |TRIGGER {trigger.name} | ON {trigger.table}\b", "", trigger.sql).split())
    return code(trigger.name), f"{code(fires)}{', always' if trigger.always else ''}"


def _policies(table: sa.Table) -> Iterator[tuple[str, ...]]:
    for statement in security.row_security(table):
        named = re.fullmatch(rf"CREATE POLICY (\w+) ON {table.name} (.*)", statement, flags=re.DOTALL)
        if named:
            yield code(named[1]), code(named[2])


def _grants(table: sa.Table) -> Iterator[tuple[str, ...]]:
    for role, privileges in facts(table).grants.items():
        rights = [
            privilege if columns is None else f"{privilege} ({', '.join(code(name) for name in columns)})"
            for privilege, columns in privileges.items()
        ]
        yield code(role), ", ".join(rights)


def _view(view: View) -> str:
    readers = ", ".join(code(role) for role in view.readers)
    return f"### {view.name}\n\n{cell(view.comment)}\n\nRead by {readers}.\n"


def _summary() -> str:
    """The materialized view, from the statements that make it."""
    text = "\n".join(summary.statements())
    said = re.search(rf"COMMENT ON MATERIALIZED VIEW {summary.NAME} IS '(.*)'", text)
    readers = re.search(rf"GRANT SELECT ON {summary.NAME} TO (.*)", text)
    assert said is not None  # noqa: S101 - a test compares every comment
    assert readers is not None  # noqa: S101
    listed = ", ".join(code(role) for role in readers[1].split(", "))
    return f"### {summary.NAME}\n\nMaterialized. {cell(said[1])}\n\nRead by {listed}.\n"


def _enums(contexts: Mapping[str, tuple[sa.Table, ...]]) -> dict[str, tuple[type[StrEnum], list[str]]]:
    found: dict[str, tuple[type[StrEnum], list[str]]] = {}
    for tables in contexts.values():
        for table in tables:
            for column in table.columns:
                labels = facts(table).model.enum_of(column.name)
                if labels is not None:
                    name = _type(column).removesuffix("[]")
                    _, used = found.setdefault(name, (labels, []))
                    used.append(f"{table.name}.{column.name}")
    return found


def _enum(name: str, kind: tuple[type[StrEnum], list[str]]) -> str:
    labels, used = kind
    said = cell((inspect.getdoc(labels) or "").split("\n\n")[0])
    listed = ", ".join(code(label.value) for label in labels)
    return f"### {name}\n\n{said}\n\n{listed}\n\nUsed by {', '.join(code(column) for column in used)}.\n"

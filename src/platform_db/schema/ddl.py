"""Everything the models say, as statements that build an empty database.

The migrations are written from these statements and a test compares a migrated
database with one built here, by definition. Order: roles, types, tables, foreign keys,
indexes, functions, triggers, comments, row security, grants, views.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.schema import CreateIndex, CreateTable, ForeignKeyConstraint, PrimaryKeyConstraint

from platform_db.domain.audit_logs import CHAINS
from platform_db.domain.rules import Message
from platform_db.schema import licenses, security, summary
from platform_db.schema.all_tables import metadata
from platform_db.schema.all_triggers import triggers as every_trigger
from platform_db.schema.functions import BEFORE_TABLES, ROUTINES, routine_sql
from platform_db.schema.metadata import enum_meanings, enum_types
from platform_db.schema.views import views as every_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import sqlalchemy as sa

__all__ = [
    "comments",
    "constraint_message",
    "drop_views",
    "foreign_keys",
    "functions",
    "indexes",
    "ordered_tables",
    "rows",
    "statements",
    "table_statements",
    "triggers",
    "type_comments",
    "types",
    "views",
]

_DIALECT: Final = PGDialect_asyncpg()


def _compiled(element: sa.schema.ExecutableDDLElement) -> str:
    text = str(element.compile(dialect=_DIALECT)).strip()
    return re.sub(r"[ \t]+\n", "\n", text.replace("\t", "    "))


def ordered_tables() -> list[sa.Table]:
    """Every table; a parent comes before its children wherever the graph has no circle."""
    return list(metadata.sorted_tables)


def types() -> Iterator[str]:
    """The enum types, by name, and the range type of the licences."""
    for name, kind in sorted(enum_types.items()):
        labels = ", ".join(f"'{label}'" for label in kind.enums)
        yield f"CREATE TYPE {name} AS ENUM ({labels})"
    yield from licenses.EXTRA_TYPES


def type_comments() -> Iterator[str]:
    """What the enum types and the range type say of themselves."""
    for name, meaning in sorted({**enum_meanings, **licenses.EXTRA_MEANINGS}.items()):
        yield f"COMMENT ON TYPE {name} IS {_quoted(meaning)}"


def table_statements(table: sa.Table) -> Iterator[str]:
    """CREATE TABLE with its keys and CHECKs; foreign keys come once all tables are there."""
    yield _compiled(CreateTable(table, include_foreign_key_constraints=[]))


def foreign_keys(table: sa.Table) -> Iterator[str]:
    """The foreign keys of one table."""
    for constraint in sorted(table.foreign_key_constraints, key=_name):
        parent = constraint.info["target"]
        own = ", ".join(constraint.column_keys)
        theirs = ", ".join(element.target_fullname.partition(".")[2] for element in constraint.elements)
        yield (
            f"ALTER TABLE {table.name} ADD CONSTRAINT {_name(constraint)} "
            f"FOREIGN KEY ({own}) REFERENCES {parent} ({theirs}) ON DELETE {constraint.ondelete}"
        )


def indexes(table: sa.Table) -> Iterator[str]:
    """The indexes of one table that are not those of a constraint."""
    for item in sorted(table.indexes, key=lambda each: each.name or ""):
        yield _compiled(CreateIndex(item))


def functions(names: Iterable[str] = ROUTINES) -> Iterator[str]:
    """The functions, and who may call them."""
    for name in names:
        yield routine_sql(name)
        yield from security.function_grants(name)


def triggers() -> Iterator[str]:
    """The triggers; the guards fire for replicated changes too (ENABLE ALWAYS)."""
    for trigger in every_trigger():
        yield from trigger.statements


def views() -> Iterator[str]:
    """The views in lira, and the summary."""
    for view in every_view():
        yield from view.statements
    yield from summary.statements()


def drop_views() -> Iterator[str]:
    """What unmakes :func:`views`."""
    yield f"DROP MATERIALIZED VIEW {summary.NAME}"
    yield from (f"DROP VIEW {view.name}" for view in reversed(every_view()))


def constraint_message(constraint: sa.Constraint) -> Message:
    """What a constraint tells a person."""
    told = constraint.info.get("message")
    if isinstance(told, Message):
        return told
    if isinstance(constraint, ForeignKeyConstraint):
        own, parent = ", ".join(constraint.column_keys), constraint.info["target"]
        return Message(f"{own}, {parent} tablosundaki bir kayda bağlıdır", f"{own} refers to a row of {parent}")
    if isinstance(constraint, PrimaryKeyConstraint):
        return Message("Birincil anahtar", "Primary key")
    message = f"{constraint.name}: say what it tells a person"
    raise TypeError(message)


def comments(table: sa.Table) -> Iterator[str]:
    """COMMENT ON the table, its columns, its constraints and its indexes."""
    yield f"COMMENT ON TABLE {table.name} IS {_quoted(table.comment or '')}"
    for column in table.columns:
        yield f"COMMENT ON COLUMN {table.name}.{column.name} IS {_quoted(column.comment or '')}"
    for constraint in sorted(table.constraints, key=_name):
        told = _quoted(str(constraint_message(constraint)))
        yield f"COMMENT ON CONSTRAINT {_name(constraint)} ON {table.name} IS {told}"
    for item in sorted(table.indexes, key=lambda each: each.name or ""):
        yield f"COMMENT ON INDEX {item.name} IS {_quoted(item.info['comment'])}"


def rows() -> Iterator[str]:
    """The rows that belong to the schema itself: one head for each audit chain."""
    values = ", ".join(f"({chain})" for chain in range(CHAINS))
    yield f"INSERT INTO audit_chain_heads (chain_id) VALUES {values}"  # noqa: S608 - whole numbers


def partitions() -> Iterator[str]:
    """The partition that catches what no month takes; a row in it is an alarm."""
    yield "CREATE TABLE enterprise_audit_log_default PARTITION OF enterprise_audit_log DEFAULT"


def statements() -> Iterator[str]:
    """Build everything, for a role that may create roles; objects belong to platform_owner."""
    every = ordered_tables()
    yield from security.roles()
    yield "SET ROLE platform_owner"
    yield from types()
    yield from type_comments()
    yield from functions(BEFORE_TABLES)
    for table in every:
        yield from table_statements(table)
    yield from partitions()
    for table in every:
        yield from foreign_keys(table)
        yield from indexes(table)
    yield from functions(name for name in ROUTINES if name not in BEFORE_TABLES)
    yield from triggers()
    for table in every:
        yield from comments(table)
        yield from security.row_security(table)
        yield from security.grants(table)
    yield from views()
    yield from rows()
    yield "RESET ROLE"


def _name(constraint: sa.Constraint) -> str:
    return str(constraint.name)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

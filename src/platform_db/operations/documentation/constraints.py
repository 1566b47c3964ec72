"""The list of constraints: what each tells a person, and the matrix of the foreign keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.operations.documentation.contexts import tables_by_context
from platform_db.operations.documentation.dictionary import foreign_keys
from platform_db.operations.documentation.markdown import NOTICE, cell, code, rows
from platform_db.schema.catalog import catalog
from platform_db.schema.metadata import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import sqlalchemy as sa

    from platform_db.schema.catalog import Declared, Kind

__all__ = ["constraint_list"]

_KINDS: Final[Mapping[Kind, str]] = {
    "primary_key": "Primary key",
    "unique": "Unique",
    "exclusion": "Exclusion",
    "foreign_key": "Foreign key",
    "check": "Check",
    "trigger": "Guarded by a trigger",
}
"""The kinds in the order of the page, with their titles."""


_ABOUT: Final = """\
Every constraint under the name that PostgreSQL reports and that an error carries as its `rule`, with the fields it is
about and what it tells a person. The definitions are in [data-dictionary.md](data-dictionary.md). What one row cannot
show is guarded by triggers, which report a constraint's name too.
"""


def constraint_list() -> str:
    """Write the page of all constraints by table and kind, with messages in Turkish and English."""
    contexts = tables_by_context()
    found = catalog().values()
    parts = [
        f"# Constraints\n\n{NOTICE}\n",
        _ABOUT,
        rows(("kind", "count"), _counts(found)),
        "## Foreign keys and what deleting does\n",
        "RESTRICT keeps the parent, CASCADE deletes the children with it, SET NULL forgets the parent.\n",
        rows(
            ("foreign key", "columns", "refers to", "on delete"),
            (line for tables in contexts.values() for table in tables for line in foreign_keys(table)),
        ),
    ]
    for context, tables in contexts.items():
        parts.append(f"## {context}\n")
        parts.extend(part for table in tables for part in _table(table))
    return "\n".join(parts)


def _counts(found: Iterable[Declared]) -> Iterator[tuple[str, ...]]:
    kinds = [item.kind for item in found]
    for kind, title in _KINDS.items():
        yield title, str(kinds.count(kind))


def _table(table: sa.Table) -> Iterator[str]:
    yield f"### {table.name}\n"
    order = {rule.constraint(table.name): place for place, rule in enumerate(facts(table).model.all_rules())}
    own = [item for item in catalog().values() if item.table == table.name]
    for kind, title in _KINDS.items():
        of_kind = sorted(
            (item for item in own if item.kind == kind), key=lambda item: (order.get(item.name, 0), item.name)
        )
        if of_kind:
            yield rows((title, "fields", "Türkçe", "English"), map(_line, of_kind))


def _line(item: Declared) -> tuple[str, ...]:
    return (
        code(item.name),
        ", ".join(code(field) for field in item.fields),
        cell(item.message.tr),
        cell(item.message.en),
    )

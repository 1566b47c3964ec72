"""What the server has of the models' tables: columns and their types, size, constraints and how far they hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from platform_db.operations.preflight.session import Session

__all__ = ["Live", "LiveColumn", "LiveTable", "Standing", "Type", "look"]


class Standing(StrEnum):
    """How far the server already holds a constraint, by its name."""

    ABSENT = "absent"
    NOT_VALIDATED = "not_validated"
    """New rows are held to it, old ones were never read."""
    NOT_ENFORCED = "not_enforced"
    """It is only written down (PostgreSQL 18)."""
    INVALID = "invalid"
    """The index was left half built."""
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Type:
    """A column's type: PostgreSQL's name without length or scale, and the labels if it is an enum."""

    name: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """A column as the server has it."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table as the server has it.

    Attributes
    ----------
    pages
        Of the main fork, of the server's block size.
    is_whole
        One heap: no partitions, no children; its rows can be read in ranges of pages.
    """

    name: str
    pages: int
    bytes: int
    is_whole: bool
    columns: Mapping[str, LiveColumn]
    standings: Mapping[str, Standing]

    def standing(self, constraint: str) -> Standing:
        """How far the constraint of this name holds."""
        return self.standings.get(constraint, Standing.ABSENT)


@dataclass(frozen=True, slots=True)
class Live:
    """Every table of the models that is there, and the enum types in reach."""

    tables: Mapping[str, LiveTable]
    enums: Mapping[str, tuple[str, ...]]
    types: frozenset[str]
    """Of the types that the models want, those that the server has."""
    version: int
    """``server_version_num``."""

    @property
    def tests_input(self) -> bool:
        """Whether the server can say if a text becomes a type without trying (PostgreSQL 16)."""
        return self.version >= _TESTS_INPUT


_TESTS_INPUT: Final = 160_000

_TABLES: Final = """
    SELECT c.oid, c.relname::text AS name, pg_relation_size(c.oid) AS bytes,
        pg_relation_size(c.oid) / current_setting('block_size')::bigint AS pages,
        c.relkind = 'r' AND NOT c.relhassubclass AS is_whole
    FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[])
"""
_COLUMNS: Final = """
    SELECT a.attrelid AS oid, a.attname::text AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS not_null
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
"""
# One expression for every version: before 18 there is no column conenforced.
_CONSTRAINTS: Final = """
    SELECT con.conrelid AS oid, con.conname::text AS name, con.contype::text AS kind, con.convalidated AS validated,
        coalesce((to_jsonb(con) ->> 'conenforced')::boolean, true) AS enforced,
        (SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
         WHERE a.attrelid = con.conrelid AND a.attnum = con.conkey[1]) AS first_column
    FROM pg_catalog.pg_constraint AS con
    WHERE con.conrelid = ANY ($1::oid[])
"""
_INDEXES: Final = """
    SELECT i.indrelid AS oid, c.relname::text AS name, i.indisvalid AND i.indisready AS valid
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indisunique AND i.indrelid = ANY ($1::oid[])
"""
_TYPES: Final = "SELECT name FROM unnest($1::text[]) AS name WHERE to_regtype(name) IS NOT NULL"
_ENUMS: Final = """
    SELECT format_type(t.oid, NULL) AS name,
        (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e
         WHERE e.enumtypid = t.oid) AS labels
    FROM pg_catalog.pg_type AS t WHERE t.typtype = 'e'
"""


async def look(session: Session, names: Iterable[str], wanted: Iterable[str]) -> Live:
    """Read the catalogs for these tables of schema ``public``, and which of the types ``wanted`` there are."""
    version = cast("str", (await session.ask("SHOW server_version_num"))[0][0])
    enums = {
        cast("str", row["name"]): tuple(cast("list[str]", row["labels"] or [])) for row in await session.ask(_ENUMS)
    }
    types = {cast("str", row["name"]) for row in await session.ask(_TYPES, sorted(set(wanted)))}
    found = await session.ask(_TABLES, list(names))
    oids = [row["oid"] for row in found]
    columns: dict[object, dict[str, LiveColumn]] = {oid: {} for oid in oids}
    standings: dict[object, dict[str, Standing]] = {oid: {} for oid in oids}
    tables = {row["oid"]: cast("str", row["name"]) for row in found}
    for row in await session.ask(_COLUMNS, oids):
        name, kind = cast("str", row["name"]), cast("str", row["type"])
        columns[row["oid"]][name] = LiveColumn(name, Type(kind, enums.get(kind, ())))
        if row["not_null"]:
            standings[row["oid"]][f"{tables[row['oid']]}_{name}_not_null"] = Standing.VALID
    for row in await session.ask(_INDEXES, oids):
        standings[row["oid"]][cast("str", row["name"])] = Standing.VALID if row["valid"] else Standing.INVALID
    for row in await session.ask(_CONSTRAINTS, oids):
        name = cast("str", row["name"])
        if row["kind"] == "n":
            name = f"{tables[row['oid']]}_{row['first_column']}_not_null"
        if not row["enforced"]:
            standings[row["oid"]][name] = Standing.NOT_ENFORCED
        elif not row["validated"]:
            standings[row["oid"]][name] = Standing.NOT_VALIDATED
        else:
            standings[row["oid"]].setdefault(name, Standing.VALID)
    live = {
        cast("str", row["name"]): LiveTable(
            name=cast("str", row["name"]),
            pages=cast("int", row["pages"]),
            bytes=cast("int", row["bytes"]),
            is_whole=cast("bool", row["is_whole"]),
            columns=columns[row["oid"]],
            standings=standings[row["oid"]],
        )
        for row in found
    }
    return Live(live, enums, frozenset(types), int(version))

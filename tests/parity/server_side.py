"""What PostgreSQL says of rows: bare copies of the tables, filled from text.

A bare copy has the table's columns, CHECKs and NOT NULLs and nothing else, so that keys,
triggers and row security do not interfere. Its twin is loose: no constraint at all. Values
arrive as text, so NaN and infinity stay what they are, and every CHECK is evaluated on the
row's stored values besides being enforced.
"""

# ruff: noqa: S608 - the names in the statements are the schema's own

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import orjson
from sqlalchemy.dialects import postgresql

from platform_db.database.driver import DriverConnection
from tests.parity.source import Source, not_null_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import sqlalchemy as sa


class Connection(DriverConnection, Protocol):
    """What these tests use of the driver."""

    async def fetchmany(self, query: str, args: Iterable[Sequence[object]]) -> list[Mapping[str, object]]: ...
    async def close(self) -> None: ...


async def connect(url: str) -> Connection:
    """Open a connection past the library's pool."""
    return cast("Connection", await asyncpg.connect(url))  # pyright: ignore[reportUnknownMemberType]


__all__ = [
    "BareTable",
    "Connection",
    "Verdict",
    "as_text",
    "bare_name",
    "column_text",
    "connect",
    "loose_name",
    "type_of",
]

_DIALECT: Final = postgresql.dialect()
PLACE: Final = "parity_place"


def bare_name(table: str) -> str:
    return f"bare_{table}"


def loose_name(table: str) -> str:
    return f"loose_{table}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server says of one row.

    Attributes
    ----------
    refusal
        The name under which an INSERT is refused, or None.
    broken
        Every CHECK that is false of the row.
    """

    refusal: str | None
    broken: frozenset[str]


def as_text(value: object) -> str | None:  # noqa: PLR0911 - one line a type
    """The value as PostgreSQL reads it from text; the first and last instant and day stand for the infinite ones."""
    match value:
        case None | str():
            return None if value is None else str(value)
        case bool():
            return "true" if value else "false"
        case bytes():
            return rf"\x{value.hex()}"
        case datetime():
            return _infinite(value.replace(tzinfo=None), datetime) or value.isoformat()
        case Decimal():
            return "NaN" if value.is_nan() else str(value)
        case date():
            return _infinite(value, date) or value.isoformat()
        case _:
            return str(value)


def _infinite(value: date, kind: type[date]) -> str | None:
    return {kind.max: "infinity", kind.min: "-infinity"}.get(value)


def _array_text(values: Iterable[object]) -> str:
    quoted = ('"' + str(item).replace("\\", r"\\").replace('"', r"\"") + '"' for item in values)
    return "{" + ",".join(quoted) + "}"


def column_text(column: sa.Column[object], value: object) -> str | None:
    """A column's value as PostgreSQL reads it from text."""
    if value is None:
        return None
    if isinstance(column.type, postgresql.JSONB):
        return orjson.dumps(value).decode()
    if isinstance(column.type, postgresql.ARRAY):
        return _array_text(cast("Iterable[object]", value))
    return as_text(value)


def type_of(column: sa.Column[object]) -> str:
    """A column's type, as a cast names it."""
    return str(column.type.compile(dialect=_DIALECT)).split(" COLLATE")[0]


@dataclass(frozen=True, slots=True)
class BareTable:
    """The bare and the loose copy of one table, in one session."""

    source: Source
    connection: Connection
    definitions: Mapping[str, str]
    """The CHECKs of the live table: name and expression."""

    @classmethod
    async def make(cls, source: Source, connection: Connection) -> BareTable:
        """Copy the table, once a session."""
        name, bare, loose = source.name, bare_name(source.name), loose_name(source.name)
        definitions = {
            cast("str", record["conname"]): cast("str", record["expression"])
            for record in await connection.fetch(
                "SELECT conname, pg_get_expr(conbin, conrelid) AS expression FROM pg_constraint "
                "WHERE contype = 'c' AND conrelid = $1::text::regclass ORDER BY conname",
                name,
            )
        }
        made = cls(source, connection, definitions)
        if await connection.fetchval("SELECT to_regclass($1)", f"pg_temp.{bare}") is None:
            nullable = ", ".join(f"ALTER {column.name} DROP NOT NULL" for column in source.columns)
            await connection.execute(
                f"CREATE TEMPORARY TABLE {loose} (LIKE {name}, {PLACE} integer);"
                f"ALTER TABLE {loose} {nullable};"
                f"CREATE TEMPORARY TABLE {bare} (LIKE {name} INCLUDING CONSTRAINTS, {PLACE} integer);"
                + made._function()
            )
        return made

    def _function(self) -> str:
        name, bare, loose = self.source.name, bare_name(self.source.name), loose_name(self.source.name)
        judged = ", ".join(
            f"CASE WHEN ({expression}) IS FALSE THEN '{check}' END" for check, expression in self.definitions.items()
        )
        return f"""
            CREATE FUNCTION pg_temp.verdicts_{name}() RETURNS TABLE (place integer, refusal text, broken text[])
            LANGUAGE plpgsql AS $body$
            DECLARE
                line {loose}%ROWTYPE;
            BEGIN
                FOR line IN SELECT * FROM {loose} ORDER BY {PLACE} LOOP
                    place := line.{PLACE};
                    refusal := NULL;
                    broken := NULL;
                    BEGIN
                        SELECT array_remove(ARRAY[{judged}]::text[], NULL) INTO broken FROM (SELECT line.*) AS given;
                        INSERT INTO {bare} VALUES (line.*);
                    EXCEPTION
                        WHEN check_violation THEN
                            GET STACKED DIAGNOSTICS refusal = CONSTRAINT_NAME;
                        WHEN not_null_violation THEN
                            GET STACKED DIAGNOSTICS refusal = COLUMN_NAME;
                            refusal := '{not_null_name(name, "' || refusal || '")}';
                        WHEN OTHERS THEN
                            refusal := SQLSTATE || ' ' || SQLERRM;
                    END;
                    RETURN NEXT;
                END LOOP;
            END $body$;
        """

    async def fill(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Put the rows, and no others, into the loose copy; the bare copy becomes empty."""
        columns = self.source.columns
        loose, bare = loose_name(self.source.name), bare_name(self.source.name)
        lines = [[column_text(column, row[column.name]) for row in rows] for column in columns]
        await self.connection.execute(f"TRUNCATE {loose}, {bare}")
        given = ", ".join(f"${place}::text[]" for place in range(1, len(columns) + 1))
        read = ", ".join(f"line.{column.name}::{type_of(column)}" for column in columns)
        names = ", ".join(column.name for column in columns)
        await self.connection.execute(
            f"INSERT INTO {loose} ({names}, {PLACE}) "
            f"SELECT {read}, {PLACE} FROM unnest({given}) WITH ORDINALITY AS line({names}, {PLACE})",
            *lines,
        )

    async def judge(self, rows: Sequence[Mapping[str, object]]) -> list[Verdict]:
        """Fill the loose copy, evaluate every CHECK on each row there, and try to insert it into the bare one."""
        await self.fill(rows)
        found = await self.connection.fetch(
            f"SELECT refusal, broken FROM pg_temp.verdicts_{self.source.name}() ORDER BY place"
        )
        assert len(found) == len(rows)
        return [
            Verdict(cast("str | None", each["refusal"]), frozenset(cast("list[str] | None", each["broken"]) or ()))
            for each in found
        ]

    async def columns_read(self) -> dict[str, frozenset[str]]:
        """For each CHECK the columns that PostgreSQL says it reads (``pg_constraint.conkey``)."""
        found = await self.connection.fetch(
            "SELECT conname, array_agg(attname::text) AS names FROM pg_constraint "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) "
            "WHERE contype = 'c' AND conrelid = $1::text::regclass GROUP BY conname",
            self.source.name,
        )
        return {cast("str", each["conname"]): frozenset(cast("list[str]", each["names"])) for each in found}

    async def not_null(self) -> set[str]:
        """The columns of the live table that admit no NULL."""
        found = await self.connection.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND attnotnull",
            self.source.name,
        )
        return {cast("str", each["attname"]) for each in found}

    async def accepted(self) -> list[dict[str, object]]:
        """The rows of the bare copy as the library's codecs read them, in the order they were given."""
        names = ", ".join(column.name for column in self.source.columns)
        found = await self.connection.fetch(f"SELECT {names} FROM {bare_name(self.source.name)} ORDER BY {PLACE}")
        return [dict(row.items()) for row in found]

    async def write_text(self, values: Mapping[str, object], column: str, text: str) -> bool:
        """Insert the row with one column given as text, as psql would; whether the server takes it."""
        bare = bare_name(self.source.name)
        await self.connection.execute(f"DELETE FROM {bare}")
        names = ", ".join(each.name for each in self.source.columns)
        read = ", ".join(f"${at}::text::{type_of(each)}" for at, each in enumerate(self.source.columns, 1))
        given = [text if each.name == column else column_text(each, values[each.name]) for each in self.source.columns]
        try:
            await self.connection.execute(f"INSERT INTO {bare} ({names}) VALUES ({read})", *given)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.StatementTooComplexError):
            return False
        return True

    async def tells_apart(self, predicate: str, other: str) -> bool:
        """Whether any row of the loose copy is judged differently by two predicates."""
        found = await self.connection.fetchval(
            f"SELECT EXISTS (SELECT FROM {loose_name(self.source.name)} "
            f"WHERE (({predicate}) IS FALSE) IS DISTINCT FROM (({other}) IS FALSE))"
        )
        return bool(found)

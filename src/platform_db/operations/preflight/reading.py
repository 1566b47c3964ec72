"""A live table read in the shape of its model, whatever types its columns have today.

A column of another type is converted value by value. A value that does not convert reads
as NULL, so that no CHECK meets it, and breaks a demand of its own (kind ``type``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, cast

from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from platform_db.database.opening import quote_literal
from platform_db.operations.preflight.declared import RowRule, type_demand
from platform_db.operations.preflight.names import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

    from platform_db.operations.preflight.declared import Demand
    from platform_db.operations.preflight.live import Live, LiveTable, Type

__all__ = ["PART", "PLACE", "Reading", "Relation", "raw", "reading_of", "relation_of", "wanted_type"]

PLACE: Final = '"#place"'
PART: Final = '"#part"'
"""Where a row lies: its ctid, and the table or partition that holds it."""

_DIALECT: Final = PGDialect_asyncpg()

# By the type wanted, what becomes one without a question.
_WIDENS: Final[dict[str, frozenset[str]]] = {
    "text": frozenset({"character varying", "character", "name"}),
    "integer": frozenset({"smallint"}),
    "bigint": frozenset({"smallint", "integer"}),
    "numeric": frozenset({"smallint", "integer", "bigint", "real", "double precision"}),
    "timestamp with time zone": frozenset({"timestamp without time zone", "date"}),
    "jsonb": frozenset(),
}
_WHOLE: Final = {"smallint": 15, "integer": 31, "bigint": 63}
_NUMBERS: Final = frozenset({*_WHOLE, "numeric", "real", "double precision"})

# What PostgreSQL 15 has to do with: patterns of the usual forms. From 16 on the server itself is asked.
_PATTERNS: Final = {
    **dict.fromkeys(_WHOLE, r"^\s*[+-]?[0-9]{1,200}\s*$"),
    "numeric": (
        r"^\s*([+-]?([0-9]{1,200}(\.[0-9]{0,200})?|\.[0-9]{1,200})([eE][+-]?[0-9]{1,3})?"
        r"|[nN][aA][nN]|[+-]?[iI]nf(inity)?)\s*$"
    ),
    "boolean": r"^\s*([tT](rue|RUE)?|[fF](alse|ALSE)?|[yY](es|ES)?|[nN](o|O)?|on|ON|off|OFF|0|1)\s*$",
    "uuid": r"^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column of the model is read.

    Attributes
    ----------
    value
        SQL for the value, in the model's type or, for an enum that is not there yet, as text.
    state
        ``same`` type; ``converted`` without loss; ``tested`` value by value; ``unreadable``
        where this server cannot say which values would convert.
    """

    column: str
    wanted: str
    found: str
    value: str
    state: Literal["same", "converted", "tested", "unreadable"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A live table in its model's shape: ``sql`` is a sub-select for FROM."""

    table: sa.Table
    live: LiveTable
    readings: tuple[Reading, ...]
    only: str = "true"
    """Which rows: a predicate of the stored columns, qualified by ``t``."""
    fence: str = ""
    """OFFSET 0 where no expression may meet a row that ``only`` leaves out."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The model's columns that the live table does not have."""
        return tuple(column.name for column in self.table.columns if column.name not in self.live.columns)

    @property
    def readable(self) -> frozenset[str]:
        """The columns that a demand can be judged by."""
        return frozenset(each.column for each in self.readings if each.state != "unreadable")

    @property
    def differing(self) -> tuple[Reading, ...]:
        return tuple(each for each in self.readings if each.state != "same")

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row: the model's primary key, or nothing where it is not there yet."""
        names = tuple(column.name for column in self.table.primary_key.columns)
        return names if set(names) <= self.live.columns.keys() else ()

    @property
    def sql(self) -> str:
        values = [f"t.tableoid AS {PART}", f"t.ctid AS {PLACE}"]
        for each in self.readings:
            if each.state != "unreadable":
                values.append(f"{each.value} AS {quoted(each.column)}")
            if each.state != "same":
                values.append(f"t.{quoted(each.column)} AS {raw(each.column)}")
        # A partitioned table keeps its rows in its partitions.
        return f"(SELECT {', '.join(values)} FROM public.{quoted(self.live.name)} AS t WHERE {self.only}{self.fence})"  # noqa: S608

    def judging(self, demand: Demand) -> Demand:
        """The demand as it is asked of this relation: whether a value is there at all is told from what is stored."""
        if demand.kind != "not_null" or all(each.column != demand.fields[0] for each in self.differing):
            return demand
        return replace(demand, question=RowRule(f"{raw(demand.fields[0])} IS NULL"))

    def type_demands(self) -> Iterable[Demand]:
        """That every value of a column of another type converts."""
        for each in self.readings:
            if each.state == "tested":
                breaks = f"{raw(each.column)} IS NOT NULL AND {quoted(each.column)} IS NULL"
                yield type_demand(self.table, each.column, each.wanted, breaks)


def raw(column: str) -> str:
    """The name, in a relation, of a column's value as it is stored."""
    return quoted(f"#stored {column}")


def relation_of(table: sa.Table, live: Live) -> Relation:
    """Read ``table`` as it is in ``live``, where it must be."""
    found = live.tables[table.name]
    readings = tuple(
        _reading(column, found.columns[column.name].type, live)
        for column in table.columns
        if column.name in found.columns
    )
    return Relation(table, found, readings)


def _reading(column: sa.Column[object], found: Type, live: Live) -> Reading:
    stored, wanted = f"t.{quoted(column.name)}", wanted_type(column)
    labels = _labels(column.type)
    if labels and found.name in {"text[]", "character varying[]"}:
        value, state = _label_list(stored, wanted, labels, live)
    elif labels and not isinstance(column.type, postgresql.ARRAY):
        value, state = _label(stored, wanted, labels, (found, live))
    else:
        return reading_of(column.name, wanted, found.name, live)
    return Reading(column.name, wanted, found.name, value, state)


def reading_of(column: str, wanted: str, found: str, live: Live) -> Reading:
    """How a column of type ``found`` is read as one of ``wanted``, neither of them a list of labels."""
    value, state = _converted(f"t.{quoted(column)}", wanted, found, live)
    return Reading(column, wanted, found, value, state)


def wanted_type(column: sa.Column[object]) -> str:
    """The type of the model's column as PostgreSQL writes it, without length or scale."""
    if isinstance(column.type, postgresql.ENUM):
        return str(column.type.name)
    return str(column.type.compile(dialect=_DIALECT)).split(" COLLATE")[0].lower()


def _labels(kind: sa.types.TypeEngine[object]) -> tuple[str, ...]:
    if isinstance(kind, postgresql.ARRAY):
        kind = cast("sa.types.TypeEngine[object]", kind.item_type)
    return tuple(kind.enums) if isinstance(kind, postgresql.ENUM) else ()


def _label(
    stored: str, wanted: str, labels: tuple[str, ...], at: tuple[Type, Live]
) -> tuple[str, Literal["same", "tested"]]:
    """A label of an enum: of the type itself where the server has every label, as text where it does not."""
    found, live = at
    there = live.enums.get(wanted, ())
    if found.name == wanted and set(there) == set(labels):
        return stored, "same"
    kept = f"{stored}::text::{quoted(wanted)}" if set(labels) <= set(there) else f"{stored}::text"
    return f"CASE WHEN {stored}::text = ANY ({_array(labels)}) THEN {kept} END", "tested"


def _label_list(stored: str, wanted: str, labels: tuple[str, ...], live: Live) -> tuple[str, Literal["tested"]]:
    kept = f"{stored}::text[]::{wanted}" if set(labels) <= set(live.enums.get(wanted[:-2], ())) else f"{stored}::text[]"
    return f"CASE WHEN {stored}::text[] <@ {_array(labels)} THEN {kept} END", "tested"


def _array(labels: tuple[str, ...]) -> str:
    return f"ARRAY[{', '.join(map(quote_literal, labels))}]::text[]"


def _converted(
    stored: str, wanted: str, found: str, live: Live
) -> tuple[str, Literal["same", "converted", "tested", "unreadable"]]:
    if found == wanted or wanted not in live.types:
        return stored, "same" if found == wanted else "unreadable"
    if found in _WIDENS.get(wanted, ()) or wanted == "text":
        return f"{stored}::{wanted}", "converted"
    if found in _NUMBERS and wanted in _WHOLE:
        return _whole(f"{stored}::numeric", wanted), "tested"
    text = f"{stored}::text"
    if live.tests_input:
        test = f"pg_input_is_valid({text}, {quote_literal(wanted)})"
        return f"CASE WHEN {test} THEN {text}::{wanted} END", "tested"
    if wanted in _PATTERNS:
        test = f"{text} ~ {quote_literal(_PATTERNS[wanted])}"
        # Digits alone can still be too many: as a number first.
        read = _whole(f"{text}::numeric", wanted) if wanted in _WHOLE else f"{text}::{wanted}"
        return f"CASE WHEN {test} THEN {read} END", "tested"
    return stored, "unreadable"


def _whole(number: str, wanted: str) -> str:
    """A number as a whole one of ``wanted``, or NULL where it has a fraction, is too large, NaN or infinite."""
    bits = _WHOLE[wanted]
    fits = f"{number} BETWEEN {-(2**bits)} AND {2**bits - 1}"
    return f"CASE WHEN {fits} THEN CASE WHEN trunc({number}) = {number} THEN {number}::{wanted} END END"

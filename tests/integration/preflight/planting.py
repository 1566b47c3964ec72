"""Rows put into tables that refuse nothing, and what plain Python says of them, row by row and pair by pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa

from platform_db.operations.preflight import chosen_tables, preflight
from tests.parity.server_side import column_text, type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from platform_db.operations.preflight import Report, TableReport
    from tests.parity.source import Row, Source
    from tests.raw import Raw

__all__ = ["EVERY", "Broken", "Ground", "brute_force", "found_in"]

EVERY: Final = 1_000_000
"""More samples than any table here has rows: the report then names every row."""

KeyOf = Callable[["Row"], "list[object] | None"]
"""Gives what a key tells a row apart by, or None for a row that it is not about."""

Broken = dict[str, Counter[object]]
"""For each constraint that is broken the ids of the rows, as often as they occur."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A database without constraints."""

    url: str
    owner: Raw

    async def plant(self, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Store the rows, each value through its text."""
        columns: list[sa.Column[object]] = list(table.columns)
        lines = [[column_text(column, row[column.name]) for row in rows] for column in columns]
        given = ", ".join(f"${place}::text[]" for place in range(1, len(columns) + 1))
        names = ", ".join(column.name for column in columns)
        read = ", ".join(f"line.{column.name}::{type_of(column)}" for column in columns)
        await self.owner.execute(
            f"INSERT INTO {table.name} ({names}) OVERRIDING SYSTEM VALUE "  # noqa: S608 - the models' names
            f"SELECT {read} FROM unnest({given}) AS line({names})",
            *lines,
        )

    async def examined(self, *names: str, samples: int = EVERY) -> Report:
        """The report on these tables."""
        return await preflight(self.url, chosen_tables(names), samples=samples)


def found_in(report: TableReport, key: str) -> Broken:
    """What a report names, in the form of the brute force; the counts are those of the keys."""
    for finding in report.constraints:
        assert finding.rows == len(finding.samples), finding.name
    return {
        finding.name: Counter(row.key[key] for row in finding.samples)
        for finding in report.constraints
        if finding.samples
    }


def brute_force(source: Source, rows: Sequence[Row], key: str) -> tuple[Broken, int]:
    """What each rule says of each row, each key of each pair; and how many rows break none."""
    broken: list[set[str]] = [set(source.broken(row)) for row in rows]
    for constraint in source.table.constraints:
        name = str(constraint.name)
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint):
            nulls = bool(constraint.dialect_options["postgresql"].get("nulls_not_distinct"))
            key_of = _values_of([column.name for column in constraint.columns])
            _mark(broken, name, _sharing(rows, key_of, nulls=nulls))
        elif isinstance(constraint, sa.ForeignKeyConstraint):
            _mark(broken, name, _orphans(source.table, constraint, rows))
        elif name == "ex_licenses_no_overlap":
            _mark(broken, name, _overlapping(rows))
    for index in source.table.indexes:
        if index.unique:
            nulls = bool(index.dialect_options["postgresql"].get("nulls_not_distinct"))
            _mark(broken, str(index.name), _sharing(rows, _INDEXED[str(index.name)], nulls=nulls))
    found: Broken = {}
    for row, names in zip(rows, broken, strict=True):
        for name in names:
            found.setdefault(name, Counter())[row[key]] += 1
    return found, sum(not names for names in broken)


# What each unique index tells apart, said again by hand. (lower() of collation "C" is ASCII's.)
_INDEXED: Final[Mapping[str, KeyOf]] = {
    "uq_users_email": lambda row: [_ascii_lower(cast("str | None", row["email"]))],
    "puq_payment_methods_buyer_id": lambda row: [row["buyer_id"]] if row["is_default"] is True else None,
    "uq_jobs_idempotency_key": lambda row: (
        None if row["idempotency_key"] is None else [row["user_id"], row["idempotency_key"]]
    ),
}


def _values_of(columns: Sequence[str]) -> KeyOf:
    return lambda row: [row[name] for name in columns]


def _ascii_lower(text: str | None) -> str | None:
    return None if text is None else "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _mark(broken: list[set[str]], name: str, places: Iterable[int]) -> None:
    for place in places:
        broken[place].add(name)


def _sharing(rows: Sequence[Row], key_of: KeyOf, *, nulls: bool) -> list[int]:
    keys = [None if (values := key_of(row)) is None else tuple(map(_comparable, values)) for row in rows]
    counted = Counter(keys)
    return [place for place, key in enumerate(keys) if key and counted[key] > 1 and (nulls or None not in key)]


def _orphans(table: sa.Table, constraint: sa.ForeignKeyConstraint, rows: Sequence[Row]) -> list[int]:
    """Only the table itself has rows: every other parent is empty."""
    own = [element.parent.name for element in constraint.elements]
    theirs = [element.column.name for element in constraint.elements]
    is_self = constraint.referred_table is table
    parents = {tuple(_comparable(row[name]) for name in theirs) for row in rows} if is_self else set[object]()
    keys = [tuple(_comparable(row[name]) for name in own) for row in rows]
    return [place for place, key in enumerate(keys) if None not in key and key not in parents]


def _overlapping(rows: Sequence[Row]) -> list[int]:
    """Active licences of one user and plan whose periods meet, each compared with each; or that have no period.

    A range without a bound is open: a licence of nobody is everybody's, one without an end never ends.
    """
    active = [(place, row) for place, row in enumerate(rows) if row["status"] == "active"]
    failing = [place for place, row in active if _has_no_period(row) or row["user_id"] == 2**63 - 1]
    whole = [(place, row) for place, row in active if place not in failing]
    meeting = [place for place, a in whole if any(other != place and _meet(a, b) for other, b in whole)]
    return failing + meeting


def _meet(a: Row, b: Row) -> bool:
    same = all(None in {a[name], b[name]} or a[name] == b[name] for name in ("user_id", "type"))
    return same and _begin(a) < _end(b) and _begin(b) < _end(a) and _begin(a) < _end(a) and _begin(b) < _end(b)


def _begin(row: Row) -> datetime:
    return cast("datetime | None", row["starts_at"]) or _EVER[0]


def _end(row: Row) -> datetime:
    return cast("datetime | None", row["ends_at"]) or _EVER[1]


_EVER: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def _has_no_period(row: Row) -> bool:
    """PostgreSQL makes no range of a period that ends before it begins."""
    start, end = cast("datetime | None", row["starts_at"]), cast("datetime | None", row["ends_at"])
    return start is not None and end is not None and start > end


def _comparable(value: object) -> object:
    """A value that equals another where PostgreSQL's do."""
    match value:
        case Decimal():
            return "NaN" if value.is_nan() else value
        case datetime():
            return str(value) if value.year in {MINYEAR, MAXYEAR} else value.astimezone(UTC)
        case date() | None | bool() | int() | str() | bytes():
            return value
        case list():
            return tuple(cast("list[object]", value))
        case _:
            return str(value)

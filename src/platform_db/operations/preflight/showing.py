"""What a report may show of a row: its key, and figures that every analyst may see anyway."""

# ruff: noqa: S608 - names are quoted, expressions are the models' own

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa

from platform_db.operations.preflight.declared import RowRule
from platform_db.operations.preflight.names import quoted
from platform_db.operations.preflight.questions import breaks_of, places_of
from platform_db.operations.preflight.reading import PART, PLACE, raw
from platform_db.operations.preflight.report import Label, Row
from platform_db.schema.metadata import facts
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from platform_db.operations.preflight.questions import Asked
    from platform_db.operations.preflight.reading import Relation
    from platform_db.operations.preflight.session import Session

__all__ = ["first_labels", "first_rows", "is_open"]

_LABEL_LENGTH: Final = 100
_VERSION: Final = "version"


def is_open(table: sa.Table, column: str) -> bool:
    """Whether a column names nobody: analysts, who see no personal column, may read it."""
    about = facts(table)
    granted = about.grants.get(Role.READONLY, {}).get("SELECT", ())
    return column not in about.personal and (granted is None or column in granted)


async def first_rows(session: Session, asked: Asked, limit: int) -> tuple[Row, ...]:
    """The first rows, by key, that break a demand; at most ``limit``."""
    relation = asked.relation
    key = relation.key
    figures = [name for name in asked.demand.fields if name not in key and _is_figure(relation, name)]
    counts = _VERSION in relation.table.columns and _VERSION in relation.readable
    wanted = [f"r.{_stored(relation, name)}::text" for name in key] or [f"r.{PLACE}::text"]
    wanted.append(f"r.{quoted(_VERSION)}::text" if counts else "NULL::text")
    wanted += [f"r.{_stored(relation, name)}::text" for name in figures]
    order = ", ".join([*(f"r.{quoted(name)}" for name in key if name in relation.readable), f"r.{PART}", f"r.{PLACE}"])
    if isinstance(asked.demand.question, RowRule):
        chosen = f"{relation.sql} AS r WHERE {breaks_of(asked)}"
    else:
        chosen = f"{relation.sql} AS r JOIN ({places_of(asked)}) AS found USING ({PART}, {PLACE})"
    rows = await session.ask(f"SELECT {', '.join(wanted)} FROM {chosen} ORDER BY {order} LIMIT {limit:d}")
    named = key or ("ctid",)
    return tuple(
        Row(
            key={name: _value(relation, name, row[at]) for at, name in enumerate(named)},
            version=None if (version := row[len(named)]) is None else int(cast("str", version)),
            figures={name: _value(relation, name, row[len(named) + 1 + at]) for at, name in enumerate(figures)},
        )
        for row in rows
    )


async def first_labels(session: Session, asked: Asked, limit: int) -> tuple[Label, ...]:
    """The most frequent values of a column that do not convert, if anybody may see them."""
    relation = asked.relation
    (column,) = asked.demand.fields
    if not is_open(relation.table, column):
        return ()
    rows = await session.ask(
        f"SELECT left({raw(column)}::text, {_LABEL_LENGTH}) AS value, count(*) AS rows FROM {relation.sql} AS r "
        f"WHERE {breaks_of(asked)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {limit:d}"
    )
    return tuple(Label(value=cast("str", row["value"]), rows=cast("int", row["rows"])) for row in rows)


def _is_figure(relation: Relation, name: str) -> bool:
    kind = relation.table.columns[name].type
    return isinstance(kind, sa.Integer | sa.Numeric) and name in relation.readable and is_open(relation.table, name)


def _stored(relation: Relation, name: str) -> str:
    differs = any(each.column == name for each in relation.differing)
    return raw(name) if differs else quoted(name)


def _value(relation: Relation, name: str, text: object) -> int | str | None:
    """A number as such where its column is one of whole numbers; all else as PostgreSQL writes it."""
    if text is None:
        return None
    column = relation.table.columns.get(name)
    written = cast("str", text)
    is_whole = column is not None and isinstance(column.type, sa.Integer) and written.lstrip("-").isdecimal()
    return int(written) if is_whole else written

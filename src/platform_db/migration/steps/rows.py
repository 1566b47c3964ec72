"""Finding the rows that break what a step would make true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.migration.steps.names import name, texts
from platform_db.migration.steps.step import Obstacles

if TYPE_CHECKING:
    from platform_db.migration.steps.step import Server

__all__ = ["FIRST_KEYS", "Reference", "Uniqueness", "breaking", "duplicated", "orphaned"]

FIRST_KEYS: Final = 5
"""How many rows an error names."""

_KEY_COLUMNS: Final = """
    SELECT array_agg(attname::text ORDER BY place)
    FROM pg_index, unnest(indkey::smallint[]) WITH ORDINALITY AS part (attnum, place)
    JOIN pg_attribute USING (attnum)
    WHERE indrelid = to_regclass($1) AND indisprimary AND attrelid = indrelid
"""


async def breaking(server: Server, table: str, condition: str, why: str) -> Obstacles | None:
    """The rows for which ``condition`` is true; a condition that is unknown is not broken, as in a CHECK.

    ``table`` may be given a name in the condition: it is ``t``.
    """
    key = await _key(server, table)
    row = await server.fetchrow(
        f"WITH broken AS MATERIALIZED (SELECT {key} AS key FROM {name(table)} AS t WHERE {condition}) "  # noqa: S608 - names are quoted, the condition is the step's own
        "SELECT (SELECT count(*) FROM broken), "
        f"ARRAY(SELECT key::text FROM broken ORDER BY broken.key LIMIT {FIRST_KEYS})"
    )
    if row is None or not row[0]:
        return None
    count, first = int(str(row[0])), texts(row[1])
    return Obstacles(table, count, (*first, "…") if count > len(first) else first, why)


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """What no two rows may share: columns or expressions, for the rows of ``where``."""

    on: tuple[str, ...]
    where: str | None = None
    nulls_not_distinct: bool = False


async def duplicated(server: Server, table: str, unique: Uniqueness, why: str) -> Obstacles | None:
    """The rows that share what they may not with another; a NULL equals no other, unless told."""
    conditions = [f"({unique.where})"] if unique.where else []
    if not unique.nulls_not_distinct:
        conditions += [f"({each}) IS NOT NULL" for each in unique.on]
    counted = (
        f"SELECT tableoid, ctid, count(*) OVER (PARTITION BY {', '.join(unique.on)}) AS same FROM {name(table)} "  # noqa: S608 - quoted
        f"WHERE {' AND '.join(conditions) or 'true'}"
    )
    shared = f"(t.tableoid, t.ctid) IN (SELECT tableoid, ctid FROM ({counted}) AS counted WHERE same > 1)"  # noqa: S608 - the same
    return await breaking(server, table, shared, why)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a row refers to, column by column."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


async def orphaned(server: Server, table: str, reference: Reference, why: str) -> Obstacles | None:
    """The rows that refer to no row of the parent; one with a NULL refers to none (MATCH SIMPLE)."""
    own = [name(each) for each in reference.columns]
    theirs = [name(each) for each in reference.parent_columns]
    full = " AND ".join(f"t.{each} IS NOT NULL" for each in own)
    same = " AND ".join(f"p.{other} = t.{each}" for each, other in zip(own, theirs, strict=True))
    missing = f"NOT EXISTS (SELECT FROM {name(reference.parent)} AS p WHERE {same})"
    return await breaking(server, table, f"{full} AND {missing}", why)


async def _key(server: Server, table: str) -> str:
    """What names a row: its primary key, or its place where it has none."""
    columns = await server.fetchval(_KEY_COLUMNS, name(table))
    if columns is None:
        return "t.ctid"
    quoted = [f"t.{name(each)}" for each in texts(columns)]
    return quoted[0] if len(quoted) == 1 else f"ROW({', '.join(quoted)})"

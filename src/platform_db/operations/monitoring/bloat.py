"""How much of a table or B-tree is empty: an estimate from the sizes of sampled rows.

The usual estimate reads ``pg_stats``, which PostgreSQL hides for tables with row security from
everybody it applies to. Here some pages of each table are read instead, for sizes only.
It is an estimate: rows differ in width, the server's count of rows is one itself, and equal
keys share space in a B-tree, so that a small figure means nothing. A large one is worth a look.
"""

# ruff: noqa: S608 - the queries are put together from constants of this module and quoted names

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from platform_db.migration.steps.names import name
from platform_db.operations.monitoring.reading import LOCKED, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from platform_db.database.executor import Row
    from platform_db.operations.monitoring.reading import Reader

__all__ = ["Combined", "Estimate", "combined", "estimates", "heap_pages", "tree_pages"]

SAMPLED_PAGES: Final = 100

_PAGE_HEADER: Final = 24
_LINE_POINTER: Final = 4
_TREE_FOOTER: Final = 16
_INDEX_TUPLE_HEADER: Final = 8
_ALIGNMENT: Final = 8
_HEAP_FILL: Final = 100
_TREE_FILL: Final = 90
_INNER_FILL: Final = 70

_WIDEST_ROW: Final = 2032
"""Above it the server moves values out of the row (TOAST)."""
_WIDEST_KEY: Final = 512
"""Above it the server compresses values of an index, as far as it can."""

# The lists are of one index each, in the order of its columns.
_RELATIONS: Final = f"""
    WITH {LOCKED}
    SELECT c.oid::bigint AS oid, c.relname::text AS name, c.relpages AS pages, c.reltuples::float8 AS rows,
        coalesce(substring(c.reloptions::text FROM 'fillfactor=(\\d+)')::integer, {_HEAP_FILL}) AS fill,
        NULL::bigint AS of_table, NULL::text[] AS parts, NULL::text AS predicate
    FROM pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'm') AND c.reltuples >= 0
        AND c.relpersistence <> 't' AND c.oid NOT IN (SELECT relid FROM locked)
    UNION ALL
    SELECT i.oid::bigint, i.relname::text, i.relpages, i.reltuples,
        coalesce(substring(i.reloptions::text FROM 'fillfactor=(\\d+)')::integer, {_TREE_FILL}), x.indrelid::bigint,
        ARRAY(SELECT pg_get_indexdef(i.oid, n, false) FROM generate_series(1, x.indnatts::integer) AS n ORDER BY n),
        pg_get_expr(x.indpred, x.indrelid)
    FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_am AS a ON a.oid = i.relam
    WHERE i.relnamespace = 'public'::regnamespace AND i.relkind = 'i' AND a.amname = 'btree' AND i.reltuples >= 0
        AND x.indisvalid AND x.indrelid NOT IN (SELECT relid FROM locked)
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a relation takes, and what could be given back, in bytes."""

    actual_bytes: int
    bloat_bytes: int

    @property
    def bloat_share(self) -> float:
        """What could be given back of the whole, 0 to 1.

        >>> Estimate(actual_bytes=4096, bloat_bytes=3072).bloat_share
        0.75
        """
        return round(self.bloat_bytes / self.actual_bytes, 3) if self.actual_bytes else 0.0


@dataclass(frozen=True, slots=True)
class Combined:
    """The estimates of a relation and its partitions, as far as there are any."""

    parts: tuple[Estimate, ...]

    def as_columns(self) -> dict[str, int | float | None]:
        """``bloat_bytes`` and ``bloat_share``, ``None`` where nothing is known."""
        if not self.parts:
            return {"bloat_bytes": None, "bloat_share": None}
        whole = Estimate(sum(part.actual_bytes for part in self.parts), sum(part.bloat_bytes for part in self.parts))
        return {"bloat_bytes": whole.bloat_bytes, "bloat_share": whole.bloat_share}


def combined(every: Mapping[int, Estimate], relations: Iterable[int]) -> Combined:
    """What is known of these relations, by their numbers."""
    return Combined(tuple(every[each] for each in relations if each in every))


def heap_pages(rows: float, row_bytes: float, *, block: int, fill: int) -> int:
    """Pages that a table of so many rows of this average size needs; ``fill`` is its fillfactor.

    >>> heap_pages(1_000, 96, block=8192, fill=100)
    13
    """
    usable = (block - _PAGE_HEADER) * fill / 100
    return math.ceil(rows / max(1, math.floor(usable / (_aligned(row_bytes) + _LINE_POINTER))))


def tree_pages(rows: float, key_bytes: float, *, block: int, fill: int) -> int:
    """Pages that a B-tree of so many entries with keys of this average size needs, every key different.

    >>> tree_pages(100_000, 8, block=8192, fill=90)
    276
    """
    entry = _aligned(_INDEX_TUPLE_HEADER + key_bytes) + _LINE_POINTER
    usable = block - _PAGE_HEADER - _TREE_FOOTER
    level = math.ceil(rows / max(1, math.floor(usable * fill / 100 / entry)))
    pages = 1 + level
    while level > 1:
        level = math.ceil(level / max(2, math.floor(usable * _INNER_FILL / 100 / entry)))
        pages += level
    return pages


def _aligned(size: float) -> int:
    return math.ceil(size / _ALIGNMENT) * _ALIGNMENT


async def estimates(reader: Reader, role: str | None) -> dict[int, Estimate]:
    """Estimate every table and B-tree that this role reads whole, by the relation's number.

    Up to a hundred pages of each table are read. Missing are those that were never analysed,
    are locked, or may not be read.
    """
    try:
        rows = await reader.rows(_RELATIONS)
        block = cast("int", (await reader.rows("SELECT current_setting('block_size')::integer"))[0][0])
    except OPEN:
        return {}
    found: dict[int, Estimate] = {}
    for table in (row for row in rows if row["of_table"] is None):
        trees = [row for row in rows if row["of_table"] == table["oid"]]
        found.update(await _of_table(reader, role, table, trees, block))
    return found


async def _of_table(
    reader: Reader, role: str | None, table: Row, trees: Sequence[Row], block: int
) -> dict[int, Estimate]:
    try:
        sizes = (await reader.rows(_sample(table, trees), role=role))[0]
    except OPEN:
        return {}
    found: dict[int, Estimate] = {}
    for relation, size, pages in (
        (table, sizes[0], heap_pages),
        *((tree, sizes[place], tree_pages) for place, tree in enumerate(trees, start=1)),
    ):
        rows, actual, fill = (
            cast("float", relation["rows"]),
            cast("int", relation["pages"]),
            cast("int", relation["fill"]),
        )
        if size is None and rows > 0:
            continue
        needed = pages(rows, cast("float", size or 0.0), block=block, fill=fill)
        found[cast("int", relation["oid"])] = Estimate(actual * block, max(0, actual - needed) * block)
    return found


def _sample(table: Row, trees: Sequence[Row]) -> str:
    """The average sizes of some rows and of their keys; no value is looked at."""
    averages = [f"avg(least(pg_column_size(t), {_WIDEST_ROW}))::float8", *(_key_bytes(tree) for tree in trees)]
    percent = min(100.0, 100 * SAMPLED_PAGES / max(1, cast("int", table["pages"])))
    source = f"public.{name(str(table['name']))} AS t TABLESAMPLE SYSTEM ({percent:.6f}) REPEATABLE (0)"
    return f"SELECT {', '.join(averages)} FROM {source}"


def _key_bytes(tree: Row) -> str:
    parts = cast("list[str]", tree["parts"])
    sizes = " + ".join(f"coalesce(least(pg_column_size({part}), {_WIDEST_KEY}), 0)" for part in parts)
    nulls = f"CASE WHEN num_nulls({', '.join(parts)}) > 0 THEN {_ALIGNMENT} ELSE 0 END"
    only = f" FILTER (WHERE {tree['predicate']})" if tree["predicate"] else ""
    return f"(avg({sizes} + {nulls}){only})::float8"

"""The indexes: how much they are used, which answer the same queries, which are broken."""

# ruff: noqa: S608 - the queries are put together from constants of this module

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from platform_db.operations.monitoring.answers import Answer, IndexUse, InvalidIndex, RedundantIndex
from platform_db.operations.monitoring.bloat import combined
from platform_db.operations.monitoring.reading import LOCKED, OPEN, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from platform_db.database.executor import Row
    from platform_db.operations.monitoring.bloat import Estimate
    from platform_db.operations.monitoring.reading import Reader

__all__ = ["Shape", "index_use", "invalid_indexes", "redundant", "redundant_indexes"]

_USE: Final = f"""
    WITH {LOCKED}, each AS MATERIALIZED (
        SELECT s.indexrelid, coalesce(pg_partition_root(s.indexrelid)::oid, s.indexrelid) AS root, s.idx_scan,
            CASE WHEN s.relid NOT IN (SELECT relid FROM locked) THEN pg_relation_size(s.indexrelid) END AS bytes
        FROM pg_stat_user_indexes AS s WHERE s.schemaname = 'public'
    )
    SELECT array_agg(e.indexrelid::bigint) AS oids, c.relname::text AS table_name, i.relname::text AS index_name,
        sum(e.idx_scan)::bigint AS scans,
        CASE WHEN bool_and(e.bytes IS NOT NULL) THEN sum(e.bytes)::bigint END AS bytes,
        x.indisunique OR x.indisexclusion OR x.indisreplident
            OR EXISTS (SELECT FROM pg_constraint WHERE conindid = e.root) AS serves_constraint
    FROM each AS e JOIN pg_index AS x ON x.indexrelid = e.root JOIN pg_class AS i ON i.oid = e.root
    JOIN pg_class AS c ON c.oid = x.indrelid
    GROUP BY e.root, c.relname, i.relname, x.indisunique, x.indisexclusion, x.indisreplident
    ORDER BY c.relname, i.relname
"""

_INVALID: Final = r"""
    SELECT c.relname::text AS table_name, i.relname::text AS index_name,
        i.relname ~ '_cc(new|old)[0-9]*$' AND EXISTS (
            SELECT FROM pg_index AS o
            WHERE o.indrelid = x.indrelid AND o.indexrelid <> x.indexrelid
                AND (o.indkey::text, o.indclass::text, o.indoption::text, o.indisunique)
                    = (x.indkey::text, x.indclass::text, x.indoption::text, x.indisunique)
                AND (o.indexprs IS NULL, o.indpred IS NULL) = (x.indexprs IS NULL, x.indpred IS NULL)
        ) AS leftover_of_reindex,
        EXISTS (
            SELECT FROM pg_stat_progress_create_index AS p
            WHERE p.datname = current_database() AND (p.relid = x.indrelid OR p.relid IS NULL)
        ) AS being_built
    FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS c ON c.oid = x.indrelid
    WHERE i.relkind = 'i' AND i.relnamespace = 'public'::regnamespace AND NOT (x.indisvalid AND x.indisready)
    ORDER BY c.relname, i.relname
"""

# Expressions and predicates as the parser left them: printing them would lock the table. Where in a statement they
# stood is no part of what they mean.
_SHAPES: Final = r"""
    SELECT c.relname::text AS table_name, i.relname::text AS index_name, a.amname::text AS method,
        string_to_array(x.indkey::text, ' ')::integer[] AS columns, x.indnkeyatts::integer AS keys,
        string_to_array(x.indclass::text, ' ') AS classes, string_to_array(x.indcollation::text, ' ') AS collations,
        string_to_array(x.indoption::text, ' ')::integer[] AS options,
        regexp_replace(x.indexprs::text, ':location -?\d+', '', 'g') AS expressions,
        regexp_replace(x.indpred::text, ':location -?\d+', '', 'g') AS predicate,
        x.indisunique AS is_unique, x.indnullsnotdistinct AS nulls_not_distinct,
        x.indisexclusion OR x.indisreplident
            OR EXISTS (SELECT FROM pg_constraint WHERE conindid = x.indexrelid) AS is_needed
    FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS c ON c.oid = x.indrelid
    JOIN pg_am AS a ON a.oid = i.relam
    WHERE i.relnamespace = 'public'::regnamespace AND NOT i.relispartition AND x.indisvalid AND x.indisready
    ORDER BY c.relname, i.relname
"""

_BTREE: Final = "btree"
_BACKWARDS: Final = 3
"""Both bits of ``indoption``, the order and where NULLs stand: an index is read from either end."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides which queries an index answers; columns by number, 0 is an expression."""

    table_name: str
    index_name: str
    method: str
    columns: tuple[int, ...]
    keys: int
    classes: tuple[str, ...]
    collations: tuple[str, ...]
    options: tuple[int, ...]
    expressions: str | None = None
    predicate: str | None = None
    is_unique: bool = False
    nulls_not_distinct: bool = False
    is_needed: bool = False
    """Whether a constraint or the replication stands on it."""

    def answered_by(self, other: Shape) -> bool:
        """Whether another index answers every query that this one does."""
        if (self.table_name, self.method, self.predicate) != (other.table_name, other.method, other.predicate):
            return False
        if self.method != _BTREE or self.expressions is not None:
            return self._definition == other._definition
        n = self.keys
        return (
            self.columns[:n] == other.columns[:n]
            and other.keys >= n
            and self.classes == other.classes[:n]
            and self.collations == other.collations[:n]
            and (
                self.options == other.options[:n]
                or self.options == tuple(option ^ _BACKWARDS for option in other.options[:n])
            )
            and set(self.columns) <= set(other.columns)
        )

    @property
    def _definition(self) -> tuple[object, ...]:
        return (self.columns, self.keys, self.classes, self.collations, self.options, self.expressions)

    def may_go_for(self, other: Shape) -> bool:
        """Whether nothing but queries stands on this one, or the other refuses the same rows."""
        if self.is_needed:
            return False
        if not self.is_unique:
            return True
        same_rule = (other.is_unique, other.keys, other.nulls_not_distinct)
        return same_rule == (True, self.keys, self.nulls_not_distinct)


def redundant(shapes: Iterable[Shape]) -> Iterator[RedundantIndex]:
    """The indexes that another one makes superfluous, each named once.

    Of two that answer exactly the same queries the one stays that a constraint needs, that is
    unique, or whose name comes first.
    """
    every = sorted(shapes, key=lambda shape: (not shape.is_needed, not shape.is_unique, shape.index_name))
    superfluous: set[str] = set()
    for shape in reversed(every):
        for other in every:
            if other is shape or other.index_name in superfluous:
                continue
            if shape.answered_by(other) and shape.may_go_for(other):
                superfluous.add(shape.index_name)
                identical = other.answered_by(shape)
                yield RedundantIndex(
                    table_name=shape.table_name,
                    index_name=shape.index_name,
                    covered_by=other.index_name,
                    identical=identical,
                )
                break


async def index_use(reader: Reader, estimates: Mapping[int, Estimate]) -> Answer[IndexUse]:
    """How often each index was used, with its size and its estimated bloat; a partitioned one with its parts."""
    try:
        rows = await reader.rows(_USE)
    except OPEN as error:
        return Answer[IndexUse].not_known(why(error))
    return Answer[IndexUse](rows=tuple(_index_use(row, estimates) for row in rows))


def _index_use(row: Row, estimates: Mapping[int, Estimate]) -> IndexUse:
    known = dict(row)
    estimate = combined(estimates, cast("list[int]", known.pop("oids")))
    return IndexUse.model_validate({**known, **estimate.as_columns()})


async def redundant_indexes(reader: Reader) -> Answer[RedundantIndex]:
    """The indexes that answer no query which another one does not."""
    try:
        rows = await reader.rows(_SHAPES)
    except OPEN as error:
        return Answer[RedundantIndex].not_known(why(error))
    found = sorted(redundant(_shape(row) for row in rows), key=lambda each: (each.table_name, each.index_name))
    return Answer[RedundantIndex](rows=tuple(found))


def _shape(row: Row) -> Shape:
    values = {
        key: tuple(cast("list[object]", value)) if isinstance(value, list) else value for key, value in row.items()
    }
    return Shape(**values)  # pyright: ignore[reportArgumentType] - the columns of _SHAPES are the fields


async def invalid_indexes(reader: Reader, role: str | None) -> Answer[InvalidIndex]:
    """The indexes whose build is broken off, or under way."""
    return await reader.answer(InvalidIndex, _INVALID, role=role)

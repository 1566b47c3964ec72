"""The tables, and the summary of what is in them."""

# ruff: noqa: S608 - the queries are put together from constants of this module

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

from platform_db.operations.monitoring.answers import Answer, SummaryRow, TableUse
from platform_db.operations.monitoring.bloat import combined
from platform_db.operations.monitoring.reading import LOCKED, OPEN, why
from platform_db.schema import summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.database.executor import Row
    from platform_db.operations.monitoring.bloat import Estimate
    from platform_db.operations.monitoring.reading import Reader

__all__ = ["summary_rows", "table_use"]

_SUMMARY: Final = f"""
    SELECT entity_type, total_count, active_count, pending_count, failed_count, details::text AS details, refreshed_at,
        extract(epoch FROM clock_timestamp() - refreshed_at)::float8 AS age_seconds
    FROM {summary.NAME} ORDER BY entity_type
"""

_TABLES: Final = f"""
    WITH {LOCKED}, each AS MATERIALIZED (
        SELECT s.*, coalesce(pg_partition_root(s.relid)::oid, s.relid) AS root,
            CASE WHEN s.relid NOT IN (SELECT relid FROM locked) THEN pg_total_relation_size(s.relid) END AS bytes
        FROM pg_stat_user_tables AS s WHERE s.schemaname = 'public'
    )
    SELECT array_agg(e.relid::bigint) AS oids, c.relname::text AS table_name,
        sum(e.n_live_tup)::bigint AS live_rows, sum(e.n_dead_tup)::bigint AS dead_rows,
        sum(e.n_mod_since_analyze)::bigint AS changed_since_analyze,
        max(greatest(e.last_vacuum, e.last_autovacuum)) AS last_vacuum,
        max(greatest(e.last_analyze, e.last_autoanalyze)) AS last_analyze,
        CASE WHEN bool_and(e.bytes IS NOT NULL) THEN sum(e.bytes)::bigint END AS total_bytes,
        sum(e.seq_scan)::bigint AS sequential_scans, sum(coalesce(e.idx_scan, 0))::bigint AS index_scans
    FROM each AS e JOIN pg_class AS c ON c.oid = e.root
    GROUP BY e.root, c.relname
    ORDER BY c.relname
"""


async def summary_rows(reader: Reader, role: str | None) -> Answer[SummaryRow]:
    """The rows of the summary, by kind; not known before the revision that makes it."""
    try:
        if (await reader.rows("SELECT to_regclass($1)::text", f"public.{summary.NAME}"))[0][0] is None:
            return Answer[SummaryRow].not_known("it is not there: run `platform-db migrate up`")
        rows = await reader.rows(_SUMMARY, role=role)
    except OPEN as error:
        return Answer[SummaryRow].not_known(why(error))
    return Answer[SummaryRow](rows=tuple(_summary_row(row) for row in rows))


def _summary_row(row: Row) -> SummaryRow:
    return SummaryRow.model_validate({**dict(row), "details": json.loads(str(row["details"]))})


async def table_use(reader: Reader, estimates: Mapping[int, Estimate]) -> Answer[TableUse]:
    """How big each table is, how it is read, and its estimated bloat; a partitioned one with its parts."""
    try:
        rows = await reader.rows(_TABLES)
    except OPEN as error:
        return Answer[TableUse].not_known(why(error))
    return Answer[TableUse](rows=tuple(_table_use(row, estimates) for row in rows))


def _table_use(row: Row, estimates: Mapping[int, Estimate]) -> TableUse:
    known = dict(row)
    estimate = combined(estimates, cast("list[int]", known.pop("oids")))
    return TableUse.model_validate({**known, **estimate.as_columns()})

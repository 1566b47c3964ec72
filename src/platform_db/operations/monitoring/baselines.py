"""Measuring: storing what is found as a baseline, or comparing it with the last one."""

from __future__ import annotations

import statistics
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa

from platform_db.database.opening import TransactionOptions
from platform_db.database.statement import Statement
from platform_db.errors import NotFound
from platform_db.operations.monitoring.metrics import Comparison, Measurement, Verdict
from platform_db.repositories.work import Database
from platform_db.schema.all_tables import metadata
from platform_db.schema.enterprise_performance_baseline import enterprise_performance_baseline as baselines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from decimal import Decimal

    from platform_db.repositories.work import Work

    Call = Callable[[Work, int], Awaitable[object]]

__all__ = ["Check", "check", "measure", "store"]

_CONNECTIONS: Final = 5
_CALLS: Final = 101
_WARMING: Final = 10
_READ_ONLY: Final = TransactionOptions(access="read only")

_GETS: Final[dict[str, Call]] = {
    "users": lambda work, key: work.users.get(key),
    "invoices": lambda work, key: work.invoices.get(key),
    "payments": lambda work, key: work.payments.get(key),
}
_PAGES: Final[dict[str, Call]] = {
    "invoices": lambda work, _: work.invoices.page(),
    "payments": lambda work, _: work.payments.page(),
}

_NEWEST: Final = {table: Statement(sa.select(sa.func.max(metadata.tables[table].c.id))) for table in _GETS}

_CACHE_HITS: Final = Statement(
    sa.text("""
        SELECT blks_hit::numeric / nullif(blks_hit + blks_read, 0) FROM pg_stat_database
        WHERE datname = current_database()
    """)
)
_INDEX_SCANS: Final = Statement(
    sa.text("""
        SELECT sum(coalesce(idx_scan, 0))::numeric / nullif(sum(coalesce(idx_scan, 0) + seq_scan), 0)
        FROM pg_stat_user_tables
        WHERE schemaname = 'public' AND n_live_tup >= 10000
    """)
)
_SIZES: Final = Statement(
    sa.text("""
        SELECT root.relname::text AS table_name, sum(pg_total_relation_size(c.oid))::numeric AS bytes
        FROM pg_class AS c JOIN pg_class AS root ON root.oid = coalesce(pg_partition_root(c.oid)::oid, c.oid)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'm')
        GROUP BY root.relname
        HAVING sum(pg_total_relation_size(c.oid)) >= 1048576
        UNION ALL
        SELECT NULL, pg_database_size(current_database())
        ORDER BY table_name NULLS FIRST
    """)
)
_STORE: Final = Statement(
    sa.insert(baselines).values(
        {
            name: sa.bindparam(name, type_=baselines.c[name].type)
            for name in ("metric_name", "table_name", "baseline_value", "measurement_unit", "notes")
        }
    )
)


@dataclass(frozen=True, slots=True)
class Check:
    """Every figure beside its newest baseline."""

    comparisons: tuple[Comparison, ...]

    @property
    def worse(self) -> tuple[Comparison, ...]:
        """The figures that are worse than their tolerance allows."""
        return tuple(each for each in self.comparisons if each.verdict is Verdict.WORSE)

    def as_json(self) -> dict[str, object]:
        """Plain values for ``--json``."""
        return {"worse": len(self.worse), "comparisons": [each.as_json() for each in self.comparisons]}


async def measure(database: Database) -> tuple[Measurement, ...]:
    """Take every figure once; nothing is changed.

    Times are seen from here, the network included. A table without rows has no times, one of
    less than a megabyte no size, and a ratio of nothing is left out.
    """
    found = [Measurement.of("connection_time", await _connection_time(database))]
    async with database.unit_of_work(options=_READ_ONLY) as work:
        for name, calls in (("get_by_id_p50", _GETS), ("first_page_p50", _PAGES)):
            for table, call in calls.items():
                key = await work.fetch_value(_NEWEST[table])
                if key is not None:
                    found.append(Measurement.of(name, await _median(work, call, cast("int", key)), table))
        for name, ratio in (("cache_hit_ratio", _CACHE_HITS), ("index_scan_ratio", _INDEX_SCANS)):
            value = await work.fetch_value(ratio)
            if value is not None:
                found.append(Measurement.of(name, cast("Decimal", value)))
        for row in await work.fetch(_SIZES):
            table, size = cast("tuple[str | None, Decimal]", tuple(row))
            found.append(Measurement.of("table_size", size, table))
    return tuple(found)


async def _connection_time(database: Database) -> float:
    """Milliseconds from nothing to a session, the median."""
    settings = database.settings.model_copy(update={"pool_min_size": 1})
    times: list[float] = []
    for _ in range(_CONNECTIONS):
        begin = time.perf_counter()
        async with Database(settings):
            times.append(time.perf_counter() - begin)
    return 1000 * statistics.median(times)


async def _median(work: Work, call: Call, key: int) -> float:
    """Milliseconds of one call, the median."""
    times: list[float] = []
    for _ in range(_WARMING + _CALLS):
        begin = time.perf_counter()
        # Somebody may delete a draft in between; its absence takes as long to tell.
        with suppress(NotFound):
            await call(work, key)
        times.append(time.perf_counter() - begin)
    return 1000 * statistics.median(times[_WARMING:])


async def store(database: Database, measured: Iterable[Measurement]) -> None:
    """Store figures as baselines, all or none; earlier ones stay."""
    async with database.unit_of_work() as work:
        for each in measured:
            await work.execute(
                _STORE,
                {
                    "metric_name": each.metric.name,
                    "table_name": each.table_name,
                    "baseline_value": each.value,
                    "measurement_unit": each.metric.unit,
                    "notes": each.metric.about,
                },
            )


async def check(database: Database) -> Check:
    """Take every figure again and put it beside its newest baseline."""
    measured = await measure(database)
    async with database.unit_of_work(options=_READ_ONLY) as work:
        known = {
            (each.metric_name, each.table_name, each.measurement_unit): each.baseline_value
            for each in await work.performance_baselines.latest_of_each()
        }
    return Check(
        tuple(Comparison(each, known.get((each.metric.name, each.table_name, each.metric.unit))) for each in measured)
    )

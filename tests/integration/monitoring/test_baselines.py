"""Baselines: measured, stored, and compared with."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from platform_db.operations import monitoring
from platform_db.operations.monitoring import Verdict
from tests.integration.monitoring.rows import put

if TYPE_CHECKING:
    from platform_db.operations.monitoring import Measurement
    from platform_db.repositories.work import Database
    from tests.raw import Raw

STORED = "SELECT * FROM enterprise_performance_baseline ORDER BY id"


def by_name(measured: tuple[Measurement, ...]) -> dict[tuple[str, str | None], Decimal]:
    return {(each.metric.name, each.table_name): each.value for each in measured}


async def test_an_empty_database_has_the_figures_that_need_no_rows(database: Database) -> None:
    found = by_name(await monitoring.measure(database))
    assert set(found) - {("table_size", "enterprise_audit_log")} == {
        ("connection_time", None),
        ("cache_hit_ratio", None),
        ("table_size", None),
    }
    assert Decimal(0) < found["connection_time", None] < 10_000
    assert Decimal("0.5") < found["cache_hit_ratio", None] <= 1


async def test_every_figure_is_measured_where_there_are_rows(database: Database, superuser: Raw) -> None:
    # Given an account, an invoice and a payment, and a table of 10,000 rows that is only ever read whole
    await put(superuser, "users", {})
    await put(superuser, "invoices", DRAFT)
    await put(superuser, "payments", {})
    await superuser.execute("CREATE TABLE measures AS SELECT i FROM generate_series(1, 200000) AS i; ANALYZE measures")
    await superuser.execute("SELECT count(*) FROM measures")
    await superuser.fetchval("SELECT pg_stat_force_next_flush()")
    size = await superuser.fetchval("SELECT pg_total_relation_size('measures')")
    # When
    found = by_name(await monitoring.measure(database))
    # Then
    assert {key for key in found if key[0] != "table_size"} == {
        ("connection_time", None),
        ("get_by_id_p50", "users"),
        ("get_by_id_p50", "invoices"),
        ("get_by_id_p50", "payments"),
        ("first_page_p50", "invoices"),
        ("first_page_p50", "payments"),
        ("cache_hit_ratio", None),
        ("index_scan_ratio", None),
    }
    assert found["table_size", "measures"] == size
    assert found["index_scan_ratio", None] == 0
    assert all(Decimal(0) < value < 1000 for (name, _), value in found.items() if name.endswith("_p50"))


DRAFT = {
    **dict.fromkeys(("number", "series", "fiscal_year", "sequence", "issued_at", "due_date")),
    "status": "draft",
}


async def test_a_baseline_is_rows_that_say_what_of_which_server(database: Database, superuser: Raw) -> None:
    measured = await monitoring.measure(database)
    await monitoring.store(database, measured)
    rows = await superuser.fetch(STORED)
    assert [(row["metric_name"], row["table_name"], row["baseline_value"]) for row in rows] == [
        (each.metric.name, each.table_name, each.value) for each in measured
    ]
    assert {(row["measurement_unit"], row["notes"]) for row in rows if row["metric_name"] == "connection_time"} == {
        ("ms", "median of 5 new connections, login included")
    }
    server = await superuser.fetchval("SHOW server_version")
    assert {row["postgresql_version"] for row in rows} == {server}
    assert len({row["measurement_date"] for row in rows}) == 1


async def test_a_figure_is_compared_with_the_newest_baseline_of_its_name_table_and_unit(
    database: Database, superuser: Raw
) -> None:
    # Given two baselines of one ratio, the newest of which nothing is worse than; one in another unit; another table's
    await put_baseline(superuser, "cache_hit_ratio", "ratio", Decimal("1.5"), days=2)
    await put_baseline(superuser, "cache_hit_ratio", "ratio", Decimal("0.5"), days=1)
    await put_baseline(superuser, "connection_time", "s", Decimal("0.000001"), days=1)
    await put_baseline(superuser, "connection_pool_size", "connections", Decimal(20), days=1)
    # When
    found = await monitoring.check(database)
    # Then
    told = {
        each.measured.metric.name: (each.baseline, each.verdict)
        for each in found.comparisons
        if each.measured.table_name is None
    }
    assert told == {
        "connection_time": (None, Verdict.NO_BASELINE),
        "cache_hit_ratio": (Decimal("0.5"), Verdict.FINE),
        "table_size": (None, Verdict.NO_BASELINE),
    }
    assert found.worse == ()


async def test_a_figure_that_fell_below_its_tolerance_is_worse(database: Database, superuser: Raw) -> None:
    await put_baseline(superuser, "cache_hit_ratio", "ratio", Decimal("1.5"), days=1)
    (worse,) = (await monitoring.check(database)).worse
    assert (worse.measured.metric.name, worse.baseline) == ("cache_hit_ratio", Decimal("1.5"))


async def test_a_baseline_is_what_the_next_check_compares_with(database: Database) -> None:
    measured = await monitoring.measure(database)
    await monitoring.store(database, measured)
    found = await monitoring.check(database)
    assert {(each.measured.metric.name, each.measured.table_name): each.baseline for each in found.comparisons} == (
        by_name(measured)
    )


async def put_baseline(superuser: Raw, metric: str, unit: str, value: Decimal, *, days: int) -> None:
    await superuser.execute(
        "INSERT INTO enterprise_performance_baseline (metric_name, measurement_unit, baseline_value, measurement_date) "
        "VALUES ($1, $2, $3, now() - make_interval(days => $4))",
        metric,
        unit,
        value,
        days,
    )

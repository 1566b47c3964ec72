"""Moments that an operator types, tolerances of a baseline, and estimates of needed pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from platform_db.errors import UsageError
from platform_db.operations.monitoring import Comparison, Measurement, Verdict, moment
from platform_db.operations.monitoring.bloat import Estimate, combined, heap_pages, tree_pages

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        ("24h", NOW - timedelta(hours=24)),
        (" 7 d ", NOW - timedelta(days=7)),
        ("2026-03-01", datetime(2026, 2, 28, 21, tzinfo=UTC)),
        ("2026-03-01T10:00", datetime(2026, 3, 1, 7, tzinfo=UTC)),
        ("2026-03-01T10:00+01:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_a_span_a_day_or_an_instant(text: str, expected: datetime) -> None:
    assert moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "h", "24", "-3h", "3w", "99999999d", "99999d 1h", "٣h", "2026-02-30", "dün"])
def test_anything_else_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match="is no moment: give 30m, 24h, 7d, 2026-03-02 or 2026-03-02T09:15"):
        moment(text, NOW)


@pytest.mark.parametrize(
    ("name", "baseline", "measured", "verdict"),
    [
        ("connection_time", "10", "40", Verdict.FINE),
        ("connection_time", "10", "40.000001", Verdict.WORSE),
        ("get_by_id_p50", "0.2", "1.3", Verdict.FINE),
        ("get_by_id_p50", "0.2", "1.300001", Verdict.WORSE),
        ("first_page_p50", "4", "7", Verdict.FINE),
        ("first_page_p50", "4", "7.000001", Verdict.WORSE),
        ("cache_hit_ratio", "0.99", "0.94", Verdict.FINE),
        ("cache_hit_ratio", "0.99", "0.939999", Verdict.WORSE),
        ("index_scan_ratio", "0.8", "1", Verdict.FINE),
        ("index_scan_ratio", "0.8", "0.749999", Verdict.WORSE),
        ("table_size", "1", "1000000000", Verdict.TOLD_ONLY),
    ],
)
def test_a_figure_is_worse_beyond_its_tolerance(name: str, baseline: str, measured: str, verdict: Verdict) -> None:
    assert Comparison(Measurement.of(name, Decimal(measured)), Decimal(baseline)).verdict is verdict


@pytest.mark.parametrize("name", ["connection_time", "cache_hit_ratio", "table_size"])
def test_a_figure_without_a_baseline_is_not_judged(name: str) -> None:
    assert Comparison(Measurement.of(name, Decimal(1)), None).verdict is Verdict.NO_BASELINE


def test_a_figure_has_the_six_places_that_are_stored() -> None:
    assert Measurement.of("cache_hit_ratio", 2 / 3).value == Decimal("0.666667")


def test_a_table_needs_whole_pages_of_whole_rows() -> None:
    # 8,168 usable bytes hold 81 rows of 96 bytes and their pointers.
    assert [heap_pages(rows, 96, block=8192, fill=100) for rows in (0, 81, 82)] == [0, 1, 2]
    assert heap_pages(81, 96, block=8192, fill=50) == 3
    assert heap_pages(3, 2032, block=8192, fill=100) == 1
    assert heap_pages(3, 9000, block=8192, fill=100) == 3


def test_a_tree_has_a_page_of_its_own_and_levels() -> None:
    assert [tree_pages(rows, 8, block=8192, fill=90) for rows in (0, 1, 366, 367)] == [1, 2, 2, 4]


def test_the_estimates_of_partitions_add_up() -> None:
    every = {1: Estimate(8192, 8192), 2: Estimate(24576, 0)}
    assert combined(every, [1, 2, 3]).as_columns() == {"bloat_bytes": 8192, "bloat_share": 0.25}
    assert combined(every, [3]).as_columns() == {"bloat_bytes": None, "bloat_share": None}
    assert Estimate(0, 0).bloat_share == 0.0

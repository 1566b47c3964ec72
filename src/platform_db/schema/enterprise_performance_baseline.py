"""The table of the measured baselines: each measurement is a row more."""

from __future__ import annotations

from platform_db.domain.enterprise_performance_baseline import PerformanceBaseline
from platform_db.schema.metadata import index, table
from platform_db.schema.roles import Role

__all__ = ["enterprise_performance_baseline"]

enterprise_performance_baseline = table(
    PerformanceBaseline,
    index(
        "idx_perf_baseline_metric_table",
        "metric_name",
        "table_name",
        "measurement_date DESC",
        serves="The latest baseline of a metric, of a table or of the whole database.",
    ),
    grants={
        Role.WORKER: {"SELECT": None, "INSERT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

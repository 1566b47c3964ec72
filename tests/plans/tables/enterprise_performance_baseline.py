"""Baselines: fifty metrics of twenty tables and of the whole database, about a hundred times each."""

from __future__ import annotations

from typing import Final

from tests.plans.evidence import Evidence, Fill

FILL: Final = Fill(
    {
        "id": "i",
        "metric_name": "'metric_' || i % 50",
        "table_name": "CASE WHEN i / 50 % 21 > 0 THEN 'table_' || i / 50 % 21 END",
        "measurement_date": "timestamptz '2026-01-01' + i * interval '1 minute'",
    },
)
EVIDENCE: Final = {
    "idx_perf_baseline_metric_table": (
        Evidence(
            "performance_baselines.latest(metric, table)",
            lambda work: work.performance_baselines.latest("metric_7", "table_7"),
        ),
        Evidence("performance_baselines.latest(metric)", lambda work: work.performance_baselines.latest("metric_7")),
    ),
}

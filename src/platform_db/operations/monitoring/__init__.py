"""Watching a database: what works, waits, grows and lies idle; baselines, refused writes, broken indexes."""

from __future__ import annotations

from platform_db.operations.monitoring.answers import Answer, Overview
from platform_db.operations.monitoring.baselines import Check, check, measure, store
from platform_db.operations.monitoring.metrics import Comparison, Measurement, Verdict
from platform_db.operations.monitoring.overview import observe
from platform_db.operations.monitoring.refreshing import Refresh, refresh
from platform_db.operations.monitoring.repairing import Done, Repair, repair_indexes
from platform_db.operations.monitoring.violations import Violations, moment, violations

__all__ = [
    "Answer",
    "Check",
    "Comparison",
    "Done",
    "Measurement",
    "Overview",
    "Refresh",
    "Repair",
    "Verdict",
    "Violations",
    "check",
    "measure",
    "moment",
    "observe",
    "refresh",
    "repair_indexes",
    "store",
    "violations",
]

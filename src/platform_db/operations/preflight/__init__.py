"""Preflight: which rows would break a constraint, before it is added or at any time; and their reviewed repair."""

from __future__ import annotations

from platform_db.operations.preflight.counting import Progress
from platform_db.operations.preflight.examine import SAMPLES, chosen_tables, preflight
from platform_db.operations.preflight.report import Finding, Report, TableReport
from platform_db.operations.preflight.severity import Severity

__all__ = ["SAMPLES", "Finding", "Progress", "Report", "Severity", "TableReport", "chosen_tables", "preflight"]

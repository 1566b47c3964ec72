"""Reviewed repairs: what an operator decided for each row, applied in audited batches; nothing is ever guessed."""

from __future__ import annotations

from platform_db.operations.preflight.repair.applying import apply, rehearse
from platform_db.operations.preflight.repair.outcome import Outcome, Result, RowOutcome
from platform_db.operations.preflight.repair.plan import Plan, Repair, read_plan
from platform_db.operations.preflight.repair.skeleton import coverage_of, skeleton_of

__all__ = [
    "Outcome",
    "Plan",
    "Repair",
    "Result",
    "RowOutcome",
    "apply",
    "coverage_of",
    "read_plan",
    "rehearse",
    "skeleton_of",
]

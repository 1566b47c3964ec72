"""A simulation, and what each rule of ``sim_runs`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_MADE: Final = datetime(2026, 3, 2, 9, 2, tzinfo=UTC)
_CHANGED: Final = datetime(2026, 3, 2, 9, 6, tzinfo=UTC)

ROW: Final = {
    "id": 77,
    "job_id": 5120,
    "cam_run_id": 301,
    "type": "collision",
    "status": "completed",
    "result": "failed",
    "collision_count": 2,
    "params": {"step_mm": 0.1},
    "metrics": {"simulated_seconds": 1840.5},
    "created_at": _MADE,
    "version": 2,
    "updated_at": _CHANGED,
}

_CLEAR: Final = {"result": "passed", "collision_count": 0}

EXAMPLES: Final = {
    "ck_sim_runs_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_sim_runs_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_sim_runs_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_sim_runs_updated_after_created": Example(
        {"created_at": _MADE, "updated_at": datetime(2026, 3, 2, 9, 1, 59, 999999, tzinfo=UTC)},
        {"created_at": _MADE, "updated_at": _MADE},
    ),
    "ck_sim_runs_collision_count_non_negative": Example({"collision_count": -1}, {"collision_count": 0}),
    "ck_sim_runs_params_object": Example({"params": []}, {"params": {}}),
    "ck_sim_runs_params_size": Example({"params": json_object(65_537)}, {"params": json_object(65_536)}),
    "ck_sim_runs_metrics_object": Example({"metrics": []}, {"metrics": {}}),
    "ck_sim_runs_metrics_size": Example({"metrics": json_object(65_537)}, {"metrics": json_object(65_536)}),
    "ck_sim_runs_result_when_completed": Example(
        {"status": "running"},
        {"status": "running", "result": None},
        ({"result": None}, {"status": "failed"}),
    ),
    "ck_sim_runs_passed_without_collision": Example(
        {**_CLEAR, "collision_count": 1},
        _CLEAR,
        ({**_CLEAR, "result": "passed_warnings", "collision_count": 1},),
    ),
}

"""A CAM run, and what each rule of ``cam_runs`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_MADE: Final = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
_CHANGED: Final = datetime(2026, 3, 2, 9, 6, tzinfo=UTC)

ROW: Final = {
    "id": 301,
    "job_id": 5120,
    "machine_id": 4,
    "strategy": "adaptive_clear",
    "status": "completed",
    "params": {"feed_mm_min": 1200, "spindle_rpm": 8000},
    "metrics": {"cutting_seconds": 1840.5},
    "created_at": _MADE,
    "version": 2,
    "updated_at": _CHANGED,
}

EXAMPLES: Final = {
    "ck_cam_runs_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_cam_runs_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_cam_runs_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_cam_runs_updated_after_created": Example(
        {"created_at": _MADE, "updated_at": datetime(2026, 3, 2, 9, 0, 59, 999999, tzinfo=UTC)},
        {"created_at": _MADE, "updated_at": _MADE},
    ),
    "ck_cam_runs_params_object": Example({"params": []}, {"params": {}}),
    "ck_cam_runs_params_size": Example({"params": json_object(65_537)}, {"params": json_object(65_536)}),
    "ck_cam_runs_metrics_object": Example({"metrics": []}, {"metrics": {}}),
    "ck_cam_runs_metrics_size": Example({"metrics": json_object(65_537)}, {"metrics": json_object(65_536)}),
}

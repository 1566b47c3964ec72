"""A running job, and what each rule of ``jobs`` refuses and barely admits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from tests.parity.example import BEFORE_FIRST, END, FIRST, LAST, Example, json_object

_ASKED: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_STARTED: Final = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
_BEAT: Final = datetime(2026, 3, 2, 9, 4, tzinfo=UTC)
_LEASED: Final = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
_ENDED: Final = datetime(2026, 3, 2, 9, 6, tzinfo=UTC)

ROW: Final = {
    "id": 5120,
    "user_id": 41,
    "model_id": 812,
    "idempotency_key": "siparis-9001-takim-yolu",
    "request_fingerprint": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "task_id": "a3f1c7de-5b0e-4c1f-9a52-0d4f6c1b7e88",
    "claimed_by": "cam-isci-2",
    "error_code": None,
    "error_message": None,
    "type": "cam_process",
    "status": "running",
    "priority": 10,
    "progress": 40,
    "attempt": 1,
    "retry_count": 0,
    "input_params": {"machine": "VMC-850", "stock_mm": [200, 200, 40]},
    "output_data": None,
    "metrics": {"queue_seconds": 60},
    "max_retries": 3,
    "timeout_seconds": 3600,
    "available_at": _ASKED,
    "lease_until": _LEASED,
    "heartbeat_at": _BEAT,
    "cancel_requested_at": None,
    "started_at": _STARTED,
    "finished_at": None,
    "dead_lettered_at": None,
    "created_at": _ASKED,
    "version": 4,
    "updated_at": _BEAT,
}

_FREE: Final = {"claimed_by": None, "lease_until": None, "heartbeat_at": None}
_WAITING: Final = {**_FREE, "status": "queued", "started_at": None, "progress": 0}
_FAILED: Final = {
    **_FREE,
    "status": "failed",
    "finished_at": _ENDED,
    "error_code": "tool_missing",
    "error_message": "Takım magazinde yok",
}
_TIMED_OUT: Final = {**_FAILED, "status": "timeout", "error_code": "lease_expired"}
_COMPLETED: Final = {
    **_FREE,
    "status": "completed",
    "finished_at": _ENDED,
    "progress": 100,
    "output_data": {"gcode_lines": 18_240},
}
_CANCELLED: Final = {**_FREE, "status": "cancelled", "finished_at": _ENDED}
_NEVER_STARTED: Final = {**_CANCELLED, "started_at": None, "attempt": 0}
_OF_THE_SYSTEM: Final = {"user_id": None, "model_id": None}

EXAMPLES: Final = {
    "ck_jobs_created_at_finite": Example({"created_at": BEFORE_FIRST}, {"created_at": FIRST}),
    "ck_jobs_updated_at_finite": Example({"updated_at": END}, {"updated_at": LAST}),
    "ck_jobs_version_positive": Example({"version": 0}, {"version": 1}),
    "ck_jobs_updated_after_created": Example(
        {"created_at": _ASKED, "updated_at": datetime(2026, 3, 2, 8, 59, 59, 999999, tzinfo=UTC)},
        {"created_at": _ASKED, "updated_at": _ASKED},
    ),
    "ck_jobs_idempotency_key_length": Example(
        {"idempotency_key": "k" * 256}, {"idempotency_key": "k" * 255}, ({"idempotency_key": ""},)
    ),
    "ck_jobs_request_fingerprint_format": Example(
        {"request_fingerprint": "0" * 63},
        {"request_fingerprint": "0" * 64},
        ({"request_fingerprint": "F" * 64}, {"request_fingerprint": "0" * 65}),
    ),
    "ck_jobs_task_id_length": Example({"task_id": "t" * 256}, {"task_id": "t" * 255}, ({"task_id": ""},)),
    "ck_jobs_claimed_by_length": Example({"claimed_by": "w" * 256}, {"claimed_by": "w" * 255}, ({"claimed_by": ""},)),
    "ck_jobs_error_code_length": Example({"error_code": "e" * 101}, {"error_code": "e" * 100}, ({"error_code": ""},)),
    "ck_jobs_error_message_length": Example(
        {"error_message": "ı" * 1001}, {"error_message": "ı" * 1000}, ({"error_message": ""},)
    ),
    "ck_jobs_priority_range": Example({"priority": 21}, {"priority": 20}, ({"priority": -11},)),
    "ck_jobs_progress_valid": Example({"progress": 101}, {"progress": 100}, ({"progress": -1},)),
    "ck_jobs_attempt_non_negative": Example({**_WAITING, "attempt": -1}, {**_WAITING, "attempt": 0}),
    "ck_jobs_retry_count_non_negative": Example({"retry_count": -1}, {"retry_count": 0}),
    "ck_jobs_input_params_object": Example({"input_params": []}, {"input_params": {}}),
    "ck_jobs_input_params_size": Example(
        {"input_params": json_object(262_145)}, {"input_params": json_object(262_144)}
    ),
    "ck_jobs_output_data_object": Example({"output_data": []}, {"output_data": {}}),
    "ck_jobs_output_data_size": Example({"output_data": json_object(65_537)}, {"output_data": json_object(65_536)}),
    "ck_jobs_metrics_object": Example({"metrics": []}, {"metrics": {}}),
    "ck_jobs_metrics_size": Example({"metrics": json_object(65_537)}, {"metrics": json_object(65_536)}),
    "ck_jobs_max_retries_non_negative": Example({"max_retries": 101}, {"max_retries": 100}),
    "ck_jobs_timeout_positive": Example(
        {"timeout_seconds": 0}, {"timeout_seconds": 1}, ({"timeout_seconds": 604_801},)
    ),
    "ck_jobs_available_at_finite": Example(
        {"available_at": BEFORE_FIRST}, {"available_at": FIRST}, ({"available_at": END},)
    ),
    "ck_jobs_lease_until_finite": Example(
        {"lease_until": END}, {"lease_until": LAST}, ({"lease_until": BEFORE_FIRST},)
    ),
    "ck_jobs_heartbeat_at_finite": Example(
        {"heartbeat_at": BEFORE_FIRST}, {"heartbeat_at": FIRST}, ({"heartbeat_at": END},)
    ),
    "ck_jobs_cancel_requested_at_finite": Example(
        {"cancel_requested_at": END}, {"cancel_requested_at": LAST}, ({"cancel_requested_at": BEFORE_FIRST},)
    ),
    "ck_jobs_started_at_finite": Example({"started_at": BEFORE_FIRST}, {"started_at": FIRST}, ({"started_at": END},)),
    "ck_jobs_finished_at_finite": Example(
        {**_COMPLETED, "finished_at": END},
        {**_COMPLETED, "finished_at": LAST},
        ({**_NEVER_STARTED, "finished_at": BEFORE_FIRST},),
    ),
    "ck_jobs_dead_lettered_at_finite": Example(
        {**_FAILED, "dead_lettered_at": END},
        {**_FAILED, "dead_lettered_at": LAST},
        ({**_FAILED, "dead_lettered_at": BEFORE_FIRST},),
    ),
    "ck_jobs_key_has_fingerprint": Example(
        {"request_fingerprint": None},
        {"idempotency_key": None, "request_fingerprint": None},
        ({"idempotency_key": None},),
    ),
    "ck_jobs_model_has_owner": Example({**_OF_THE_SYSTEM, "model_id": 812}, _OF_THE_SYSTEM),
    "ck_jobs_retry_count_within_max": Example(
        {"retry_count": 4, "max_retries": 3}, {"retry_count": 3, "max_retries": 3}
    ),
    "ck_jobs_lease_matches_status": Example(
        {"heartbeat_at": None},
        {"heartbeat_at": _BEAT},
        (
            {"claimed_by": None},
            {"lease_until": None},
            {**_WAITING, "claimed_by": "cam-isci-2"},
            {**_COMPLETED, "lease_until": _LEASED},
            {**_CANCELLED, "heartbeat_at": _BEAT},
        ),
    ),
    "ck_jobs_started_at_matches_status": Example(
        {**_WAITING, "started_at": _STARTED},
        _WAITING,
        (
            {**_WAITING, "status": "pending", "started_at": _STARTED},
            {"started_at": None},
            {"attempt": 0},
            {**_COMPLETED, "started_at": None},
            {**_FAILED, "attempt": 0},
            {**_TIMED_OUT, "started_at": None},
        ),
    ),
    "ck_jobs_finished_at_matches_status": Example(
        {**_COMPLETED, "finished_at": None},
        _COMPLETED,
        (
            {"finished_at": _ENDED},
            {**_WAITING, "finished_at": _ENDED},
            {**_FAILED, "finished_at": None},
            {**_TIMED_OUT, "finished_at": None},
            {**_NEVER_STARTED, "finished_at": None},
        ),
    ),
    "ck_jobs_finished_after_started": Example(
        {**_COMPLETED, "started_at": _STARTED, "finished_at": datetime(2026, 3, 2, 9, 0, 59, 999999, tzinfo=UTC)},
        {**_COMPLETED, "started_at": _STARTED, "finished_at": _STARTED},
    ),
    "ck_jobs_completed_is_whole": Example(
        {**_COMPLETED, "progress": 99},
        {**_COMPLETED, "progress": 100},
        ({**_COMPLETED, "error_code": "tool_missing"},),
    ),
    "ck_jobs_failed_has_error": Example(
        {**_FAILED, "error_code": None}, {**_FAILED, "error_code": "?"}, ({**_TIMED_OUT, "error_code": None},)
    ),
    "ck_jobs_dead_letter_is_failed": Example(
        {"dead_lettered_at": _ENDED},
        {**_TIMED_OUT, "dead_lettered_at": _ENDED},
        (
            {**_WAITING, "dead_lettered_at": _ENDED},
            {**_COMPLETED, "dead_lettered_at": _ENDED},
            {**_NEVER_STARTED, "dead_lettered_at": _ENDED},
        ),
    ),
}

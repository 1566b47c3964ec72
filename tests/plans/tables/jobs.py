"""Jobs: a hundred of each owner; 400 wait, 200 run, one in twenty failed, and the rest is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from platform_db.domain.jobs import JobStatus, JobType
from platform_db.repositories.jobs import JobFilter
from tests.plans.evidence import NOT_LEAKPROOF, OWNER, Evidence, Fill, WorkerOnly

ASKED: Final = "now() - (100001 - i) * interval '2 minutes'"
RESULT: Final = "(i * 7919 + i / 1000 * 131) % 1000"
KIND: Final = "(i * 31 + i / 1000 * 17) % 100"
WAITS: Final = "i > 99600"
RUNS: Final = "i > 99400"
FAILED: Final = f"{RESULT} < 40"
TIMED_OUT: Final = f"{RESULT} < 50"
CANCELLED: Final = f"{RESULT} < 60"

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "i % 1000 + 1",
        "model_id": "CASE WHEN i % 1000 > 0 THEN i * 37 / 1000 % 100 * 1000 + i % 1000 END",
        "idempotency_key": "'siparis-' || i",
        "task_id": "'a3f1c7de-5b0e-4c1f-9a52-' || lpad(i::text, 12, '0')",
        "claimed_by": f"CASE WHEN {WAITS} THEN NULL WHEN {RUNS} THEN 'cam-isci-' || i % 16 END",
        "lease_until": (f"CASE WHEN {WAITS} THEN NULL WHEN {RUNS} THEN now() + (i % 10 - 1) * interval '1 minute' END"),
        "heartbeat_at": f"CASE WHEN {WAITS} THEN NULL WHEN {RUNS} THEN now() - interval '1 minute' END",
        "status": (
            f"(CASE WHEN {WAITS} THEN CASE i % 2 WHEN 0 THEN 'pending' ELSE 'queued' END WHEN {RUNS} THEN 'running' "
            f"WHEN {FAILED} THEN 'failed' WHEN {TIMED_OUT} THEN 'timeout' WHEN {CANCELLED} THEN 'cancelled' "
            "ELSE 'completed' END)::job_status"
        ),
        "type": (
            f"(CASE WHEN {KIND} < 30 THEN 'cam_process' WHEN {KIND} < 45 THEN 'sim_run' WHEN {KIND} < 60 THEN "
            f"'gcode_post' WHEN {KIND} < 75 THEN 'cad_import' WHEN {KIND} < 90 THEN 'cad_export' "
            f"WHEN {KIND} < 99 THEN 'report_generate' ELSE 'model_repair' END)::job_type"
        ),
        "priority": "CASE i % 20 WHEN 0 THEN 20 WHEN 1 THEN 10 WHEN 2 THEN -10 ELSE 0 END",
        "progress": (f"CASE WHEN {WAITS} THEN 0 WHEN {RUNS} THEN i % 100 WHEN {CANCELLED} THEN i % 90 ELSE 100 END"),
        "attempt": f"CASE WHEN {WAITS} THEN 0 ELSE 1 END",
        "error_code": (
            f"CASE WHEN {RUNS} THEN NULL WHEN {FAILED} THEN 'tool_missing' WHEN {TIMED_OUT} THEN 'lease_expired' END"
        ),
        "input_params": "jsonb_build_object('machine', 'VMC-' || i % 40, 'stock_mm', i * 7 % 300)",
        "output_data": f"CASE WHEN {RUNS} OR {CANCELLED} THEN NULL ELSE jsonb_build_object('lines', i % 20000) END",
        "metrics": f"CASE WHEN {RUNS} THEN NULL ELSE jsonb_build_object('seconds', i * 11 % 9000) END",
        "available_at": ASKED,
        "started_at": f"CASE WHEN {WAITS} THEN NULL ELSE {ASKED} + interval '20 seconds' END",
        "finished_at": f"CASE WHEN {RUNS} THEN NULL ELSE {ASKED} + interval '80 seconds' END",
        "dead_lettered_at": f"CASE WHEN {RUNS} THEN NULL WHEN {RESULT} < 20 THEN {ASKED} + interval '80 seconds' END",
        "created_at": ASKED,
        "updated_at": f"{ASKED} + interval '80 seconds'",
    },
)

ASKED_FOR: Final = JobFilter(input_params={"machine": "VMC-7", "stock_mm": 49})
MEASURED: Final = JobFilter(metrics={"seconds": 300})
WITH_RESULT: Final = JobFilter(output_data={"lines": 18_240})
OF_MODEL: Final = JobFilter(model_id=3006)
REPAIRS: Final = JobFilter(type=JobType.MODEL_REPAIR)
FAILURES: Final = JobFilter(status=JobStatus.FAILED)
OWN: Final = JobFilter(user_id=OWNER)
OWN_FINISHED: Final = JobFilter(user_id=OWNER, type=JobType.CAM_PROCESS, status=JobStatus.COMPLETED)
TASK: Final = "a3f1c7de-5b0e-4c1f-9a52-000000003006"
LEASE: Final = timedelta(minutes=5)

EVIDENCE: Final = {
    "gin_jobs_input_params": (Evidence("jobs.page(input_params)", lambda work: work.jobs.page(ASKED_FOR)),),
    "gin_jobs_metrics": (Evidence("jobs.page(metrics)", lambda work: work.jobs.page(MEASURED)),),
    "gin_jobs_output_data": (Evidence("jobs.page(output_data)", lambda work: work.jobs.page(WITH_RESULT)),),
    "idx_jobs_dead_lettered_at": (
        Evidence("jobs.dead_letters()", lambda work: work.jobs.dead_letters()),
        Evidence("jobs.dead_letters()", lambda work: work.jobs.dead_letters(), as_user=True),
    ),
    "idx_jobs_lease_until": (
        Evidence("jobs.lost()", lambda work: work.jobs.lost()),
        Evidence("jobs.lost()", lambda work: work.jobs.lost(), as_user=True),
        Evidence("jobs.reap()", lambda work: work.jobs.reap()),
    ),
    "idx_jobs_model_id": (
        Evidence("jobs.page(model_id)", lambda work: work.jobs.page(OF_MODEL)),
        Evidence("jobs.page(model_id)", lambda work: work.jobs.page(OF_MODEL), as_user=True),
    ),
    "idx_jobs_priority_status": (
        Evidence("jobs.claim()", lambda work: work.jobs.claim("cam-isci-1", LEASE, limit=10)),
        Evidence(
            "jobs.claim(types)",
            lambda work: work.jobs.claim("cam-isci-1", LEASE, types=frozenset({JobType.CAM_PROCESS})),
        ),
        Evidence("jobs.due()", lambda work: work.jobs.due()),
        Evidence("jobs.due()", lambda work: work.jobs.due(), as_user=True),
        Evidence("jobs.position()", lambda work: work.jobs.position(99_777)),
        Evidence("jobs.longest_wait()", lambda work: work.jobs.longest_wait()),
        Evidence("jobs.settle_cancellations()", lambda work: work.jobs.settle_cancellations()),
    ),
    "idx_jobs_status_created_at": (
        Evidence("jobs.oldest(status)", lambda work: work.jobs.oldest(FAILURES)),
        Evidence("jobs.page(status)", lambda work: work.jobs.page(FAILURES)),
        Evidence("jobs.count(status)", lambda work: work.jobs.count(FAILURES)),
        Evidence("jobs.delete_finished()", lambda work: work.jobs.delete_finished()),
    ),
    "idx_jobs_task_id": (
        Evidence("jobs.by_task_id()", lambda work: work.jobs.by_task_id(TASK)),
        Evidence("jobs.by_task_id()", lambda work: work.jobs.by_task_id(TASK), as_user=True),
    ),
    "idx_jobs_type": (Evidence("jobs.page(type)", lambda work: work.jobs.page(REPAIRS)),),
    "idx_jobs_user_type_status": (
        Evidence("jobs.oldest(type, status)", lambda work: work.jobs.oldest(OWN_FINISHED)),
        Evidence("jobs.page(user_id)", lambda work: work.jobs.page(OWN)),
        Evidence("jobs.page()", lambda work: work.jobs.page(), as_user=True),
        Evidence("jobs.tally()", lambda work: work.jobs.tally(OWNER), as_user=True),
    ),
    "uq_jobs_idempotency_key": (
        Evidence("jobs.by_idempotency_key()", lambda work: work.jobs.by_idempotency_key(OWNER, "siparis-3006")),
        Evidence(
            "jobs.by_idempotency_key()",
            lambda work: work.jobs.by_idempotency_key(OWNER, "siparis-3006"),
            as_user=True,
        ),
    ),
}
WORKER_ONLY: Final = {
    "gin_jobs_input_params": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("jobs.page(input_params)", lambda work: work.jobs.page(ASKED_FOR), as_user=True),
        "idx_jobs_user_type_status",
    ),
    "gin_jobs_metrics": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("jobs.page(metrics)", lambda work: work.jobs.page(MEASURED), as_user=True),
        "idx_jobs_user_type_status",
    ),
    "gin_jobs_output_data": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("jobs.page(output_data)", lambda work: work.jobs.page(WITH_RESULT), as_user=True),
        "idx_jobs_user_type_status",
    ),
    "idx_jobs_status_created_at": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("jobs.oldest(status)", lambda work: work.jobs.oldest(FAILURES), as_user=True),
        "idx_jobs_user_type_status",
    ),
    "idx_jobs_type": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("jobs.page(type)", lambda work: work.jobs.page(REPAIRS), as_user=True),
        "idx_jobs_user_type_status",
    ),
}

"""Simulations: one of each job, four in five of a CAM run; three hundred are not finished."""

from __future__ import annotations

from typing import Final

from platform_db.domain.jobs import JobStatus
from platform_db.repositories.sim_runs import SimRunFilter
from tests.plans.evidence import OWNER, THROUGH_THE_PARENT, Evidence, Fill, WorkerOnly

MADE: Final = "now() - (100001 - i) * interval '2 minutes'"

FILL: Final = Fill(
    {
        "id": "i",
        "job_id": "i",
        "cam_run_id": "CASE WHEN i % 5 > 0 THEN i END",
        "type": "(enum_range(NULL::simulation_type))[i % 8 + 1]",
        "status": (
            "(CASE WHEN i > 99700 THEN (ARRAY['pending', 'queued', 'running'])[i % 3 + 1] "
            "WHEN i % 50 = 0 THEN 'failed' ELSE 'completed' END)::job_status"
        ),
        "result": "CASE WHEN i > 99700 OR i % 50 = 0 THEN NULL ELSE 'passed'::simulation_status END",
        "collision_count": "0",
        "created_at": MADE,
        "updated_at": MADE,
    },
)

OF_JOB: Final = SimRunFilter(job_id=3006)
OF_CAM_RUN: Final = SimRunFilter(cam_run_id=3006)
OWN: Final = SimRunFilter(user_id=OWNER)
RUNNING: Final = SimRunFilter(status=JobStatus.RUNNING)

EVIDENCE: Final = {
    "idx_sim_runs_cam_run_id": (
        Evidence("sim_runs.page(cam_run_id)", lambda work: work.sim_runs.page(OF_CAM_RUN)),
        Evidence("sim_runs.page(cam_run_id)", lambda work: work.sim_runs.page(OF_CAM_RUN), as_user=True),
    ),
    "idx_sim_runs_created_at": (Evidence("sim_runs.page()", lambda work: work.sim_runs.page()),),
    "idx_sim_runs_job_id_status": (
        Evidence("sim_runs.page(job_id)", lambda work: work.sim_runs.page(OF_JOB)),
        Evidence("sim_runs.page(job_id)", lambda work: work.sim_runs.page(OF_JOB), as_user=True),
        Evidence("sim_runs.page(user_id)", lambda work: work.sim_runs.page(OWN), as_user=True),
    ),
    "idx_sim_runs_status": (
        Evidence("sim_runs.unfinished()", lambda work: work.sim_runs.unfinished()),
        Evidence("sim_runs.unfinished(status)", lambda work: work.sim_runs.unfinished(RUNNING)),
    ),
}
WORKER_ONLY: Final = {
    "idx_sim_runs_created_at": WorkerOnly(
        THROUGH_THE_PARENT,
        Evidence("sim_runs.page(user_id)", lambda work: work.sim_runs.page(OWN), as_user=True),
        "idx_sim_runs_job_id_status",
    ),
    "idx_sim_runs_status": WorkerOnly(
        THROUGH_THE_PARENT,
        Evidence("sim_runs.unfinished(user_id)", lambda work: work.sim_runs.unfinished(OWN), as_user=True),
        "idx_sim_runs_job_id_status",
    ),
}

"""CAM runs: one of each job, on forty machines; a thousand are not finished."""

from __future__ import annotations

from typing import Final

from platform_db.repositories.cam_runs import CamRunFilter
from tests.plans.evidence import OWNER, THROUGH_THE_PARENT, Evidence, Fill, WorkerOnly

MADE: Final = "now() - (100001 - i) * interval '2 minutes'"

FILL: Final = Fill(
    {
        "id": "i",
        "job_id": "i",
        "machine_id": "(i * 7 + i / 1000) % 40 + 1",
        "strategy": "(enum_range(NULL::cam_strategy))[i % 20 + 1]",
        "status": (
            "(CASE WHEN i > 99000 THEN (ARRAY['pending', 'queued', 'running'])[i % 3 + 1] "
            "WHEN i % 50 = 0 THEN 'failed' ELSE 'completed' END)::job_status"
        ),
        "created_at": MADE,
        "updated_at": MADE,
    },
)

OF_JOB: Final = CamRunFilter(job_id=3006)
OF_MACHINE: Final = CamRunFilter(machine_id=4)
OWN: Final = CamRunFilter(user_id=OWNER)
OWN_ON_MACHINE: Final = CamRunFilter(user_id=OWNER, machine_id=4)

EVIDENCE: Final = {
    "idx_cam_runs_created_at": (Evidence("cam_runs.page()", lambda work: work.cam_runs.page()),),
    "idx_cam_runs_job_id_status": (
        Evidence("cam_runs.page(job_id)", lambda work: work.cam_runs.page(OF_JOB)),
        Evidence("cam_runs.page(job_id)", lambda work: work.cam_runs.page(OF_JOB), as_user=True),
        Evidence("cam_runs.page(user_id)", lambda work: work.cam_runs.page(OWN), as_user=True),
    ),
    "idx_cam_runs_machine_id": (Evidence("cam_runs.count(machine_id)", lambda work: work.cam_runs.count(OF_MACHINE)),),
    "idx_cam_runs_machine_status": (
        Evidence("cam_runs.unfinished(machine_id)", lambda work: work.cam_runs.unfinished(OF_MACHINE)),
    ),
}
WORKER_ONLY: Final = {
    "idx_cam_runs_created_at": WorkerOnly(
        THROUGH_THE_PARENT,
        Evidence("cam_runs.page(user_id)", lambda work: work.cam_runs.page(OWN), as_user=True),
        "idx_cam_runs_job_id_status",
    ),
    "idx_cam_runs_machine_id": WorkerOnly(
        THROUGH_THE_PARENT,
        Evidence("cam_runs.count(user_id, machine_id)", lambda work: work.cam_runs.count(OWN_ON_MACHINE), as_user=True),
        "idx_cam_runs_job_id_status",
    ),
    "idx_cam_runs_machine_status": WorkerOnly(
        THROUGH_THE_PARENT,
        Evidence(
            "cam_runs.unfinished(user_id, machine_id)",
            lambda work: work.cam_runs.unfinished(OWN_ON_MACHINE),
            as_user=True,
        ),
        "idx_cam_runs_job_id_status",
    ),
}

"""The table of CAM runs; each belongs to the user of its job."""

from __future__ import annotations

from platform_db.domain.cam_runs import CamRun
from platform_db.domain.jobs import UNFINISHED
from platform_db.domain.rules import one_of
from platform_db.schema.metadata import Through, foreign_key, index, table
from platform_db.schema.roles import Role

__all__ = ["cam_runs"]

cam_runs = table(
    CamRun,
    foreign_key("job_id", "jobs"),
    foreign_key("machine_id", "machines"),
    index("idx_cam_runs_created_at", "created_at DESC", "id DESC", serves="A page of all CAM runs, newest first."),
    index(
        "idx_cam_runs_job_id_status",
        "job_id",
        "status",
        serves="The CAM runs of a job in a status, and the foreign key to jobs.",
    ),
    index(
        "idx_cam_runs_machine_id",
        "machine_id",
        serves="All CAM runs for a machine, and the foreign key to machines.",
    ),
    index(
        "idx_cam_runs_machine_status",
        "machine_id",
        "status",
        where=f"status IN {one_of(UNFINISHED)}",
        serves="The unfinished CAM runs for a machine.",
    ),
    owner=Through(parent="jobs", column="job_id", owner="user_id"),
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.READONLY: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

"""The table of simulations; each belongs to the user of its job."""

from __future__ import annotations

from platform_db.domain.jobs import UNFINISHED
from platform_db.domain.rules import one_of
from platform_db.domain.sim_runs import SimRun
from platform_db.schema.metadata import Through, foreign_key, index, table
from platform_db.schema.roles import Role

__all__ = ["sim_runs"]

sim_runs = table(
    SimRun,
    foreign_key("job_id", "jobs"),
    foreign_key("cam_run_id", "cam_runs"),
    index(
        "idx_sim_runs_cam_run_id",
        "cam_run_id",
        where="cam_run_id IS NOT NULL",
        serves="The simulations of a CAM run, and the foreign key to cam_runs.",
    ),
    index("idx_sim_runs_created_at", "created_at DESC", "id DESC", serves="A page of all simulations, newest first."),
    index(
        "idx_sim_runs_job_id_status",
        "job_id",
        "status",
        serves="The simulations of a job in a status, and the foreign key to jobs.",
    ),
    index(
        "idx_sim_runs_status",
        "status",
        where=f"status IN {one_of(UNFINISHED)}",
        serves="The unfinished simulations in a status.",
    ),
    owner=Through(parent="jobs", column="job_id", owner="user_id"),
    grants={
        Role.APP: {"SELECT": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.READONLY: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

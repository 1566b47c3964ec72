"""CAM runs: tool paths that a job makes for a machine."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from platform_db.domain.changes import ChangeRule, fixed
from platform_db.domain.fields import BigInteger, Json
from platform_db.domain.jobs import JobStatus
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.rules import Message
from platform_db.domain.runs import RUN_STATES

__all__ = ["CamRun", "CamStrategy", "NewCamRun"]


class CamStrategy(StrEnum):
    """How a tool path covers the work."""

    FACE_MILL = "face_mill"
    POCKET_2D = "pocket_2d"
    CONTOUR_2D = "contour_2d"
    DRILL = "drill"
    THREAD_MILL = "thread_mill"
    ENGRAVE = "engrave"
    ADAPTIVE_CLEAR = "adaptive_clear"
    POCKET_3D = "pocket_3d"
    CONTOUR_3D = "contour_3d"
    PARALLEL = "parallel"
    RADIAL = "radial"
    SPIRAL = "spiral"
    MORPHED_SPIRAL = "morphed_spiral"
    PROJECT = "project"
    SWARF = "swarf"
    FLOW = "flow"
    REST_MACHINING = "rest_machining"
    PENCIL = "pencil"
    SCALLOP = "scallop"
    STEEP_SHALLOW = "steep_shallow"


class CamRun(Versioned):
    """A CAM run of a job on a machine.

    It belongs to the owner of its job and goes with the job.
    """

    entity = "cam_runs"

    job_id: Annotated[int, BigInteger()] = Field(description="The job that made the run.")
    machine_id: Annotated[int, BigInteger()] = Field(description="The machine that the tool path is for.")
    strategy: CamStrategy | None = Field(
        default=None, description="How the tool path covers the work; NULL when the run combines several ways."
    )
    status: JobStatus = Field(default=JobStatus.PENDING, description="State of the run.")
    params: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="Cutting parameters of the run, such as feed and speed, as a JSON object."
    )
    metrics: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="What was measured of the run, such as cutting time, as a JSON object."
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        RUN_STATES.rule,
        fixed(
            "place_is_fixed",
            ("job_id", "machine_id"),
            Message("Bir çalışmanın işi ve tezgâhı değişmez", "The job and the machine of a run are fixed"),
        ),
    )


class NewCamRun(InputModel):
    """A tool path that a job is to make for a machine.

    >>> NewCamRun(job_id=7, machine_id=3, strategy=CamStrategy.POCKET_2D).params
    {}
    """

    entity = CamRun.entity

    job_id: Annotated[int, BigInteger()]
    machine_id: Annotated[int, BigInteger()]
    strategy: CamStrategy | None = None
    params: Annotated[JsonObject, Json()] = Field(default_factory=dict)

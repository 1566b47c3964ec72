"""Simulations: what is tried out before a machine does it, and how it went."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from platform_db.domain.changes import ChangeRule, fixed
from platform_db.domain.fields import BigInteger, Integer, Json
from platform_db.domain.jobs import JobStatus
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel, Versioned
from platform_db.domain.rules import Message, Rule
from platform_db.domain.runs import RUN_STATES

__all__ = ["NewSimRun", "SimRun", "SimulationStatus", "SimulationType", "Verdict"]


class SimulationType(StrEnum):
    """What a simulation looks for."""

    COLLISION = "collision"
    MATERIAL_REMOVAL = "material_removal"
    CUTTING_FORCE = "cutting_force"
    TOOL_DEFLECTION = "tool_deflection"
    THERMAL = "thermal"
    VIBRATION = "vibration"
    CHIP_FORMATION = "chip_formation"
    SURFACE_FINISH = "surface_finish"


class SimulationStatus(StrEnum):
    """The verdict of a simulation."""

    PASSED = "passed"
    PASSED_WARNINGS = "passed_warnings"
    FAILED = "failed"
    ERROR = "error"


def _result_when_completed(status: JobStatus | None, result: SimulationStatus | None) -> bool | None:
    return None if status is None else (status == JobStatus.COMPLETED) == (result is not None)


def _passed_without_collision(result: SimulationStatus | None, collision_count: int | None) -> bool:
    return result not in {SimulationStatus.PASSED, SimulationStatus.PASSED_WARNINGS} or not collision_count


CollisionCount = Annotated[
    int | None,
    Integer(
        ge=0,
        name="collision_count_non_negative",
        message=Message("Çarpışma sayısı sıfırdan küçük olamaz", "The number of collisions must not be negative"),
    ),
]


class SimRun(Versioned):
    """A simulation of a job, optionally of one CAM run.

    ``status`` says whether it ran, ``result`` what it found. It belongs to the owner of its
    job and goes with the job.
    """

    entity = "sim_runs"

    job_id: Annotated[int, BigInteger()] = Field(description="The job that made the simulation.")
    cam_run_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The CAM run that is simulated; NULL when the simulation is of no single run."
    )
    type: SimulationType = Field(description="What the simulation looks for.")
    status: JobStatus = Field(default=JobStatus.PENDING, description="State of the simulation.")
    result: SimulationStatus | None = Field(
        default=None, description="The verdict; set with status completed, and only then."
    )
    collision_count: CollisionCount = Field(
        default=None, description="How many collisions were found; NULL when none were looked for."
    )
    params: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="Settings of the simulation, such as step and tolerance, as a JSON object."
    )
    metrics: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="What the simulation measured, such as force or heat, as a JSON object."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="result_when_completed",
            fields=("status", "result"),
            holds=_result_when_completed,
            sql="(status = 'completed') = (result IS NOT NULL)",
            message=Message(
                "Simülasyonun sonucu, tamamlanmışsa bulunur, tamamlanmamışsa bulunmaz",
                "The verdict is there if, and only if, the simulation is completed",
            ),
            null_aware=True,
        ),
        Rule(
            name="passed_without_collision",
            fields=("result", "collision_count"),
            holds=_passed_without_collision,
            sql="result NOT IN ('passed', 'passed_warnings') OR coalesce(collision_count, 0) = 0",
            message=Message(
                "Çarpışma bulunan simülasyon başarılı sayılamaz", "A simulation that found collisions did not pass"
            ),
            null_aware=True,
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        RUN_STATES.rule,
        fixed(
            "place_is_fixed",
            ("job_id", "cam_run_id", "type"),
            Message(
                "Bir simülasyonun işi, CAM çalışması ve türü değişmez",
                "The job, the CAM run and the kind of a simulation are fixed",
            ),
        ),
    )


class NewSimRun(InputModel):
    """A simulation that a job is to run, of one CAM run or of none.

    >>> NewSimRun(job_id=7, type=SimulationType.COLLISION).cam_run_id is None
    True
    """

    entity = SimRun.entity

    job_id: Annotated[int, BigInteger()]
    cam_run_id: Annotated[int | None, BigInteger()] = None
    type: SimulationType
    params: Annotated[JsonObject, Json()] = Field(default_factory=dict)


class Verdict(InputModel):
    """What a simulation found; one that found collisions did not pass."""

    entity = SimRun.entity

    result: SimulationStatus
    collision_count: CollisionCount = None
    metrics: Annotated[JsonObject, Json()] = Field(default_factory=dict)

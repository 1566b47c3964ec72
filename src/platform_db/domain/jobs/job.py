"""The job as it is stored."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import BigInteger, Column, Digest, Instant, Integer, Json, Text
from platform_db.domain.jobs.rules import GUARDS, RULES, WHOLE
from platform_db.domain.jobs.states import JobStatus
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.rules import Guard, Message, Rule

__all__ = ["Job", "JobType"]


class JobType(StrEnum):
    """The kinds of engineering work."""

    CAD_GENERATE = "cad_generate"
    CAD_IMPORT = "cad_import"
    CAD_EXPORT = "cad_export"
    CAM_PROCESS = "cam_process"
    CAM_OPTIMIZE = "cam_optimize"
    SIM_RUN = "sim_run"
    SIM_COLLISION = "sim_collision"
    GCODE_POST = "gcode_post"
    GCODE_VERIFY = "gcode_verify"
    REPORT_GENERATE = "report_generate"
    MODEL_REPAIR = "model_repair"


class Job(Versioned):
    """Asynchronous task queue with idempotency, retry logic, and comprehensive metrics

    A unit of engineering work, claimed by workers: the highest priority first, then what has
    been available longest. ``attempt`` is the fencing token: it counts up at each claim, and a
    worker's report carries the number it claimed. A running job is held by a lease; when that
    runs out, the job goes back into the queue or fails. Finished jobs are kept for 180 days.
    """  # noqa: D400 - the first line is the table's comment, letter for letter

    entity = "jobs"

    user_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="Who asked for the work; NULL for a job of the system."
    )
    model_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The CAD model that is worked on, of the same user; NULL when there is none."
    )
    idempotency_key: Annotated[str | None, Text(max=255), Column(bytewise=True)] = Field(
        default=None,
        description="The caller's key of the request, unique for each user: the same again is the same job.",
    )
    request_fingerprint: Annotated[str | None, Digest(name="request_fingerprint_format")] = Field(
        default=None, description="SHA-256 of the request that came with idempotency_key, in hexadecimal digits."
    )
    task_id: Annotated[str | None, Text(max=255)] = Field(
        default=None, description="Number of the task in the caller's task queue, such as Celery's."
    )
    claimed_by: Annotated[str | None, Text(max=255)] = Field(
        default=None, description="The worker that runs the job; NULL when none does."
    )
    error_code: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="Code of the last failure, for programs."
    )
    error_message: Annotated[str | None, Text(max=1000)] = Field(
        default=None, description="The last failure in words, for people."
    )
    type: JobType = Field(description="What is to be done.")
    status: JobStatus = Field(default=JobStatus.PENDING, description="State of the job.")
    priority: Annotated[
        int,
        Integer(
            ge=-10,
            le=20,
            name="priority_range",
            message=Message("Öncelik -10 ile 20 arasında olmalıdır", "The priority must be from -10 to 20"),
        ),
    ] = Field(default=0, description="The higher, the sooner: low -10, normal 0, high 10, critical 20.")
    progress: Annotated[
        int,
        Integer(
            ge=0,
            le=WHOLE,
            name="progress_valid",
            message=Message(
                f"İlerleme yüzde 0 ile {WHOLE} arasında olmalıdır", f"The progress must be from 0 to {WHOLE} percent"
            ),
        ),
    ] = Field(default=0, description="How much of the attempt is done, in percent.")
    attempt: Annotated[
        int,
        Integer(
            ge=0,
            name="attempt_non_negative",
            message=Message("Deneme sayısı sıfırdan küçük olamaz", "The number of attempts must not be negative"),
        ),
    ] = Field(default=0, description="How often the job was claimed: the fencing token of its results.")
    retry_count: Annotated[
        int,
        Integer(
            ge=0,
            name="retry_count_non_negative",
            message=Message(
                "Yeniden deneme sayısı sıfırdan küçük olamaz", "The number of retries must not be negative"
            ),
        ),
    ] = Field(default=0, description="How often the job was tried again after a failure.")
    input_params: Annotated[JsonObject, Json(max_bytes=262_144)] = Field(
        default_factory=dict, description="What the work is to be done with, as a JSON object by parameter."
    )
    output_data: Annotated[JsonObject | None, Json()] = Field(
        default=None, description="What came out, as a JSON object; NULL until there is a result."
    )
    metrics: Annotated[JsonObject | None, Json()] = Field(
        default=None, description="What was measured of the work, such as time and memory, as a JSON object."
    )
    max_retries: Annotated[
        int,
        Integer(
            ge=0,
            le=100,
            name="max_retries_non_negative",
            message=Message(
                "Yeniden deneme hakkı 0 ile 100 arasında olmalıdır", "The allowed retries must be from 0 to 100"
            ),
        ),
    ] = Field(default=3, description="How often the job may be tried again after a failure.")
    timeout_seconds: Annotated[
        int,
        Integer(
            ge=1,
            le=604_800,
            name="timeout_positive",
            message=Message(
                "Zaman aşımı 1 saniye ile 7 gün arasında olmalıdır", "The timeout must be from 1 second to 7 days"
            ),
        ),
    ] = Field(default=3600, description="How long one attempt may take, in seconds.")
    available_at: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="From when the job may be claimed (UTC)."
    )
    lease_until: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="Until when the worker holds the job (UTC); each heartbeat moves it on."
    )
    heartbeat_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the worker last showed that it is alive (UTC)."
    )
    cancel_requested_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the user asked to cancel the job (UTC)."
    )
    started_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the current or last attempt began (UTC); NULL in the queue."
    )
    finished_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the job ended, well or not (UTC)."
    )
    dead_lettered_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None,
        description="When the job was given up after its last retry (UTC); an operator may queue it again.",
    )

    rules: ClassVar[tuple[Rule, ...]] = RULES

    guards: ClassVar[tuple[Guard, ...]] = GUARDS

"""What a caller gives to ask for work, and to say that it failed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Final, Self

from pydantic import AwareDatetime, Field, StrictInt, StrictStr, model_validator

from platform_db.domain.canonical_json import canonical_json
from platform_db.domain.columns import columns_of
from platform_db.domain.fields import Instant
from platform_db.domain.jobs.job import Job, JobType
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = ["REQUEST", "NewJob", "reported_failure", "reported_result"]

_GIVEN: Final = (
    "user_id",
    "model_id",
    "type",
    "priority",
    "input_params",
    "idempotency_key",
    "max_retries",
    "timeout_seconds",
)
REQUEST: Final = (*_GIVEN, "request_fingerprint")
"""The columns with which a job is made, beside ``available_at``; the server makes the others."""

_Request: Final = columns_of(Job, REQUEST)
_Failure: Final = columns_of(Job, ("error_code", "error_message"))
_Result: Final = columns_of(Job, ("output_data", "metrics"))

_INEXACT: Final = Violation(
    rule="jobs_input_params_canonical",
    fields=("input_params",),
    message=Message(
        "İdempotentlik anahtarıyla gelen istekte, her okuyanın aynı okumadığı sayılar metin olarak yazılır",
        "In a request with an idempotency key, a number that not every reader reads the same is written as text",
    ),
    entity=Job.entity,
)


class NewJob(InputModel):
    """Work to ask for.

    With an ``idempotency_key`` the same request of the same user is one job. What makes it
    the same is type, model, parameters and limits; when it is to begin, and how urgent it is,
    is not part of it.

    ``user_id`` is None for a job of the system. ``available_at`` is from when it may be
    claimed; None, or an instant that has passed by the database's clock, is at once.
    ``priority`` is -10 (low) to 20 (critical). ``input_params`` takes at most 256 KB.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``jobs`` is broken; ``violations`` has every one.

    Examples
    --------
    >>> NewJob(user_id=7, type=JobType.CAM_PROCESS, input_params={"machine": "VMC-850"}).priority
    0
    """

    entity = "jobs"

    user_id: StrictInt | None
    type: JobType
    model_id: StrictInt | None = None
    input_params: JsonObject = Field(default_factory=dict)
    priority: StrictInt = 0
    max_retries: StrictInt = 3
    timeout_seconds: StrictInt = 3600
    idempotency_key: StrictStr | None = None
    available_at: Annotated[AwareDatetime | None, Instant()] = None

    @property
    def fingerprint(self) -> str | None:
        """SHA-256 of the canonical JSON of what makes a request the same; None without a key."""
        if self.idempotency_key is None:
            return None
        told = {name: getattr(self, name) for name in ("type", "model_id", "input_params", *_LIMITS)}
        try:
            return sha256(canonical_json({**told, "type": self.type.value})).hexdigest()
        except ValueError:
            raise RuleViolation(_INEXACT) from None

    @property
    def columns(self) -> Mapping[str, object]:
        """The row to make, by column, but for ``available_at``."""
        return {**{name: getattr(self, name) for name in _GIVEN}, "request_fingerprint": self.fingerprint}

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        request = {name: getattr(self, name) for name in _GIVEN}
        # The fingerprint is made of values that the rules have judged.
        placeholder = None if self.idempotency_key is None else "0" * 64
        _Request.parse({**request, "request_fingerprint": placeholder})
        _ = self.fingerprint
        return self


_LIMITS: Final = ("max_retries", "timeout_seconds")


def reported_failure(code: str, message: str | None) -> dict[str, object]:
    """The columns that tell a failure.

    Raises
    ------
    RuleViolation
        The code is not 1 to 100 characters, or the message is longer than 1000.
    """
    _Failure.parse({"error_code": code, "error_message": message})
    if code is None:  # pyright: ignore[reportUnnecessaryComparison] - callers without types
        raise RuleViolation(next(rule for rule in Job.rules if rule.name == "failed_has_error").violation(Job.entity))
    return {"error_code": code, "error_message": message}


def reported_result(output: JsonObject | None, metrics: JsonObject | None) -> dict[str, object]:
    """The columns that tell what came out.

    Raises
    ------
    RuleViolation
        One of them is no JSON object, or takes more than 64 KB.
    """
    if output is not None or metrics is not None:
        _Result.parse({"output_data": output, "metrics": metrics})
    return {"output_data": output, "metrics": metrics}

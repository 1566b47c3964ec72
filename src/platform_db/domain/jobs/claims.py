"""What a worker's report names: which attempt of which job it speaks of, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol, Self

from pydantic import ConfigDict

from platform_db.domain.fields import BigInteger, Integer, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel

__all__ = ["Claim", "Completion", "Held"]


class Held(Protocol):
    """An attempt that a worker holds: a :class:`Job` as it was claimed, or its :class:`Claim`."""

    @property
    def id(self) -> int: ...
    @property
    def attempt(self) -> int: ...
    @property
    def claimed_by(self) -> str | None: ...


class Claim(InputModel):
    """An attempt in three values, for a worker that reports from another process.

    >>> Claim.parse({"id": 7, "attempt": 2, "claimed_by": "cam-isci-1"}).model_dump()
    {'id': 7, 'attempt': 2, 'claimed_by': 'cam-isci-1'}
    """

    model_config = ConfigDict(from_attributes=True)

    entity = "jobs"

    id: Annotated[int, BigInteger()]
    attempt: Annotated[int, Integer(ge=0, name="attempt_non_negative")]
    claimed_by: Annotated[str, Text(max=255)]

    @classmethod
    def of(cls, job: Held) -> Self:
        """The claim of a job as :meth:`JobRepository.claim` gave it.

        Raises
        ------
        RuleViolation
            No worker holds the job.
        """
        return cls.parse({name: getattr(job, name) for name in cls.model_fields})


@dataclass(frozen=True, slots=True)
class Completion:
    """The result of one attempt, for :meth:`JobRepository.complete_many`.

    ``metrics`` are added to those that the attempt has reported.
    """

    held: Held
    output: JsonObject | None = None
    metrics: JsonObject | None = None

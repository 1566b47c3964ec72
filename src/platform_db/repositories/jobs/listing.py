"""Lists of jobs."""

from __future__ import annotations

from typing import Annotated, Final

from platform_db.domain.fields import BigInteger, Json
from platform_db.domain.jobs import Job, JobStatus, JobType
from platform_db.domain.json_values import JsonObject
from platform_db.repositories.filters import NEWEST_FIRST, OLDEST_FIRST, Filter, Listing, contains, equal
from platform_db.repositories.paging import Key
from platform_db.schema.jobs import jobs

__all__ = ["DEAD_LETTERS", "NEWEST", "OLDEST", "JobFilter"]


class JobFilter(Filter):
    """Which jobs a list holds; what is not given, or None, does not restrict.

    ``input_params``, ``metrics`` and ``output_data`` are a part of what the job has (``@>``):
    ``{"machine": "VMC-850"}``.
    """

    user_id: Annotated[int | None, BigInteger()] = None
    model_id: Annotated[int | None, BigInteger()] = None
    type: JobType | None = None
    status: JobStatus | None = None
    input_params: Annotated[JsonObject | None, Json()] = None
    metrics: Annotated[JsonObject | None, Json()] = None
    output_data: Annotated[JsonObject | None, Json()] = None


_CONDITIONS: Final = {
    **{name: equal(name) for name in ("user_id", "model_id", "type", "status")},
    **{name: contains(name, name) for name in ("input_params", "metrics", "output_data")},
}
NEWEST: Final = Listing(jobs, Job, NEWEST_FIRST, _CONDITIONS)
OLDEST: Final = Listing(jobs, Job, OLDEST_FIRST, _CONDITIONS, name="oldest")
DEAD_LETTERS: Final = Listing(
    jobs,
    Job,
    (Key("dead_lettered_at", descending=True, nullable=False), Key("id", descending=True)),
    _CONDITIONS,
    name="dead_letters",
    only=(lambda table: table.c.dead_lettered_at.is_not(None),),
)

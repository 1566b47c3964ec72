"""Backfills of migrations: how far each has come, so that an interrupted one goes on from there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import BigInteger, Instant, Integer, Text
from platform_db.domain.models import Versioned
from platform_db.domain.rules import Message, Rule

__all__ = ["BackfillStatus", "MigrationBackfill"]

_ROWS: Final = BigInteger(
    ge=0,
    name="rows_done_non_negative",
    message=Message("Satır sayıları eksi olamaz", "Numbers of rows are not negative"),
)


class BackfillStatus(StrEnum):
    """The state of a backfill."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"


def _finished_at_matches_status(status: BackfillStatus | None, finished_at: datetime | None) -> bool | None:
    return None if status is None else (status == BackfillStatus.COMPLETED) == (finished_at is not None)


def _failed_has_error(status: BackfillStatus | None, error: str | None) -> bool:
    return status != BackfillStatus.FAILED or error is not None


class MigrationBackfill(Versioned):
    """Progress of resumable backfills.

    A backfill goes over its table in the order of the key, in batches that each commit
    together with their progress, so after an interruption it resumes behind `last_key`.
    """

    entity = "migration_backfills"

    revision: Annotated[str, Text(max=255)] = Field(description="The revision that it belongs to.")
    step: Annotated[str, Text(max=100)] = Field(description="The step of the revision.")
    table_name: Annotated[str, Text(max=63)] = Field(description="The table whose rows it changes.")
    status: BackfillStatus = Field(default=BackfillStatus.PENDING, description="State of the backfill.")
    last_key: Annotated[str | None, Text()] = Field(
        default=None, description="Key of the last row that is done, as text; NULL before the first batch."
    )
    last_error: Annotated[str | None, Text()] = Field(
        default=None, description="Why the last attempt failed, without values of rows."
    )
    rows_done: Annotated[int, _ROWS] = Field(default=0, description="Rows that are done.")
    rows_total: Annotated[int | None, _ROWS] = Field(
        default=None, description="Rows there are to do, as estimated at the start."
    )
    batch_size: Annotated[
        int,
        Integer(
            ge=1,
            le=100_000,
            name="batch_size_valid",
            message=Message("Bir seferde 1 ile 100000 arasında satır işlenir", "A batch has from 1 to 100000 rows"),
        ),
    ] = Field(default=1000, description="Rows changed in one transaction.")
    started_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the first batch began (UTC)."
    )
    finished_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the last batch was done (UTC); set with status completed, and only then."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="finished_at_matches_status",
            fields=("status", "finished_at"),
            holds=_finished_at_matches_status,
            sql="(status = 'completed') = (finished_at IS NOT NULL)",
            message=Message(
                "Bitiş anı, doldurma tamamlandıysa bulunur, değilse bulunmaz",
                "The moment of completion is there if, and only if, the backfill is completed",
            ),
            null_aware=True,
        ),
        Rule(
            name="failed_has_error",
            fields=("status", "last_error"),
            holds=_failed_has_error,
            sql="status <> 'failed' OR last_error IS NOT NULL",
            message=Message("Başarısız bir doldurma, nedenini yazar", "A backfill that failed says why"),
            null_aware=True,
        ),
    )

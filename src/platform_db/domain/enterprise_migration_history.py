"""The migrations that ran: which, when, for how long, with what outcome."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field, Strict, StrictBool

from platform_db.domain.environments import EnvironmentName
from platform_db.domain.fields import Column, Instant, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Created
from platform_db.domain.rules import Message, Rule

__all__ = ["MigrationDirection", "MigrationRun"]


class MigrationDirection(StrEnum):
    """Which way a migration went."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"


def _end_after_start(end: datetime, start: datetime) -> bool:
    return end >= start


def _success_has_end(success: bool | None, end: datetime | None, error: str | None) -> bool:  # noqa: FBT001 - a column
    return not success or (end is not None and error is None)


class MigrationRun(Created):
    """Each run of a migration, up or down, with duration and outcome.

    A revision may go down and up again, so it has as many rows as it had runs.
    """

    entity = "enterprise_migration_history"

    revision: Annotated[str, Text(max=255)] = Field(description="The revision that ran.")
    description: Annotated[str, Text()] = Field(description="What the revision says of itself.")
    direction: MigrationDirection = Field(default=MigrationDirection.UPGRADE, description="Made or unmade.")
    migration_start: Annotated[AwareDatetime, Instant()] = Field(description="When it began (UTC).")
    migration_end: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When it ended (UTC); NULL while it runs, and after a crash."
    )
    duration_seconds: Annotated[
        Decimal | None,
        Strict(),
        Column(
            sql_type="numeric",
            generated="round(EXTRACT(epoch FROM (migration_end - migration_start)), 3)",
        ),
    ] = Field(default=None, description="From start to end in seconds, to the millisecond; computed by the server.")
    success: StrictBool = Field(default=False, description="Whether it ran to its end.")
    error_message: Annotated[str | None, Text()] = Field(
        default=None, description="Why it failed, without values of rows."
    )
    alembic_version: Annotated[str | None, Text(max=50)] = Field(default=None, description="Version of Alembic.")
    library_version: Annotated[str | None, Text(max=50)] = Field(default=None, description="Version of this library.")
    postgresql_version: Annotated[str, Text(), Column(server_default="current_setting('server_version')")] = Field(
        description="The server's own version number."
    )
    environment: EnvironmentName = Field(default="production", description="Environment that the migrator ran for.")
    applied_by: Annotated[str, Text(), Column(server_default="CURRENT_USER")] = Field(
        description="Database role that ran it."
    )
    server_info: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="What else was worth knowing of the server, as a JSON object."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="end_after_start",
            fields=("migration_end", "migration_start"),
            holds=_end_after_start,
            sql="migration_end >= migration_start",
            message=Message("Bir geçiş başlamadan bitemez", "A migration does not end before it starts"),
        ),
        Rule(
            name="success_has_end",
            fields=("success", "migration_end", "error_message"),
            holds=_success_has_end,
            sql="NOT success OR (migration_end IS NOT NULL AND error_message IS NULL)",
            message=Message(
                "Başarılı bir geçişin bitiş anı vardır, hatası yoktur",
                "A migration that succeeded has its end and no error",
            ),
            null_aware=True,
        ),
    )

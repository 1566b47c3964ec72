"""Measured baselines: what a figure was, to tell whether it has become worse."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import Column, Instant, Numeric, Text
from platform_db.domain.models import Identified
from platform_db.domain.rules import Message

__all__ = ["PerformanceBaseline"]

_LIMIT: Final = 10**14


class PerformanceBaseline(Identified):
    """Measured baselines to compare with."""

    entity = "enterprise_performance_baseline"

    metric_name: Annotated[str, Text(max=255)] = Field(description="What was measured.")
    table_name: Annotated[str | None, Text(max=255)] = Field(
        default=None, description="Of which table; NULL for the whole database."
    )
    baseline_value: Annotated[
        Decimal,
        Numeric(
            places=6,
            gt=-_LIMIT,
            lt=_LIMIT,
            name="value_valid",
            message=Message(
                "Ölçülen değerin virgülden önce en çok 14, sonra en çok 6 basamağı olabilir",
                "A measured value has at most 14 digits before the point and 6 after it",
            ),
        ),
    ] = Field(description="The value, in measurement_unit.")
    measurement_unit: Annotated[str, Text(max=50)] = Field(description="Unit of the value.")
    measurement_date: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="When it was measured (UTC)."
    )
    postgresql_version: Annotated[str, Text(), Column(server_default="current_setting('server_version')")] = Field(
        description="Version number of the server that was measured."
    )
    notes: Annotated[str | None, Text()] = Field(default=None, description="What a reader of the figure should know.")

"""Which rule refused a write: counted, so that a fault of a caller shows, and without the values."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import Column, Instant, Text
from platform_db.domain.models import Identified

__all__ = ["ConstraintViolation"]


class ConstraintViolation(Identified):
    """Which rule refused a write, without the values.

    The row is written outside the transaction that failed, so it stays.
    """

    entity = "constraint_violations"

    constraint_name: Annotated[str, Text(max=63)] = Field(description="Name of the constraint or guard that refused.")
    table_name: Annotated[str, Text(max=63)] = Field(description="Table that was written to.")
    occurred_at: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="When it refused (UTC)."
    )

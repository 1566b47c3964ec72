"""Seats: which holders use a licence now."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from platform_db.domain.fields import BigInteger, Column, Instant, Text
from platform_db.domain.models import Identified

__all__ = ["LicenseSeat"]


class LicenseSeat(Identified):
    """A seat of a licence in use, by holder.

    Taking a seat adds the row, releasing it deletes the row; it never changes. The licence's
    ``seats_used`` is the count of its rows, so one seat too many is refused by
    ``ck_licenses_seats_used_within_seats``. A holder has one seat of a licence at most.
    """

    entity = "license_seats"

    license_id: Annotated[int, BigInteger()] = Field(description="The licence whose seat is taken.")
    holder: Annotated[str, Text(max=255), Column(bytewise=True)] = Field(
        description="Who or what sits on it, by the caller's own key: a user, a machine, a process."
    )
    taken_at: Annotated[AwareDatetime, Instant(), Column(server_default="now()")] = Field(
        description="When the seat was taken (UTC)."
    )

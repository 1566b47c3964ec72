"""Seats: which holders use a licence now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.columns import columns_of
from platform_db.domain.fields import BigInteger, Column, Instant, Text
from platform_db.domain.licenses.license import License
from platform_db.domain.models import Identified
from platform_db.domain.rules import Guard, Message
from platform_db.errors import RuleViolation

__all__ = ["LicenseSeat", "Release", "SeatTaking", "Taking", "checked_holder", "demand_running", "refuse_full"]


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

    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            name="license_is_active",
            fields=("license_id",),
            message=Message(
                "Koltuk yalnızca şu anda geçerli olan bir lisansta alınır",
                "A seat is taken only of a licence that is active now",
            ),
        ),
    )


class Taking(StrEnum):
    """What came of taking a seat."""

    TAKEN = "taken"
    """It was free and is the holder's now."""
    HELD = "held"
    """The holder had one already; nothing changed."""


class Release(StrEnum):
    """What came of releasing a seat."""

    RELEASED = "released"
    """It is free now."""
    NOT_HELD = "not_held"
    """The holder had none; nothing changed."""


@dataclass(frozen=True, slots=True)
class SeatTaking:
    """The seat that a holder has now, and whether this call took it."""

    seat: LicenseSeat
    outcome: Taking


_Held: Final = columns_of(LicenseSeat, ("holder",))

_WITHIN_SEATS: Final = next(rule for rule in License.rules if rule.name == "seats_used_within_seats")


def checked_holder(holder: str) -> str:
    """The holder's key, if it can be stored.

    Raises
    ------
    RuleViolation
        It is empty, longer than 255 characters or no text (``ck_license_seats_holder_length``).
    """
    return str(dict(_Held.parse({"holder": holder}))["holder"])


def demand_running(runs: object) -> None:
    """Refuse a seat of a licence that is not active now (``ck_license_seats_license_is_active``)."""
    if not runs:
        raise RuleViolation(*(guard.violation(LicenseSeat.entity) for guard in LicenseSeat.guards))


def refuse_full() -> RuleViolation:
    """What is raised where every seat is another's (``ck_licenses_seats_used_within_seats``)."""
    return RuleViolation(_WITHIN_SEATS.violation(License.entity))

"""A licence: who may use which plan, from when to when, on how many seats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field, StrictBool

from platform_db.domain.cancellation import CANCELLATION, CancellationReason, CancelledAt
from platform_db.domain.changes import ChangeRule, fixed
from platform_db.domain.fields import BigInteger, Instant, Integer, Json
from platform_db.domain.json_values import JsonObject
from platform_db.domain.licenses.states import LICENSE_STATES, LicenseStatus, LicenseType
from platform_db.domain.models import Versioned
from platform_db.domain.rules import Guard, Message, Rule, one_of

__all__ = ["License"]


def _seats_used_within_seats(seats: int | None, used: int | None) -> bool | None:
    if used is None:
        return None
    return used >= 0 and (seats is None or used <= seats)


def _valid_period(starts_at: datetime, ends_at: datetime) -> bool:
    return ends_at > starts_at


def _auto_renew_is_alive(status: LicenseStatus, auto_renew: bool) -> bool:  # noqa: FBT001 - a column's value
    return not auto_renew or status in {LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED}


_OVER: Final = tuple(status for status, onward in LICENSE_STATES.onward.items() if not onward)
_AS_IT_ENDED: Final = fixed(
    "ended_is_final",
    ("starts_at", "ends_at", "seats", "auto_renew", "cancelled_at", "cancellation_reason"),
    Message(
        "Süresi dolmuş ya da iptal edilmiş bir lisansın koşulları değişmez",
        "The terms of a licence that expired or was cancelled do not change",
    ),
)


def _ended_is_final(before: Mapping[str, object], after: Mapping[str, object]) -> bool | None:
    return before["status"] not in _OVER or _AS_IT_ENDED.holds(before, after)


class License(Versioned):
    """A user's right to use a plan in a period, with seats.

    The period begins with ``starts_at`` and ends before ``ends_at``. Two active licences of
    one user and plan never overlap; adjoining periods pass, so a renewal may be stored ahead.
    """

    entity = "licenses"

    user_id: Annotated[int, BigInteger()] = Field(description="Who holds the licence.")
    type: LicenseType = Field(description="The plan.")
    status: LicenseStatus = Field(
        default=LicenseStatus.ACTIVE,
        description="State of the licence; moved to expired by the worker after ends_at.",
    )
    seats: Annotated[
        int,
        Integer(
            gt=0,
            name="seats_positive",
            message=Message("Lisansın en az bir koltuğu olmalıdır", "A licence has at least one seat"),
        ),
    ] = Field(default=1, description="Seats that may be taken at the same time.")
    seats_used: Annotated[int, Integer()] = Field(
        default=0,
        description="Seats taken: the count of license_seats, kept by a trigger.",
    )
    features: Annotated[JsonObject, Json()] = Field(
        default_factory=dict,
        description="What the licence includes beyond its plan, as a JSON object by feature.",
    )
    starts_at: Annotated[AwareDatetime, Instant()] = Field(description="First instant of the period (UTC, inclusive).")
    ends_at: Annotated[AwareDatetime, Instant()] = Field(description="End of the period (UTC, exclusive).")
    auto_renew: StrictBool = Field(default=False, description="Whether the licence is renewed at its end.")
    cancelled_at: CancelledAt = None
    cancellation_reason: CancellationReason = None

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="seats_used_within_seats",
            fields=("seats", "seats_used"),
            holds=_seats_used_within_seats,
            sql="seats_used BETWEEN 0 AND seats",
            message=Message("Lisansın tüm koltukları dolu", "All seats of the licence are taken"),
            null_aware=True,
        ),
        Rule(
            name="valid_period",
            fields=("starts_at", "ends_at"),
            holds=_valid_period,
            sql="ends_at > starts_at",
            message=Message("Lisans, başladıktan sonra bitmelidir", "A licence must end after it starts"),
        ),
        *CANCELLATION,
        Rule(
            name="auto_renew_is_alive",
            fields=("status", "auto_renew"),
            holds=_auto_renew_is_alive,
            sql="NOT auto_renew OR status IN ('active', 'suspended')",
            message=Message(
                "Süresi dolmuş ya da iptal edilmiş lisans kendiliğinden yenilenemez",
                "An expired or cancelled licence cannot renew itself",
            ),
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            name="seats_used_is_count_of_seats",
            fields=("seats_used",),
            message=Message(
                "Dolu koltuk sayısı elle yazılamaz; alınan koltukların sayısıdır",
                "The number of taken seats is counted from the seats and cannot be set",
            ),
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        LICENSE_STATES.rule,
        fixed(
            "user_and_type_are_fixed",
            ("user_id", "type"),
            Message(
                "Bir lisansın kullanıcısı ve türü değişmez; yeni lisans verilir",
                "User and plan of a licence do not change; assign another licence",
            ),
        ),
        ChangeRule(
            name=_AS_IT_ENDED.name,
            fields=_AS_IT_ENDED.fields,
            holds=_ended_is_final,
            sql=f"OLD.status NOT IN {one_of(_OVER)} OR {_AS_IT_ENDED.sql}",
            message=_AS_IT_ENDED.message,
        ),
    )

"""Lists of licences and seats, and what is due by the database's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

import sqlalchemy as sa
from pydantic import Field

from platform_db.database.statement import Statement
from platform_db.domain.fields import BigInteger, Json
from platform_db.domain.instants import ISTANBUL
from platform_db.domain.json_values import JsonObject
from platform_db.domain.license_seats import LicenseSeat
from platform_db.domain.licenses import License, LicenseStatus, LicenseType
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation
from platform_db.repositories.filters import Condition, Filter, Listing, contains, equal, labelled
from platform_db.repositories.paging import Key
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.repositories.windows import SPAN, from_now
from platform_db.schema.invoices import invoices
from platform_db.schema.license_seats import license_seats
from platform_db.schema.licenses import licenses

__all__ = [
    "ACTIVE",
    "ENDING",
    "ENDING_ON",
    "IS_ACTIVE",
    "LISTING",
    "OVER",
    "OVER_FIRST",
    "PAST_RETENTION",
    "ROWS",
    "RUNS",
    "SEATS",
    "SEATS_OF_USER",
    "TO_EXPIRE",
    "DaysAhead",
    "Ending",
    "LicenseFilter",
    "SeatsOf",
    "SeatsOfUser",
    "checked_days",
]

ROWS: Final = Rows(licenses, License, "licence")
IS_ACTIVE: Final = labelled("status", LicenseStatus.ACTIVE)
RUNS: Final = sa.and_(IS_ACTIVE(licenses), licenses.c.starts_at <= sa.func.now(), licenses.c.ends_at > sa.func.now())
"""Active and within its period, by the database's clock."""

ACTIVE: Final = Statement(
    sa.select(licenses)
    .where(licenses.c.user_id == sa.bindparam("user_id", type_=sa.BigInteger()), RUNS)
    .order_by(licenses.c.ends_at.desc(), licenses.c.id.desc())
)

OVER: Final = (
    labelled("status", LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED)(licenses),
    passed(licenses.c.ends_at),
)
"""The period is over, and nobody said so yet."""

OVER_FIRST: Final[tuple[sa.ColumnElement[Any], ...]] = (licenses.c.status, licenses.c.ends_at, licenses.c.id)
TO_EXPIRE: Final = Sweep(licenses, License, *OVER, order=OVER_FIRST)
PAST_RETENTION: Final = Sweep(
    licenses,
    License,
    labelled("status", LicenseStatus.EXPIRED, LicenseStatus.CANCELLED)(licenses),
    licenses.c.ends_at < sa.func.now() - sa.literal_column("interval '10 years'", sa.Interval()),
    ~sa.exists().where(invoices.c.license_id == licenses.c.id),
    ~sa.exists().where(license_seats.c.license_id == licenses.c.id),
    order=OVER_FIRST,
)


class LicenseFilter(Filter):
    """Which licences a list holds; what is not given, or None, does not restrict.

    ``features`` are a part of what a licence includes (``@>``).
    """

    user_id: Annotated[int | None, BigInteger()] = None
    type: LicenseType | None = None
    status: LicenseStatus | None = None
    features: Annotated[JsonObject | None, Json()] = None


LISTING: Final = Listing(
    licenses,
    License,
    (Key("ends_at", descending=True), Key("id", descending=True)),
    {
        **{name: equal(name) for name in ("user_id", "type", "status")},
        "features": contains("features", "features"),
    },
    leading=(Key("status", descending=True),),
)


class Ending(Filter):
    """Within which span from now a licence ends."""

    span: timedelta


class DaysAhead(Filter):
    """How many days of Istanbul's calendar from today a licence ends."""

    days: int = Field(ge=0)


_LONGEST_AHEAD: Final = 3653


def checked_days(days: int) -> int:
    """Refuse what is no number of days from 0 to ten years."""
    if type(days) is int and 0 <= days <= _LONGEST_AHEAD:
        return days
    message = Message(
        f"Gün sayısı 0 ile {_LONGEST_AHEAD} arasındadır", f"The number of days is from 0 to {_LONGEST_AHEAD}"
    )
    raise RuleViolation(Violation(rule="days_range", fields=("days",), message=message))


def _day_begins(later: int) -> sa.ColumnElement[Any]:
    """When the day begins in Istanbul that comes ``days`` and ``later`` days after today."""
    # The zone in every step: a day added to an instant would be one of the session's zone.
    zone = sa.literal_column(f"'{ISTANBUL.key}'", sa.Text())
    today = sa.func.date_trunc(sa.literal_column("'day'", sa.Text()), sa.func.timezone(zone, sa.func.now()))
    days = sa.bindparam("days", type_=sa.Integer()) + later
    return sa.func.timezone(zone, today + days * sa.literal_column("interval '1 day'", sa.Interval()))


def _ends_on_that_day() -> Condition:
    begins, ends = _day_begins(0), _day_begins(1)
    return lambda table: sa.and_(table.c.ends_at >= begins, table.c.ends_at < ends)


_STILL_TO_END: Final[tuple[Condition, ...]] = (IS_ACTIVE, lambda table: table.c.ends_at > sa.func.now())
ENDING: Final = Listing(
    licenses,
    License,
    (Key("ends_at"), Key("id")),
    {SPAN: lambda table: table.c.ends_at <= from_now()},
    name="expiring",
    only=_STILL_TO_END,
)
ENDING_ON: Final = Listing(
    licenses,
    License,
    (Key("ends_at"), Key("id")),
    {"days": _ends_on_that_day()},
    name="expiring_in",
    only=_STILL_TO_END,
)


class SeatsOf(Filter):
    """Whose seats: a licence's."""

    license_id: Annotated[int, BigInteger()]


class SeatsOfUser(Filter):
    """Whose seats: those of all licences of a user."""

    user_id: Annotated[int, BigInteger()]


SEATS: Final = Listing(license_seats, LicenseSeat, (Key("holder"), Key("id")), {"license_id": equal("license_id")})
SEATS_OF_USER: Final = Listing(
    license_seats,
    LicenseSeat,
    (Key("license_id"), Key("holder")),
    {
        "user_id": lambda table: sa.exists().where(
            licenses.c.id == table.c.license_id,
            licenses.c.user_id == sa.bindparam("user_id", type_=sa.BigInteger()),
        )
    },
    name="of_user",
)

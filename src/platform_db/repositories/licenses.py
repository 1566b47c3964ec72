"""Licences and their seats: what a user may use now, what ends soon, what is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.fields import BigInteger, Json
from platform_db.domain.json_values import JsonObject
from platform_db.domain.license_seats import LicenseSeat
from platform_db.domain.licenses import License, LicenseStatus, LicenseType
from platform_db.repositories.filters import Filter, Listing, contains, equal, labelled
from platform_db.repositories.paging import Key
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.repositories.windows import SPAN, checked_span, from_now
from platform_db.schema.license_seats import license_seats
from platform_db.schema.licenses import licenses

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["LicenseFilter", "LicenseRepository"]

_ROWS: Final = Rows(licenses, License, "licence")
_IS_ACTIVE: Final = labelled("status", LicenseStatus.ACTIVE)

_ACTIVE: Final = Statement(
    sa.select(licenses)
    .where(
        licenses.c.user_id == sa.bindparam("user_id", type_=sa.BigInteger()),
        _IS_ACTIVE(licenses),
        licenses.c.starts_at <= sa.func.now(),
        licenses.c.ends_at > sa.func.now(),
    )
    .order_by(licenses.c.ends_at.desc(), licenses.c.id.desc())
)
_TO_EXPIRE: Final = Sweep(
    licenses,
    License,
    labelled("status", LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED)(licenses),
    passed(licenses.c.ends_at),
    order=(licenses.c.status, licenses.c.ends_at, licenses.c.id),
)


class LicenseFilter(Filter):
    """Which licences a list holds; what is not given, or None, does not restrict.

    ``features`` are a part of what a licence includes (``@>``).
    """

    user_id: Annotated[int | None, BigInteger()] = None
    type: LicenseType | None = None
    status: LicenseStatus | None = None
    features: Annotated[JsonObject | None, Json()] = None


class _Ending(Filter):
    span: timedelta


class _SeatsOf(Filter):
    license_id: Annotated[int, BigInteger()]


_LISTING: Final = Listing(
    licenses,
    License,
    (Key("ends_at", descending=True), Key("id", descending=True)),
    {
        **{name: equal(name) for name in ("user_id", "type", "status")},
        "features": contains("features", "features"),
    },
    leading=(Key("status", descending=True),),
)
_EXPIRING: Final = Listing(
    licenses,
    License,
    (Key("ends_at"), Key("id")),
    {SPAN: lambda table: table.c.ends_at <= from_now()},
    name="expiring",
    only=(_IS_ACTIVE, lambda table: table.c.ends_at > sa.func.now()),
)
_SEATS: Final = Listing(license_seats, LicenseSeat, (Key("holder"), Key("id")), {"license_id": equal("license_id")})
_EVERY: Final = LicenseFilter()


class LicenseRepository:
    """Licences. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own licences and their seats; background work and
    administration (platform_worker) all.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, license_id: int) -> License:
        """The licence of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, license_id)

    async def active(self, user_id: int) -> tuple[License, ...]:
        """What a user may use now: active and within its period, by the database's clock.

        One of a plan at most, the one that ends last first; empty where there is none.
        """
        rows = await self._executor.fetch(_ACTIVE, {"user_id": user_id})
        return tuple(_ROWS.read(row) for row in rows)

    async def page(self, chosen: LicenseFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[License]:
        """Licences, those that end last first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def expiring(self, within: timedelta, *, after: str | None = None, limit: int = 50) -> Page[License]:
        """Active licences that end after now and not later than ``within`` from now, soonest first.

        Raises
        ------
        RuleViolation
            ``within`` is not above zero, or is above ten years; the limit is out of range; the
            cursor belongs to another list or span.
        """
        chosen = _Ending(span=checked_span(within))
        return await _EXPIRING.page(self._executor, chosen, after=after, limit=limit)

    async def due_to_expire(self, limit: int = 100) -> tuple[License, ...]:
        """Licences whose period is over, first the active ones, then the suspended, each longest ago first.

        For background work. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _TO_EXPIRE.batch(self._executor, limit)

    async def seats(self, license_id: int, *, after: str | None = None, limit: int = 50) -> Page[LicenseSeat]:
        """The seats of a licence that are taken now, by holder.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or licence.
        """
        return await _SEATS.page(self._executor, _SeatsOf(license_id=license_id), after=after, limit=limit)

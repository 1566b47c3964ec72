"""Reading licences and seats: what a user may use now, what ends soon, what is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.license_seats import LicenseSeat, checked_holder
from platform_db.domain.licenses import License
from platform_db.errors import NotFound
from platform_db.repositories.licenses import listing
from platform_db.repositories.licenses.listing import LISTING, ROWS, LicenseFilter
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import reader
from platform_db.repositories.windows import checked_span
from platform_db.schema.license_seats import license_seats

if TYPE_CHECKING:
    from datetime import timedelta

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["LicenseReading"]

_read_seat = reader(LicenseSeat)
_SEAT: Final = Statement(
    sa.select(license_seats).where(
        license_seats.c.license_id == sa.bindparam("license_id", type_=sa.BigInteger()),
        license_seats.c.holder == sa.bindparam("holder", type_=sa.Text()),
    )
)


class LicenseReading(Repository[License, LicenseFilter]):
    """What reads licences and seats and changes nothing."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, LISTING)

    async def active(self, user_id: int) -> tuple[License, ...]:
        """What a user may use now: active and within its period, by the database's clock.

        One of a plan at most, the one that ends last first; empty where there is none.
        """
        rows = await self._executor.fetch(listing.ACTIVE, {"user_id": user_id})
        return tuple(ROWS.read(row) for row in rows)

    async def expiring(self, within: timedelta, *, after: str | None = None, limit: int = 50) -> Page[License]:
        """Active licences that end after now and not later than ``within`` from now, soonest first.

        Raises
        ------
        RuleViolation
            ``within`` is not above zero, or is above ten years; the limit is out of range; the
            cursor belongs to another list or span.
        """
        chosen = listing.Ending(span=checked_span(within))
        return await listing.ENDING.page(self._executor, chosen, after=after, limit=limit)

    async def expiring_in(self, days: int, *, after: str | None = None, limit: int = 50) -> Page[License]:
        """Active licences that end on the day so many days after today in Istanbul, soonest first.

        Whose owners are told "in seven days", each once if asked each day: no licence falls on
        two days, and none between them. 0 is today, what is still to end. Today is by the
        database's clock, so finish the pages on the day that they were begun.

        Raises
        ------
        RuleViolation
            ``days_range``: not from 0 to 3653; the limit is out of range; the cursor belongs to
            another list or day.
        """
        chosen = listing.DaysAhead(days=listing.checked_days(days))
        return await listing.ENDING_ON.page(self._executor, chosen, after=after, limit=limit)

    async def due_to_expire(self, limit: int = 100) -> tuple[License, ...]:
        """What :meth:`~platform_db.repositories.licenses.LicenseRepository.expire_due` would expire.

        Licences whose period is over, first the active ones, then the suspended, each longest
        ago first. For background work. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await listing.TO_EXPIRE.batch(self._executor, limit)

    async def due_for_deletion(self, limit: int = 100) -> tuple[License, ...]:
        """Licences that nothing needs any more: over, ended more than ten years ago, in no invoice, on no seat.

        A licence that an invoice names is kept with it (VUK art. 253, TTK art. 82). Deleting is
        the owner's (platform_owner): no role of the library has the right. For background work.
        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await listing.PAST_RETENTION.batch(self._executor, limit)

    async def seats(self, license_id: int, *, after: str | None = None, limit: int = 50) -> Page[LicenseSeat]:
        """The seats of a licence that are taken now, by holder.

        Raises
        ------
        RuleViolation
            The limit or the id is out of range, or the cursor belongs to another list or licence.
        """
        chosen = listing.SeatsOf.checked(license_id=license_id)
        return await listing.SEATS.page(self._executor, chosen, after=after, limit=limit)

    async def seats_of_user(self, user_id: int, *, after: str | None = None, limit: int = 50) -> Page[LicenseSeat]:
        """The seats taken of all licences of a user, by licence and holder.

        Raises
        ------
        RuleViolation
            The limit or the id is out of range, or the cursor belongs to another list or user.
        """
        chosen = listing.SeatsOfUser.checked(user_id=user_id)
        return await listing.SEATS_OF_USER.page(self._executor, chosen, after=after, limit=limit)

    async def seat(self, license_id: int, holder: str) -> LicenseSeat:
        """The seat of a holder.

        Raises
        ------
        NotFound
            The holder has none, or this identity may not see it.
        RuleViolation
            The holder's key is empty or too long.
        """
        found = await self._find_seat(license_id, checked_holder(holder))
        if found is None:
            message = "this holder has no seat of the licence, or none that this identity may see"
            raise NotFound(message, entity=LicenseSeat.entity)
        return found

    async def _find_seat(self, license_id: int, holder: str) -> LicenseSeat | None:
        row = await self._executor.fetch_row(_SEAT, {"license_id": license_id, "holder": holder})
        return None if row is None else _read_seat(row)

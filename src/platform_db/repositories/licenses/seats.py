"""Taking and releasing seats: one statement each, under the licence's row lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.license_seats import (
    LicenseSeat,
    Release,
    SeatTaking,
    Taking,
    checked_holder,
    demand_running,
    refuse_full,
)
from platform_db.domain.licenses import License
from platform_db.repositories.audit_logs import Personal
from platform_db.repositories.licenses.listing import ROWS, RUNS
from platform_db.repositories.licenses.reading import LicenseReading
from platform_db.repositories.payloads import before_and_after
from platform_db.schema.license_seats import license_seats
from platform_db.schema.licenses import licenses

if TYPE_CHECKING:
    from platform_db.database.executor import Row

__all__ = ["SeatOperations"]

_LICENSE: Final = licenses.c.id == sa.bindparam("license_id", type_=sa.BigInteger())
_HOLDER: Final[sa.BindParameter[str]] = sa.bindparam("holder", type_=sa.Text())


def _locked(*more: sa.ColumnElement[Any]) -> sa.CTE:
    """The licence, locked before its seats.

    A taker and a releaser of one holder's seat would else each hold what the other waits for.
    What is true of the licence under the lock stays true until COMMIT.
    """
    told = (licenses.c.id, licenses.c.user_id, licenses.c.seats_used, *more)
    return sa.select(*told).where(_LICENSE).with_for_update(key_share=True).cte("locked")


def _outcome(locked: sa.CTE, seat: sa.CTE, *more: sa.ColumnElement[Any]) -> Statement:
    joined = locked.outerjoin(seat, seat.c.license_id == locked.c.id)
    return Statement(sa.select(locked.c.user_id, locked.c.seats_used, seat.c.seat_id, *more).select_from(joined))


def _take() -> Statement:
    locked = _locked(RUNS.label("runs"), (licenses.c.seats_used < licenses.c.seats).label("has_room"))
    taken = (
        postgresql.insert(license_seats)
        .from_select(["license_id", "holder"], sa.select(locked.c.id, _HOLDER).where(locked.c.runs, locked.c.has_room))
        .on_conflict_do_nothing(index_elements=["license_id", "holder"])
        .returning(license_seats.c.id.label("seat_id"), license_seats.c.license_id, license_seats.c.taken_at)
        .cte("taken")
    )
    return _outcome(locked, taken, locked.c.runs, taken.c.taken_at)


def _release() -> Statement:
    locked = _locked()
    released = (
        sa.delete(license_seats)
        .where(license_seats.c.license_id == locked.c.id, license_seats.c.holder == _HOLDER)
        .returning(license_seats.c.id.label("seat_id"), license_seats.c.license_id)
        .cte("released")
    )
    return _outcome(locked, released)


_TAKE: Final = _take()
_RELEASE: Final = _release()


class SeatOperations(LicenseReading):
    """Seats, taken and released by their holders."""

    async def take_seat(self, license_id: int, holder: str) -> SeatTaking:
        """Take a seat of a licence that is active now, once for a holder: who has one keeps it.

        ``holder`` is the caller's own key of a person, machine or process, 1 to 255 characters.
        No version is needed: the licence is locked until the unit of work ends, and however
        many come at once, no more seats are taken than it has. The unit of work can go on
        after a refusal.

        Raises
        ------
        RuleViolation
            All seats are taken (``ck_licenses_seats_used_within_seats``); the licence is not
            active now, by the database's clock (``ck_license_seats_license_is_active``); the
            holder's key is empty or too long.
        NotFound
            There is no such licence.
        NotAllowed
            The unit of work acts for a user.
        """
        key = checked_holder(holder)
        row = await self._executor.fetch_row(_TAKE, {"license_id": license_id, "holder": key})
        if row is None:
            raise ROWS.missing()
        demand_running(row["runs"])
        if row["seat_id"] is None:
            held = await self._find_seat(license_id, key)
            if held is None:
                raise refuse_full()
            return SeatTaking(held, Taking.HELD)
        self._note_seat(license_id, row, 1, key)
        made = {"id": row["seat_id"], "license_id": license_id, "holder": key, "taken_at": row["taken_at"]}
        return SeatTaking(LicenseSeat.parse(made), Taking.TAKEN)

    async def release_seat(self, license_id: int, holder: str) -> Release:
        """Give a holder's seat back, of a licence in any state; who has none changes nothing.

        Raises
        ------
        RuleViolation
            The holder's key is empty or too long.
        NotFound
            There is no such licence.
        NotAllowed
            The unit of work acts for a user.
        """
        key = checked_holder(holder)
        row = await self._executor.fetch_row(_RELEASE, {"license_id": license_id, "holder": key})
        if row is None:
            raise ROWS.missing()
        if row["seat_id"] is None:
            return Release.NOT_HELD
        self._note_seat(license_id, row, -1, key)
        return Release.RELEASED

    def _note_seat(self, license_id: int, row: Row, change: Literal[1, -1], holder: str) -> None:
        """Under the licence's lock, so the count before is the one that the change was made to."""
        before = cast("int", row["seats_used"])
        event, side = ("license.seat_taken", "after") if change > 0 else ("license.seat_released", "before")
        entry = {
            "action": AuditAction.UPDATE,
            "entity_type": License.entity,
            "entity_id": license_id,
            "event_type": event,
            "payload": before_and_after({"seats_used": before}, {"seats_used": before + change}),
        }
        self._audit.record(entry, Personal(cast("int", row["user_id"]), {f"{side}.holder": holder}))

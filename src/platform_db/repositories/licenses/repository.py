"""Licences: assigned, extended, suspended, cancelled, renewed ahead, expired; and their seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.licenses import License, LicenseStatus, NewLicense, operations
from platform_db.domain.licenses.inputs import ASSIGNED
from platform_db.errors import AlreadyExists
from platform_db.repositories.claims import first_free
from platform_db.repositories.licenses.listing import OVER, OVER_FIRST, ROWS
from platform_db.repositories.licenses.renewal import Renewal, renew
from platform_db.repositories.licenses.seats import SeatOperations
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.payloads import given
from platform_db.schema.licenses import licenses

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

__all__ = ["LicenseRepository"]

_NO_OVERLAP: Final = next(each for each in licenses.constraints if isinstance(each, postgresql.ExcludeConstraint))
_ASSIGN: Final = Statement(
    # Of two that wait for each other's exclusion one would be ended as a deadlock; DO NOTHING lets one through.
    postgresql.insert(licenses)
    .values({name: sa.bindparam(name, type_=licenses.c[name].type) for name in ASSIGNED})
    .on_conflict_do_nothing()
    .returning(*licenses.c)
)
_CANCEL: Final = Statement(
    sa.update(licenses)
    .where(ROWS.key, ROWS.as_read)
    .values(
        {
            "cancelled_at": sa.func.now(),
            **{
                name: sa.bindparam(f"new_{name}", type_=licenses.c[name].type)
                for name in ("status", "cancellation_reason", "auto_renew")
            },
        }
    )
    .returning(*licenses.c)
)
_EXPIRE: Final = Statement(
    sa.update(licenses)
    .where(first_free(licenses, *OVER, order=OVER_FIRST))
    .values(status=LicenseStatus.EXPIRED, auto_renew=sa.false())
    .returning(*licenses.c)
)


class LicenseRepository(SeatOperations):
    """Licences and their seats, those that end last first. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own licences and their seats; whatever changes one is
    background work and administration (platform_worker), which sees all.
    """

    async def assign(self, new: NewLicense) -> License:
        """Give a user a licence, active from now on within its period.

        Of many that assign one plan for one time at once, one is stored. Adjoining periods pass.

        Raises
        ------
        AlreadyExists
            The user has an active licence of the plan that overlaps (``ex_licenses_no_overlap``).
        StillReferenced
            There is no such user.
        NotAllowed
            The unit of work acts for a user.
        """
        row = await self._executor.fetch_row(_ASSIGN, new.columns)
        if row is None:
            name, told = str(_NO_OVERLAP.name), _NO_OVERLAP.info
            message = f"{name}: {told['message']}"
            raise AlreadyExists(message, constraint=name, entity=License.entity, fields=told["fields"])
        license_ = ROWS.read(row)
        self._audit.note(AuditAction.CREATE, "license.assigned", license_, {}, given(license_, ASSIGNED))
        return license_

    async def extend(self, license_: License, months: int) -> License:
        """Append calendar months of Istanbul to the end: 31 January and one month is the end of February.

        ``months`` is 1 to 120. The end is the stored one, also where it has passed and nobody
        has expired the licence yet.

        Raises
        ------
        RuleViolation
            It expired or was cancelled (``ck_licenses_ended_is_final``); ``months_range``.
        AlreadyExists
            A later licence of the plan is in the way (``ex_licenses_no_overlap``).
        StaleVersion, NotFound
            It moved on since it was read, also by a seat; it is gone.
        """
        return await self._changed(license_, "license.extended", operations.extended(license_, months))

    async def cancel(self, license_: License, reason: str) -> License:
        """End a licence for good, by the database's clock; it renews no more. Its seats are of no use any more.

        Raises
        ------
        RuleViolation
            It expired or was cancelled already (``ck_licenses_transition_allowed``,
            ``ck_licenses_ended_is_final``); the reason is empty or longer than 500 characters.
        StaleVersion, NotFound
            It moved on since it was read, also by a seat; it is gone.
        """
        changes = operations.cancelled(license_, reason)
        wanted = {f"new_{name}": value for name, value in changes.items()}
        changed = await ROWS.run(self._executor, _CANCEL, license_, wanted)
        self._note(license_, changed, "license.cancelled", (*changes, "cancelled_at"))
        return changed

    async def suspend(self, license_: License) -> License:
        """Stop a licence for a while: its period runs on, no seat is taken. Suspended already, nothing changes.

        Raises
        ------
        RuleViolation
            It expired or was cancelled (``ck_licenses_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read, also by a seat; it is gone.
        """
        return await self._changed(license_, "license.suspended", operations.suspended(license_))

    async def resume(self, license_: License) -> License:
        """Let a suspended licence run again; nothing is added to its period. Active already, nothing changes.

        Raises
        ------
        RuleViolation
            It expired or was cancelled (``ck_licenses_transition_allowed``).
        AlreadyExists
            Another licence of the plan took its place meanwhile (``ex_licenses_no_overlap``).
        StaleVersion, NotFound
            It moved on since it was read, also by a seat; it is gone.
        """
        return await self._changed(license_, "license.resumed", operations.resumed(license_))

    async def change_seats(self, license_: License, seats: int) -> License:
        """Give a licence another number of seats, not below those that are taken.

        Raises
        ------
        RuleViolation
            More are taken (``ck_licenses_seats_used_within_seats``), or ``seats`` is not above
            zero; it expired or was cancelled (``ck_licenses_ended_is_final``).
        StaleVersion, NotFound
            It moved on since it was read, also by a seat; it is gone.
        """
        return await self._changed(license_, "license.seats_changed", operations.reseated(license_, seats))

    async def renew_automatically(self, license_: License) -> License:
        """Let :meth:`renew_due` renew a licence ahead of its end.

        Raises
        ------
        RuleViolation
            It expired or was cancelled (``ck_licenses_ended_is_final``).
        StaleVersion, NotFound
            It moved on since it was read, also by a seat; it is gone.
        """
        return await self._changed(license_, "license.auto_renew_on", operations.renewing(license_))

    async def stop_renewing(self, license_: License) -> License:
        """Let a licence end at its end. What was renewed ahead already is a licence of its own: cancel that.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read, also by a seat; it is gone.
        """
        return await self._changed(license_, "license.auto_renew_off", operations.ending(license_))

    async def renew_due(self, within: timedelta, limit: int = 100) -> tuple[Renewal, ...]:
        """Store the next period of licences that renew and end within ``within`` from now, soonest first.

        The next period is a licence of its own: same user, plan, seats and features, beginning
        at the very end of this one and as long as it, in months where it has whole months.
        ``auto_renew`` moves from this one to that, so each period is stored once, however many
        run this at once. Seats are not carried over: holders take one of the new licence when
        it begins. Rows that another transaction holds wait for the next run; a licence that
        ended is not renewed. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            ``within`` is not above zero, or is above ten years; the limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        renewals = await renew(self._executor, within, limit)
        for renewal in renewals:
            self._note_renewal(renewal.ending, renewal.following)
        return renewals

    async def expire_due(self, limit: int = 100) -> tuple[License, ...]:
        """Expire licences whose period is over, active and suspended ones, longest ago first; give them.

        By the database's clock. Rows that another transaction holds are passed over; one audit
        entry tells the count. Run it until it gives nothing. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        rows = await self._executor.fetch(_EXPIRE, {"limit": checked_limit(limit)})
        expired = sorted((ROWS.read(row) for row in rows), key=lambda each: (each.ends_at, each.id))
        self._audit.note_sweep(AuditAction.UPDATE, "license.expired", License.entity, len(expired))
        return tuple(expired)

    async def _changed(self, license_: License, event: str, changes: Mapping[str, object]) -> License:
        if not changes:
            return license_
        changed = await ROWS.change(self._executor, license_, changes)
        self._note(license_, changed, event, tuple(changes))
        return changed

    def _note(self, before: License, after: License, event: str, columns: tuple[str, ...]) -> None:
        sides = ({name: getattr(row, name) for name in columns} for row in (before, after))
        self._audit.note(AuditAction.UPDATE, event, after, *sides)

    def _note_renewal(self, ending: License, following: License | None) -> None:
        before, after = {"auto_renew": True}, {"auto_renew": ending.auto_renew}
        if following is None:
            self._audit.note(AuditAction.UPDATE, "license.not_renewed", ending, before, after)
            return
        self._audit.note(AuditAction.UPDATE, "license.renewed", ending, before, {**after, "followed_by": following.id})
        terms = {**given(following, ASSIGNED), "follows": ending.id}
        self._audit.note(AuditAction.CREATE, "license.assigned", following, {}, terms)

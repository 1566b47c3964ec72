"""Personal data erased in place when the law no longer keeps it (KVKK art. 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.invoices.codes import OPEN_STATUSES
from platform_db.domain.users import GRACE, User, UserStatus, operations
from platform_db.domain.users.operations import Retention
from platform_db.domain.users.rules import ERASED
from platform_db.repositories.audit_personal_data import erase_values
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import labelled
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.sweeps import longer_ago
from platform_db.repositories.users.reading import ROWS, UserReading
from platform_db.schema.invoices import invoices
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UserErasure"]

_GRACE_IS_OVER: Final = longer_ago(GRACE, users.c.deleted_at)
_HAS_OPEN_INVOICE: Final = (
    sa.exists().where(invoices.c.user_id == users.c.id, labelled("status", *OPEN_STATUSES)(invoices)).correlate(users)
)
_DUE: Final = (
    labelled("status", UserStatus.DELETED)(users),
    users.c.anonymised_at.is_(None),
    _GRACE_IS_OVER,
    sa.not_(_HAS_OPEN_INVOICE),
)
_NOBODY: Final[Mapping[str, sa.ColumnElement[Any]]] = {
    **dict.fromkeys((*ERASED, "tax_number_kind", "email_verified_at", "phone_verified_at"), sa.null()),
    "email": sa.func.concat("deleted-", users.c.id, "@anonymised.invalid"),
    "anonymised_at": sa.func.now(),
}
_ANONYMISE: Final = Statement(
    sa.update(users).where(ROWS.key, ROWS.as_read, *_DUE).values(**_NOBODY).returning(*users.c)
)
_ANONYMISE_DUE: Final = Statement(
    sa.update(users)
    .where(first_free(users, *_DUE, order=(users.c.deleted_at, users.c.id)))
    .values(**_NOBODY)
    .returning(*users.c)
)
_RETENTION: Final = Statement(
    sa.select(
        users.c.version,
        sa.func.coalesce(_GRACE_IS_OVER, sa.false()).label("grace_is_over"),
        _HAS_OPEN_INVOICE.label("has_open_invoice"),
    ).where(ROWS.key)
)


class UserErasure(UserReading):
    """Personal data erased in place. For background work (platform_worker)."""

    async def anonymise(self, user: User) -> User:
        """Erase who the person was: from the row, and behind the audit log's commitments (KVKK art. 7).

        The address becomes ``deleted-<id>@anonymised.invalid``, personal columns NULL; consents stay
        as evidence. The log stays verifiable. There is no way back; again it changes nothing.

        Raises
        ------
        RuleViolation
            The account is not deleted (``ck_users_anonymised_after_deleted``), not yet for 30 days by the
            database's clock (``users_grace_is_over``), or has an open invoice (``users_no_open_invoice``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        if user.anonymised_at is not None:
            return user
        row = await self._executor.fetch_row(_ANONYMISE, ROWS.demanded(user, _ANONYMISE))
        if row is None:
            await self._say_why_it_is_kept(user)
        anonymised = ROWS.found(row)
        erased = await erase_values(self._executor, [user.id])
        after = {"anonymised_at": anonymised.anonymised_at, "values_erased": erased}
        self._record(AuditAction.USER_DELETE, "user.anonymised", anonymised, {}, after)
        return anonymised

    async def anonymise_due(self, limit: int = 100) -> tuple[User, ...]:
        """Erase at most ``limit`` accounts (1 to 1000) whose 30 days are over, those deleted longest ago first.

        As :meth:`anonymise`, in one statement each for the accounts and their values; the log has one
        entry with the count. Accounts that an open invoice still needs are passed over, and so are
        those that another sweep or unit of work has in hand.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        rows = await self._executor.fetch(_ANONYMISE_DUE, {"limit": checked_limit(limit)})
        anonymised = tuple(sorted((ROWS.read(row) for row in rows), key=lambda user: (user.deleted_at, user.id)))
        if not anonymised:
            return ()
        ids = [user.id for user in anonymised]
        erased = await erase_values(self._executor, ids)
        self._audit.note_sweep(
            AuditAction.USER_DELETE, "user.anonymised", User.entity, len(ids), user_ids=ids, values_erased=erased
        )
        return anonymised

    async def _say_why_it_is_kept(self, user: User) -> None:
        row = await self._executor.fetch_row(_RETENTION, {"id": user.id})
        if row is not None and row["version"] == user.version:
            operations.demand_anonymisable(
                user,
                Retention(grace_is_over=bool(row["grace_is_over"]), has_open_invoice=bool(row["has_open_invoice"])),
            )
        raise await ROWS.stale(self._executor, user)

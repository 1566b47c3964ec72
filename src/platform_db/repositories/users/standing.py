"""What an account may do: its state and its role. Administration, which leaves one active administrator at least."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.sessions import SessionRevocationReason
from platform_db.domain.users import User, UserRole, UserStatus, operations
from platform_db.domain.users.operations import Surroundings
from platform_db.repositories.filters import as_written, labelled
from platform_db.repositories.users.reading import ROWS, UserReading
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UserStanding"]

_ID: Final[sa.BindParameter[int]] = sa.bindparam("id", type_=sa.BigInteger())
_ACTING: Final = sa.cast(
    sa.func.nullif(sa.func.current_setting("app.user_id", sa.true()), sa.literal_column("''")), sa.BigInteger()
)
_SURROUNDINGS: Final = Statement(
    sa.select(
        sa.func.coalesce(sa.cast(_ID, sa.BigInteger()) == _ACTING, sa.false()).label("is_self"),
        sa.exists()
        .where(
            labelled("role", UserRole.ADMIN)(users),
            labelled("status", UserStatus.ACTIVE)(users),
            users.c.id != sa.cast(_ID, sa.BigInteger()),
        )
        .label("another_admin"),
    )
)
_DELETE: Final = Statement(
    sa.update(users)
    .where(ROWS.key, ROWS.as_read)
    .values(status=as_written(UserStatus.DELETED), deleted_at=sa.func.now())
    .returning(*users.c)
)


class UserStanding(UserReading):
    """What an account may do. For background work and administration (platform_worker)."""

    async def activate(self, user: User) -> User:
        """Let a pending account begin, verified or not; an active one stays as it is.

        Raises
        ------
        RuleViolation
            The account is neither (``ck_users_transition_allowed``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        return await self._changed(user, "user.activated", operations.activated(user))

    async def suspend(self, user: User) -> User:
        """Keep an account from signing in until it is reactivated; its sessions end.

        Raises
        ------
        RuleViolation
            The account is deleted (``ck_users_transition_allowed``), or the last active
            administrator (``ck_users_last_admin_is_kept``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        return await self._closing(user, "user.suspended", operations.moved(user, UserStatus.SUSPENDED))

    async def reactivate(self, user: User) -> User:
        """Let a suspended or inactive account go on; an active one stays as it is.

        Raises
        ------
        RuleViolation
            The account is pending or deleted (``ck_users_transition_allowed``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        return await self._changed(user, "user.reactivated", operations.reactivated(user))

    async def deactivate(self, user: User) -> User:
        """Close an account that may come back; its sessions end.

        Raises
        ------
        RuleViolation
            The account is deleted (:meth:`restore` it), or the last active administrator
            (``ck_users_last_admin_is_kept``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        return await self._closing(user, "user.deactivated", operations.closed(user))

    async def delete(self, user: User) -> User:
        """Delete an account: its personal data stay for 30 days, in which it can be restored (KVKK art. 7).

        Its sessions end. A deleted one stays as it is.

        Raises
        ------
        RuleViolation
            The account is the last active administrator (``ck_users_last_admin_is_kept``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        changes = operations.deleted(user)
        if not changes:
            return user
        await self._demand_admin_left(user, changes)
        deleted = await ROWS.run(self._executor, _DELETE, user, {})
        await self._end_sessions(user, SessionRevocationReason.ADMIN)
        return self._told(user, "user.deleted", deleted, AuditAction.USER_DELETE)

    async def restore(self, user: User) -> User:
        """Take a deletion back within 30 days of it, by the database's clock; the account is inactive then.

        Raises
        ------
        RuleViolation
            The account is not deleted (``ck_users_transition_allowed``), was deleted longer ago
            (``ck_users_restored_within_grace``), or is anonymised (``ck_users_anonymised_after_deleted``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        return await self._changed(user, "user.restored", operations.restored(user))

    async def set_role(self, user: User, role: UserRole) -> User:
        """Give an account another role; the same again changes nothing.

        Raises
        ------
        RuleViolation
            The unit of work acts for this very person (``ck_users_own_role_is_kept``), or the
            account is the last active administrator (``ck_users_last_admin_is_kept``).
        SerializationFailure
            Others cease to be administrators at this moment; only where the transaction keeps one
            snapshot (REPEATABLE READ, SERIALIZABLE). Trying again helps.
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        changes = operations.role_set(user, role)
        if not changes:
            return user
        around = await self._around(user)
        operations.demand_other_person(around)
        operations.demand_admin_left(user, changes, around)
        return await self._changed(user, "user.role_set", changes)

    async def set_clearance(self, user: User, level: int) -> User:
        """Give an account a security clearance from 1 (lowest) to 5.

        Raises
        ------
        RuleViolation
            The level is out of range (``ck_users_security_clearance_range``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        return await self._changed(user, "user.clearance_set", operations.clearance_set(user, level))

    async def set_performance_score(self, user: User, points: int) -> User:
        """Give a buyer or vendor a standing from 0 to 100 points.

        Raises
        ------
        RuleViolation
            The points are out of range (``ck_users_performance_score_range``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        return await self._changed(user, "user.scored", operations.scored(user, points))

    async def _closing(self, user: User, event: str, changes: Mapping[str, object]) -> User:
        closed = await self._ceasing(user, event, changes)
        await self._end_sessions(user, SessionRevocationReason.ADMIN)
        return closed

    async def _ceasing(self, user: User, event: str, changes: Mapping[str, object]) -> User:
        await self._demand_admin_left(user, changes)
        return await self._changed(user, event, changes)

    async def _demand_admin_left(self, user: User, changes: Mapping[str, object]) -> None:
        if operations.ceases_to_administrate(user, changes):
            operations.demand_admin_left(user, changes, await self._around(user))

    async def _around(self, user: User) -> Surroundings:
        row = await self._executor.fetch_row(_SURROUNDINGS, {"id": user.id})
        assert row is not None  # noqa: S101 - a SELECT without FROM gives one row
        return Surroundings(is_self=bool(row["is_self"]), another_admin=bool(row["another_admin"]))

"""Attempts to sign in: counted, locked and unlocked by the database's clock, each in one statement."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.users import LOCK_POLICY, LoginState, User
from platform_db.domain.users.sign_in import MAY_SIGN_IN, demand_may_sign_in
from platform_db.errors import StaleVersion
from platform_db.repositories.filters import labelled
from platform_db.repositories.users.reading import ATTEMPTS, ROWS, UserReading, login_state
from platform_db.schema.users import users

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UserSignIn"]

Counter = Literal["failed_login_attempts", "otp_attempts"]

_HAS_PASSED: Final = users.c.locked_until <= sa.func.now()
_IS_FREE: Final = sa.or_(users.c.locked_until.is_(None), _HAS_PASSED)
_LOCK_ENDS: Final = sa.func.now() + sa.literal(LOCK_POLICY.length, sa.Interval())


def _failure(counter: Counter) -> Statement:
    """One failure more; what was counted before a lock that has passed is forgotten."""
    counted: dict[str, sa.ColumnElement[Any]] = {
        name: sa.case((_HAS_PASSED, 0), else_=users.c[name]) + int(name == counter)
        for name in ("failed_login_attempts", "otp_attempts")
    }
    locks = sa.and_(_IS_FREE, counted[counter] >= LOCK_POLICY.attempts)
    until = sa.case((locks, _LOCK_ENDS), (_HAS_PASSED, sa.null()), else_=users.c.locked_until)
    return Statement(sa.update(users).where(ROWS.key).values(**counted, locked_until=until).returning(*ATTEMPTS))


_FAILED_LOGIN: Final = _failure("failed_login_attempts")
_FAILED_OTP: Final = _failure("otp_attempts")
_RESET_ASKED: Final = Statement(
    sa.update(users).where(ROWS.key).values(reset_attempts=users.c.reset_attempts + 1).returning(*ATTEMPTS)
)
_NEW_COUNT: Final[Mapping[str, object]] = MappingProxyType(
    {"failed_login_attempts": 0, "otp_attempts": 0, "locked_until": None}
)
_LOGIN: Final = Statement(
    sa.update(users)
    .where(ROWS.key, labelled("status", *MAY_SIGN_IN)(users), _IS_FREE)
    .values(
        **_NEW_COUNT,
        last_login_at=sa.func.greatest(users.c.last_login_at, sa.func.now()),
    )
    .returning(*users.c)
)
_UNLOCK: Final = Statement(
    sa.update(users)
    .where(
        ROWS.key,
        sa.or_(users.c.locked_until.is_not(None), users.c.failed_login_attempts > 0, users.c.otp_attempts > 0),
    )
    .values(_NEW_COUNT)
    .returning(*users.c)
)


class UserSignIn(UserReading):
    """Attempts to sign in. For sign-in and administration (platform_worker); none names a version, so none is lost."""

    async def record_failed_login(self, user_id: int) -> LoginState:
        """Count a wrong password; the tenth in a row locks the account for 15 minutes (:data:`LOCK_POLICY`).

        Of any number at once each counts. What comes while it is locked counts and does not
        prolong the lock; the first after the lock has passed counts as one. Commit the unit of work,
        or nothing was counted.

        Raises
        ------
        NotFound
            There is no such user.
        """
        return await self._failed(_FAILED_LOGIN, "user.login_failed", user_id)

    async def record_failed_otp(self, user_id: int) -> LoginState:
        """Count a wrong one-time code; as :meth:`record_failed_login`, by a counter of its own.

        Raises
        ------
        NotFound
            There is no such user.
        """
        return await self._failed(_FAILED_OTP, "user.otp_failed", user_id)

    async def record_reset_request(self, user_id: int) -> LoginState:
        """Count that somebody asked for a password reset; it locks nothing, for anybody may ask.

        A reset that succeeds (:meth:`reset_password`) begins anew.

        Raises
        ------
        NotFound
            There is no such user.
        """
        return await self._counted(AuditAction.USER_UPDATE, _RESET_ASKED, "user.reset_requested", user_id)

    async def record_login(self, user_id: int) -> User:
        """Note that the person signed in, now by the database's clock: the counters begin anew.

        Decided by the server as it stands then: a right password does not open a locked account.

        Raises
        ------
        RuleViolation
            The account is locked (``users_sign_in_not_locked``), or suspended, inactive or deleted
            (``users_sign_in_status``).
        NotFound
            There is no such user.
        """
        row = await self._executor.fetch_row(_LOGIN, {"id": user_id})
        if row is None:
            user, state = await self.get(user_id), await self.login_state(user_id)
            demand_may_sign_in(user.status, state)
            message = "the account was opened at this moment: try again"
            raise StaleVersion(message, entity=User.entity, fields=("status", "locked_until"))
        user = ROWS.read(row)
        self._record(AuditAction.AUTH_LOGIN, "user.signed_in", user, {}, {"last_login_at": user.last_login_at})
        return user

    async def unlock(self, user_id: int) -> User:
        """Open a locked account before its time; its counters begin anew. One that is open stays as it is.

        Raises
        ------
        NotFound
            There is no such user.
        """
        row = await self._executor.fetch_row(_UNLOCK, {"id": user_id})
        if row is None:
            return await self.get(user_id)
        user = ROWS.read(row)
        self._record(AuditAction.USER_UPDATE, "user.unlocked", user, {}, _NEW_COUNT)
        return user

    async def _failed(self, statement: Statement, event: str, user_id: int) -> LoginState:
        return await self._counted(AuditAction.AUTH_FAILED, statement, event, user_id)

    async def _counted(self, action: AuditAction, statement: Statement, event: str, user_id: int) -> LoginState:
        state = login_state(await self._executor.fetch_row(statement, {"id": user_id}))
        told: Mapping[str, object] = {
            "failed_login_attempts": state.failed_login_attempts,
            "otp_attempts": state.otp_attempts,
            "reset_attempts": state.reset_attempts,
            "locked_until": state.locked_until,
        }
        self._record_about(action, event, user_id, told)
        return state

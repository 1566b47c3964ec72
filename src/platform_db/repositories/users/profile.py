"""What an account says of its person: changed, verified, with a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.sessions import SessionRevocationReason
from platform_db.domain.users import User, UserStatus, operations
from platform_db.domain.users.inputs import NewEmail, ProvedPhone
from platform_db.repositories.filters import as_written, labelled
from platform_db.repositories.users.reading import ROWS, UserReading
from platform_db.schema.users import users

if TYPE_CHECKING:
    from platform_db.domain.users import ProfileChanges

__all__ = ["UserProfiles"]

_VERIFY_EMAIL: Final = Statement(
    sa.update(users)
    .where(
        ROWS.key,
        users.c.email_verified_at.is_(None),
        sa.func.lower(users.c.email) == sa.func.lower(sa.collate(sa.bindparam("proved", type_=sa.Text()), "C")),
    )
    .values(
        email_verified_at=sa.func.now(),
        status=sa.case(
            (labelled("status", UserStatus.PENDING)(users), as_written(UserStatus.ACTIVE)), else_=users.c.status
        ),
    )
    .returning(*users.c)
)
_VERIFY_PHONE: Final = Statement(
    sa.update(users)
    .where(
        ROWS.key,
        users.c.phone_verified_at.is_(None),
        users.c.phone == sa.bindparam("proved", type_=sa.Text()),
    )
    .values(phone_verified_at=sa.func.now())
    .returning(*users.c)
)

_RESET_PASSWORD: Final = Statement(
    sa.update(users)
    .where(ROWS.key, ROWS.as_read)
    .values(
        password_hash=sa.bindparam("password_hash", type_=sa.Text()),
        reset_attempts=0,
        failed_login_attempts=0,
        otp_attempts=0,
        locked_until=None,
    )
    .returning(*users.c)
)


class UserProfiles(UserReading):
    """What an account says of its person."""

    async def change(self, user: User, changes: ProfileChanges) -> User:
        """Change a user's data, if nobody changed it since ``user`` was read.

        Only the fields that were given change; ``None`` given on purpose is stored. Another phone
        number is not a verified one. The whole resulting row is judged by every rule before
        anything is sent.

        Raises
        ------
        RuleViolation
            The resulting row would break a rule.
        StaleVersion
            The row moved on; read it again and decide anew.
        NotFound
            There is no such user any more, or this identity may not see it.
        AlreadyExists
            The phone number is in use.
        """
        return await self._changed(user, "user.changed", operations.profile_changed(user, changes))

    async def change_email(self, user: User, email: str) -> User:
        """Give an account another e-mail address, which is not verified yet; the status stays.

        For background work (platform_worker), once the person has asked for it.

        Raises
        ------
        RuleViolation
            The text is no address; the account is anonymised.
        AlreadyExists
            The address is in use, without regard to case.
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        return await self._changed(user, "user.email_changed", operations.email_changed(user, email))

    async def verify_email(self, user_id: int, email: str) -> User:
        """Note that the person proved to hold ``email``; a pending account becomes active.

        Stamped by the database's clock. Again for the same address it changes nothing: the first
        stamp stays. For background work (platform_worker).

        Raises
        ------
        StaleVersion
            The account has another address by now: what was proved is not this one.
        RuleViolation
            The text is no address.
        NotFound
            There is no such user.
        """
        proved = NewEmail.parse({"email": email}).email
        user = await self.get_for_update(user_id)
        row = await self._executor.fetch_row(_VERIFY_EMAIL, {"id": user_id, "proved": proved})
        if row is not None:
            return self._told(user, "user.email_verified", ROWS.read(row))
        return operations.verified_already(user, "email", proved)

    async def verify_phone(self, user_id: int, phone: str) -> User:
        """Note that the person proved to hold ``phone``, in any way of writing it.

        As :meth:`verify_email`; the status stays.

        Raises
        ------
        StaleVersion
            The account has another number by now, or none.
        RuleViolation
            The text is no Turkish number.
        NotFound
            There is no such user.
        """
        proved = ProvedPhone.parse({"phone": phone}).phone
        user = await self.get_for_update(user_id)
        row = await self._executor.fetch_row(_VERIFY_PHONE, {"id": user_id, "proved": proved})
        if row is not None:
            return self._told(user, "user.phone_verified", ROWS.read(row))
        return operations.verified_already(user, "phone", proved)

    async def change_password(self, user: User, password_hash: str) -> User:
        """Store the hash of a new password: argon2id (v=19) or bcrypt, made by the caller.

        The user's own act (platform_app) or background work. The log says that it changed and
        holds nothing of it. Sessions stay; ``work.sessions.revoke_others`` ends all but the
        one in which it was changed.

        Raises
        ------
        RuleViolation
            The text is no such hash (``ck_users_password_hash_format``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone, or not this identity's.
        """
        changed = await ROWS.change(self._executor, user, operations.hashed(password_hash))
        return self._told(user, "user.password_changed", changed, AuditAction.USER_PASSWORD_CHANGE)

    async def reset_password(self, user: User, password_hash: str) -> User:
        """Store the hash of a new password for a person who proved to be the holder by other means.

        As :meth:`change_password`, and the account is unlocked, every counter begins anew, and
        every session ends. For background work (platform_worker).

        Raises
        ------
        RuleViolation
            The text is no such hash (``ck_users_password_hash_format``).
        StaleVersion, NotFound
            The row moved on since it was read; it is gone.
        """
        changed = await ROWS.run(self._executor, _RESET_PASSWORD, user, operations.hashed(password_hash))
        await self._end_sessions(user, SessionRevocationReason.PASSWORD_CHANGED)
        return self._told(user, "user.password_reset", changed, AuditAction.USER_PASSWORD_CHANGE)

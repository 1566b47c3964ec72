"""Accounts read: by e-mail address and phone, in lists, by what is due; and recorded in the log."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.columns import differing
from platform_db.domain.identity import email_address, turkish_phone
from platform_db.domain.users import LoginState, User, UserRole, UserStatus
from platform_db.repositories.audit_logs import Personal
from platform_db.repositories.filters import Filter
from platform_db.repositories.payloads import before_and_after
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.repositories.sessions import SessionRepository
from platform_db.repositories.users.listing import LISTING, LOCKED, TO_ANONYMISE, UserCounts, UserFilter
from platform_db.schema.users import PERSONAL, users

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pydantic import JsonValue

    from platform_db.database.executor import Executor, Row
    from platform_db.domain.sessions import SessionRevocationReason
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["ATTEMPTS", "IS_LOCKED", "PERSONAL", "ROWS", "UserReading", "login_state"]

ROWS: Final = Rows(users, User, "user")

_SERVERS_OWN: Final = frozenset({"id", "created_at", "version", "updated_at"})
_UNTOLD: Final = PERSONAL | {"password_hash"}
"""What no payload holds: personal values stand there as commitments, a password's hash not at all."""

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})

IS_LOCKED: Final = sa.func.coalesce(users.c.locked_until > sa.func.now(), sa.false()).label("is_locked")
ATTEMPTS: Final = (
    users.c.id.label("user_id"),
    users.c.failed_login_attempts,
    users.c.otp_attempts,
    users.c.reset_attempts,
    users.c.locked_until,
    IS_LOCKED,
)
"""The columns of a :class:`LoginState`."""

_BY_EMAIL: Final = Statement(
    sa.select(users).where(
        sa.func.lower(users.c.email) == sa.func.lower(sa.collate(sa.bindparam("email", type_=sa.Text()), "C"))
    ),
)
_BY_PHONE: Final = Statement(sa.select(users).where(users.c.phone == sa.bindparam("phone", type_=sa.Text())))
_LOGIN_STATE: Final = Statement(sa.select(*ATTEMPTS).where(ROWS.key))
_COUNTS: Final = Statement(
    sa.select(users.c.role, users.c.status, sa.func.count().label("count")).group_by(users.c.role, users.c.status)
)


class UserReading(Repository[User, UserFilter]):
    """Accounts read."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, LISTING)

    async def by_email(self, email: str) -> User:
        """The user of this address, whatever its case; any way of writing it that e-mail allows.

        Raises
        ------
        NotFound
            Nobody uses it.
        IdentityError
            The text is no address.
        """
        return ROWS.found(await self._executor.fetch_row(_BY_EMAIL, {"email": email_address(email)}))

    async def by_phone(self, phone: str) -> User:
        """The user of this Turkish number, in any way of writing it (``0532 …``, ``+90 532 …``).

        Raises
        ------
        NotFound
            Nobody uses it.
        IdentityError
            The text is no Turkish number.
        """
        return ROWS.found(await self._executor.fetch_row(_BY_PHONE, {"phone": turkish_phone(phone)}))

    async def counts(self) -> UserCounts:
        """How many accounts there are of each role in each status, in one snapshot; reads each of them."""
        rows = await self._executor.fetch(_COUNTS)
        return UserCounts(
            {(UserRole(str(row["role"])), UserStatus(str(row["status"]))): cast("int", row["count"]) for row in rows}
        )

    async def locked(self, *, after: str | None = None, limit: int = 50) -> Page[User]:
        """Accounts that are locked now, by the database's clock; first those whose lock ends first.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list.
        """
        return await LOCKED.page(self._executor, Filter(), after=after, limit=limit)

    async def login_state(self, user_id: int) -> LoginState:
        """The failed attempts of an account, and whether it is locked now by the database's clock.

        Raises
        ------
        NotFound
            There is no such user, or this identity may not see it.
        """
        return login_state(await self._executor.fetch_row(_LOGIN_STATE, {"id": user_id}))

    async def is_locked(self, user_id: int) -> bool:
        """Whether signing in is refused for now after failed attempts, by the database's clock.

        Raises
        ------
        NotFound
            There is no such user, or this identity may not see it.
        """
        return (await self.login_state(user_id)).is_locked

    async def due_for_anonymising(self, limit: int = 100) -> tuple[User, ...]:
        """Accounts deleted more than 30 days ago that still hold personal data, longest ago first (KVKK art. 7).

        Also those that an open invoice keeps, which :meth:`anonymise_due` passes over.
        For background work (platform_worker). ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await TO_ANONYMISE.batch(self._executor, limit)

    # -- what the operations share --------------------------------------------------------

    async def _end_sessions(self, user: User, reason: SessionRevocationReason) -> None:
        await SessionRepository(self._executor, self._audit).revoke_all(user.id, reason)

    async def _changed(self, user: User, event: str, changes: Mapping[str, object]) -> User:
        """Change these columns as they were read, and record it; nothing where there is nothing to change."""
        return self._told(user, event, await ROWS.change(self._executor, user, changes)) if changes else user

    def _told(self, user: User, event: str, changed: User, action: AuditAction = AuditAction.USER_UPDATE) -> User:
        """Record what differs between the two."""
        after = differing(user, {name: value for name, value in changed if name not in _SERVERS_OWN})
        before = {name: getattr(user, name) for name in after}
        self._record(action, event, changed, before, after)
        return changed

    def _record(
        self, action: AuditAction, event: str, user: User, before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        self._record_about(action, event, user.id, after, before)

    def _record_about(
        self,
        action: AuditAction,
        event: str,
        user_id: int,
        after: Mapping[str, object],
        before: Mapping[str, object] = _NOTHING,
    ) -> None:
        sides = {"before": before, "after": after}
        plain = [{name: value for name, value in side.items() if name not in _UNTOLD} for side in sides.values()]
        personal = {
            f"{side}.{name}": cast("JsonValue", value)
            for side, values in sides.items()
            for name, value in values.items()
            if name in PERSONAL
        }
        entry = {
            "action": action,
            "entity_type": User.entity,
            "entity_id": user_id,
            "event_type": event,
            "payload": before_and_after(*plain),
        }
        self._audit.record(entry, Personal(user_id, personal))


def login_state(row: Row | None) -> LoginState:
    """The row of :data:`ATTEMPTS`.

    Raises
    ------
    NotFound
        There is none.
    """
    if row is None:
        raise ROWS.missing()
    return LoginState(
        user_id=cast("int", row["user_id"]),
        failed_login_attempts=cast("int", row["failed_login_attempts"]),
        otp_attempts=cast("int", row["otp_attempts"]),
        reset_attempts=cast("int", row["reset_attempts"]),
        locked_until=cast("datetime | None", row["locked_until"]),
        is_locked=cast("bool", row["is_locked"]),
    )

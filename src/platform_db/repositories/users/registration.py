"""Accounts registered, one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.users import NewUser, User
from platform_db.repositories.bulk import Bulk, report_of
from platform_db.repositories.users.reading import ROWS, UserReading
from platform_db.schema.users import users

if TYPE_CHECKING:
    from platform_db.domain.bulk import BulkReport, Outcome
    from platform_db.repositories.bulk import Given

__all__ = ["UserRegistration"]

_REGISTERED: Final = tuple(NewUser.model_fields)
"""The columns with which an account is registered; the server makes the others."""

_REGISTER: Final = Statement(
    sa.insert(users)
    .values({name: sa.bindparam(name, type_=users.c[name].type) for name in _REGISTERED})
    .returning(*users.c),
)
_BULK: Final = Bulk(users, User, NewUser, key=("email",))


class UserRegistration(UserReading):
    """Accounts registered. For background work (platform_worker)."""

    async def register(self, new: NewUser) -> User:
        """Add a user, pending until verified.

        Raises
        ------
        AlreadyExists
            The e-mail address (without regard to case) or the phone number is in use; ``fields`` says which.
        NotAllowed
            The unit of work acts for a user: registration is background work (``platform_worker``).
        """
        values = {name: getattr(new, name) for name in _REGISTERED}
        row = await self._executor.fetch_row(_REGISTER, values)
        assert row is not None  # noqa: S101 - INSERT … RETURNING gives its row or raises
        return self._registered(ROWS.read(row))

    async def register_many(self, new: Given[NewUser]) -> BulkReport[User]:
        """Add many users, each as by :meth:`register`, with an outcome for each.

        Created, or refused with its error and the others are kept: a rule is broken (of a mapping),
        or the e-mail address or phone number is in use, also by an earlier row of this call.
        """
        return await report_of(_BULK.create(self._executor, new, self._note_outcome))

    def _note_outcome(self, outcome: Outcome[User]) -> None:
        if outcome.row is not None:
            self._registered(outcome.row)

    def _registered(self, user: User) -> User:
        told = {name: getattr(user, name) for name in _REGISTERED}
        self._record(AuditAction.USER_CREATE, "user.registered", user, {}, told)
        return user

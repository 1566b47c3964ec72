"""Consents: given and withdrawn by the database's clock, each in one statement."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.users import User, operations
from platform_db.domain.users.consents import ConsentText, ConsentWithdrawal
from platform_db.repositories.users.reading import ROWS, UserReading
from platform_db.schema.users import users

__all__ = ["UserConsents"]

_PURPOSE: Final[sa.BindParameter[str]] = sa.bindparam("purpose", type_=sa.Text())
_VERSION: Final[sa.BindParameter[str]] = sa.bindparam("text_version", type_=sa.Text())


def _written(key: str) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{key}'", sa.Text())


def _kept(key: str) -> sa.ColumnElement[str]:
    """A member of the consent for the purpose, as text; NULL where there is none."""
    return sa.func.jsonb_extract_path_text(users.c.consents, _PURPOSE, _written(key))


_STANDS_FOR_TEXT: Final = sa.and_(_kept("text_version") == _VERSION, _kept("withdrawn_at").is_(None))
_GIVEN: Final = sa.func.jsonb_build_object(
    _written("text_version"),
    sa.cast(_VERSION, sa.Text()),
    _written("given_at"),
    sa.func.now(),
    _written("withdrawn_at"),
    sa.null(),
)
_GIVE_CONSENT: Final = Statement(
    sa.update(users)
    .where(ROWS.key, _STANDS_FOR_TEXT.is_not(sa.true()))
    .values(consents=users.c.consents.op("||")(sa.func.jsonb_build_object(sa.cast(_PURPOSE, sa.Text()), _GIVEN)))
    .returning(*users.c)
)
_WITHDRAW_CONSENT: Final = Statement(
    sa.update(users)
    .where(ROWS.key, _kept("given_at").is_not(None), _kept("withdrawn_at").is_(None))
    .values(
        consents=sa.func.jsonb_set(
            users.c.consents, postgresql.array([_PURPOSE, _written("withdrawn_at")]), sa.func.to_jsonb(sa.func.now())
        )
    )
    .returning(*users.c)
)


class UserConsents(UserReading):
    """What a person has agreed to. The user's own act (platform_app), or background work."""

    async def give_consent(self, user_id: int, purpose: str, text_version: str) -> User:
        """Note that the person consents to a purpose by a version of its text, now by the database's clock.

        ``purpose`` is a name for programs (``marketing_email``). The same again changes nothing; a
        new version of the text, or a consent after a withdrawal, takes the place of the one before,
        which the audit log keeps. Consents given at once do not undo each other (KVKK art. 5).

        Raises
        ------
        RuleViolation
            Purpose or version is no such text; all consents together are too large.
        NotFound
            There is no such user, or this identity may not see it.
        """
        given = ConsentText.parse({"purpose": purpose, "text_version": text_version})
        row = await self._executor.fetch_row(_GIVE_CONSENT, {"id": user_id, **dict(given)})
        return await self.get(user_id) if row is None else self._agreed("user.consent_given", ROWS.read(row), purpose)

    async def withdraw_consent(self, user_id: int, purpose: str) -> User:
        """Note that the person takes a consent back, now by the database's clock; what was given stays readable.

        Again it changes nothing: the first stamp stays (KVKK art. 5, 11).

        Raises
        ------
        RuleViolation
            No consent was given for the purpose (``users_consent_was_given``).
        NotFound
            There is no such user, or this identity may not see it.
        """
        taken = ConsentWithdrawal.parse({"purpose": purpose})
        row = await self._executor.fetch_row(_WITHDRAW_CONSENT, {"id": user_id, **dict(taken)})
        if row is not None:
            return self._agreed("user.consent_withdrawn", ROWS.read(row), purpose)
        user = await self.get(user_id)
        operations.demand_consent(user, purpose)
        return user

    def _agreed(self, event: str, user: User, purpose: str) -> User:
        after = {"consents": {purpose: user.consents[purpose]}}
        self._record(AuditAction.USER_UPDATE, event, user, {}, after)
        return user

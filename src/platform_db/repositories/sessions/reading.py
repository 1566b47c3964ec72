"""Reading sessions: by token, by owner, by device."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.sessions import Device, Session, token_hash
from platform_db.repositories.repository import Repository
from platform_db.repositories.sessions.listing import EXPIRED, IS_LIVE, LISTING, LIVE, ROWS, SessionFilter
from platform_db.repositories.windows import SPAN, ago, checked_span
from platform_db.schema.sessions import sessions

if TYPE_CHECKING:
    from datetime import datetime

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["SessionReading"]

_MONTH: Final = timedelta(days=30)
_DAY: Final = timedelta(hours=24)
_Device: Final = columns_of(Session, ("device_fingerprint",))
_AccessToken: Final = columns_of(Session, ("user_id", "access_token_jti"))


def _is_asked(column: str) -> sa.ColumnElement[bool]:
    return sessions.c[column] == sa.bindparam(column, type_=sessions.c[column].type)


_BY_TOKEN: Final = Statement(sa.select(sessions).where(_is_asked("refresh_token_hash")))
_LIVE_BY_TOKEN: Final = Statement(sa.select(sessions).where(_is_asked("refresh_token_hash"), *IS_LIVE))
_OWNED: Final = Statement(sa.select(sessions).where(ROWS.key, _is_asked("user_id")))
_BY_ACCESS_TOKEN: Final = Statement(
    sa.select(sessions)
    .where(_is_asked("user_id"), _is_asked("access_token_jti"), *IS_LIVE)
    .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
    .limit(sa.literal_column("1"))
)
_LATELY_ON_DEVICE: Final = (_is_asked("device_fingerprint"), sessions.c.created_at >= ago())
_USERS_OF_DEVICE: Final = Statement(
    sa.select(sessions.c.user_id).where(*_LATELY_ON_DEVICE).group_by(sessions.c.user_id).order_by(sessions.c.user_id)
)
_OTHER_USERS_OF_DEVICE: Final = Statement(
    sa.select(sessions.c.user_id)
    .where(*_LATELY_ON_DEVICE, sessions.c.user_id != sa.bindparam("user_id", type_=sa.BigInteger()))
    .group_by(sessions.c.user_id)
    .order_by(sessions.c.user_id)
)
_DEVICES_LATELY: Final = Statement(
    sa.select(sa.func.count(sessions.c.device_fingerprint.distinct())).where(
        _is_asked("user_id"), sessions.c.created_at >= ago()
    )
)


def _devices() -> Statement:
    last_seen: sa.ColumnElement[Any] = sa.func.max(sa.func.greatest(sessions.c.created_at, sessions.c.last_used_at))
    return Statement(
        sa.select(
            sessions.c.device_fingerprint,
            sa.func.min(sessions.c.created_at).label("first_seen_at"),
            last_seen.label("last_seen_at"),
            sa.func.count().filter(*IS_LIVE).label("live_sessions"),
        )
        .where(_is_asked("user_id"), sessions.c.device_fingerprint.is_not(None))
        .group_by(sessions.c.device_fingerprint)
        .order_by(last_seen.desc(), sessions.c.device_fingerprint)
    )


_DEVICES: Final = _devices()


class SessionReading(Repository[Session, SessionFilter]):
    """Sessions to read, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own sessions; background work and sign-in (platform_worker) all.
    Address and agent are personal data (KVKK art. 3).
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, LISTING)

    async def by_token(self, token: str) -> Session:
        """The live session of a refresh token: neither revoked nor over, by the database's clock.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        RuleViolation
            The text cannot be a refresh token.
        """
        return ROWS.found(await self._executor.fetch_row(_LIVE_BY_TOKEN, {"refresh_token_hash": token_hash(token)}))

    async def by_token_hash(self, refresh_token_hash: str) -> Session:
        """The session of a refresh token, by the token's SHA-256 in hex; also one that is over or revoked.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return ROWS.found(await self._executor.fetch_row(_BY_TOKEN, {"refresh_token_hash": refresh_token_hash}))

    async def by_access_token(self, user_id: int, jti: str) -> Session:
        """The live session whose last access token has this id (``jti``), of the user it names (``sub``).

        Raises
        ------
        NotFound
            There is none, or this identity may not see it: refuse the access token.
        RuleViolation
            ``jti`` is empty or too long.
        """
        asked = {"user_id": user_id, "access_token_jti": jti}
        _AccessToken.parse(asked)
        return ROWS.found(await self._executor.fetch_row(_BY_ACCESS_TOKEN, asked))

    async def owned(self, session_id: int, user_id: int) -> Session:
        """The session of this id, if it is this user's.

        Raises
        ------
        NotFound
            There is none, it is another user's, or this identity may not see it.
        """
        return ROWS.found(await self._executor.fetch_row(_OWNED, {"id": session_id, "user_id": user_id}))

    async def live(
        self, chosen: SessionFilter | None = None, *, after: str | None = None, limit: int = 50
    ) -> Page[Session]:
        """Sessions that are neither revoked nor over now, newest first: where somebody is signed in.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await LIVE.page(self._executor, chosen or SessionFilter(), after=after, limit=limit)

    async def devices(self, user_id: int) -> tuple[Device, ...]:
        """The devices of a user, last seen first, by the sessions that are kept: 90 days past their end.

        Sessions without a fingerprint are left out.
        """
        rows = await self._executor.fetch(_DEVICES, {"user_id": user_id})
        return tuple(
            Device(
                fingerprint=cast("str", row["device_fingerprint"]),
                first_seen_at=cast("datetime", row["first_seen_at"]),
                last_seen_at=cast("datetime", row["last_seen_at"]),
                live_sessions=cast("int", row["live_sessions"]),
            )
            for row in rows
        )

    async def devices_within(self, user_id: int, within: timedelta = _DAY) -> int:
        """From how many devices a user opened sessions in the time ``within`` before now.

        Raises
        ------
        RuleViolation
            ``within`` is not above zero, or is above ten years.
        """
        asked = {"user_id": user_id, SPAN: checked_span(within)}
        return cast("int", await self._executor.fetch_value(_DEVICES_LATELY, asked))

    async def users_of_device(self, device_fingerprint: str, within: timedelta = _MONTH) -> tuple[int, ...]:
        """The ids of the users who opened a session from a device in the time ``within`` before now, in order.

        A user (platform_app) finds at most the own id.

        Raises
        ------
        RuleViolation
            The text is no fingerprint; ``within`` is not above zero, or is above ten years.
        """
        asked = {"device_fingerprint": device_fingerprint}
        _Device.parse(asked)
        return await self._users(_USERS_OF_DEVICE, {**asked, SPAN: checked_span(within)})

    async def other_users_of_device(self, session: Session, within: timedelta = _MONTH) -> tuple[int, ...]:
        """The ids of other users who opened a session from this session's device, in order; for background work.

        None where the session has no fingerprint.

        Raises
        ------
        RuleViolation
            ``within`` is not above zero, or is above ten years.
        """
        asked = {"device_fingerprint": session.device_fingerprint, "user_id": session.user_id}
        return await self._users(_OTHER_USERS_OF_DEVICE, {**asked, SPAN: checked_span(within)})

    async def _users(self, statement: Statement, asked: dict[str, object]) -> tuple[int, ...]:
        return tuple(cast("int", row["user_id"]) for row in await self._executor.fetch(statement, asked))

    async def expired(self, limit: int = 100) -> tuple[Session, ...]:
        """Sessions that ran out and are not revoked yet, longest ago first; for background work.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await EXPIRED.batch(self._executor, limit)

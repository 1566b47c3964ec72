"""Sessions: found by their refresh token, listed by user, swept when they ran out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.fields import BigInteger
from platform_db.domain.sessions import Session
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, equal
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.repositories.windows import SPAN, ago, checked_span
from platform_db.schema.sessions import sessions

if TYPE_CHECKING:
    from datetime import timedelta

    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["SessionFilter", "SessionRepository"]

_ROWS: Final = Rows(sessions, Session, "session")
_Device: Final = columns_of(Session, ("device_fingerprint",))

_BY_TOKEN: Final = Statement(
    sa.select(sessions).where(
        sessions.c.refresh_token_hash == sa.bindparam("refresh_token_hash", type_=sessions.c.refresh_token_hash.type)
    )
)
_USERS_OF_DEVICE: Final = Statement(
    sa.select(sessions.c.user_id)
    .where(
        sessions.c.device_fingerprint == sa.bindparam("device_fingerprint", type_=sa.Text()),
        sessions.c.created_at >= ago(),
    )
    .group_by(sessions.c.user_id)
    .order_by(sessions.c.user_id)
)
_EXPIRED: Final = Sweep(
    sessions,
    Session,
    sessions.c.revoked_at.is_(None),
    passed(sessions.c.expires_at),
    order=(sessions.c.expires_at, sessions.c.id),
)


class SessionFilter(Filter):
    """Whose sessions a list holds."""

    user_id: Annotated[int, BigInteger()]


_OF_USER: Final = Listing(sessions, Session, NEWEST_FIRST, {"user_id": equal("user_id")})
_LIVE: Final = Listing(
    sessions,
    Session,
    NEWEST_FIRST,
    {"user_id": equal("user_id")},
    name="live",
    only=(lambda table: table.c.revoked_at.is_(None), lambda table: table.c.expires_at > sa.func.now()),
)


class SessionRepository:
    """Sessions. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own sessions; background work and sign-in (platform_worker) all.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, session_id: int) -> Session:
        """The session of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, session_id)

    async def by_token_hash(self, refresh_token_hash: str) -> Session:
        """The session of a refresh token, by the token's SHA-256 in hex; also one that is over or revoked.

        A revoked one that is asked for again is a replayed token.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        found = await self._executor.fetch_row(_BY_TOKEN, {"refresh_token_hash": refresh_token_hash})
        return _ROWS.found(found)

    async def page(self, chosen: SessionFilter, *, after: str | None = None, limit: int = 50) -> Page[Session]:
        """A user's sessions, newest first, whatever became of them.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _OF_USER.page(self._executor, chosen, after=after, limit=limit)

    async def live(self, chosen: SessionFilter, *, after: str | None = None, limit: int = 50) -> Page[Session]:
        """A user's sessions that are neither revoked nor over now, newest first: the devices signed in.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LIVE.page(self._executor, chosen, after=after, limit=limit)

    async def users_of_device(self, device_fingerprint: str, within: timedelta) -> tuple[int, ...]:
        """The ids of the users who opened a session from a device in the time ``within`` before now, in order.

        A user (platform_app) finds at most the own id.

        Raises
        ------
        RuleViolation
            The text is no fingerprint; ``within`` is not above zero, or is above ten years.
        """
        asked = {"device_fingerprint": device_fingerprint}
        _Device.parse(asked)
        rows = await self._executor.fetch(_USERS_OF_DEVICE, {**asked, SPAN: checked_span(within)})
        return tuple(cast("int", row["user_id"]) for row in rows)

    async def expired(self, limit: int = 100) -> tuple[Session, ...]:
        """Sessions that ran out and are not revoked yet, longest ago first; for background work.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _EXPIRED.batch(self._executor, limit)

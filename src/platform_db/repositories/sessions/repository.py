"""Sessions: every operation of a refresh token's life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.sessions import (
    NewSession,
    NextToken,
    Reused,
    Rotated,
    Session,
    SessionPolicy,
    SessionRevocationReason,
    token_hash,
)
from platform_db.domain.sessions.outcomes import is_replayed, reuse_event
from platform_db.domain.users import UserStatus
from platform_db.domain.users.sign_in import demand_open
from platform_db.repositories.audit_logs import Personal
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.payloads import before_and_after, given
from platform_db.repositories.security_events import SecurityEventRepository
from platform_db.repositories.sessions import statements
from platform_db.repositories.sessions.listing import ROWS
from platform_db.repositories.sessions.reading import SessionReading
from platform_db.repositories.windows import SPAN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from platform_db.database.executor import Row
    from platform_db.database.statement import Statement

__all__ = ["SessionRepository"]

_USUAL: Final = SessionPolicy()
_TOLD: Final = ("user_id", "rotated_from", "expires_at")
_PERSONAL: Final = ("device_fingerprint", "user_agent", "ip_address")
_LIVE: Final[Mapping[str, object]] = {"revoked_at": None, "revocation_reason": None}


class SessionRepository(SessionReading):
    """Sessions, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) sees, touches and revokes the own sessions; opening, rotating and
    sweeping are sign-in's and background work's (platform_worker). A session that was
    revoked stays revoked. Tokens come in as they are and are kept as SHA-256 only.
    """

    async def open(self, new: NewSession, policy: SessionPolicy = _USUAL) -> Session:
        """Open a session; where the user then has more live ones than the policy admits, the oldest end.

        However many open at once, no more than ``policy.live_sessions`` are live afterwards: they
        wait for each other at the user's row, so be short after this (at READ COMMITTED, the
        default; at REPEATABLE READ a unit that waited counts what it saw before).

        Raises
        ------
        RuleViolation
            The account is suspended, inactive or deleted (``users_sign_in_status``), also where it
            becomes so at this moment.
        AlreadyExists
            The refresh token has a session.
        StillReferenced
            There is no such user.
        NotAllowed
            The unit of work acts for a user.
        """
        columns = {name: getattr(new, name) for name in NewSession.model_fields}
        status = await self._executor.fetch_value(statements.LOCK_USER, {"user_id": new.user_id})
        if status is not None:
            demand_open(UserStatus(str(status)))
        rows = await self._executor.fetch(
            statements.OPEN, {**columns, SPAN: policy.lifetime, "others": policy.live_sessions - 1}
        )
        opened, *ended = map(ROWS.read, rows)
        self._note_opened(AuditAction.AUTH_LOGIN, opened, given(opened, _PERSONAL))
        self._note_revoked(ended)
        return opened

    async def rotate(self, token: str, following: NextToken, policy: SessionPolicy = _USUAL) -> Rotated | Reused:
        """End the session of a refresh token and open the one that follows it, in one statement.

        A token that was rotated or revoked before is in a second hand. Then every session that came
        before or after it by rotation is revoked, a security event is recorded, and :class:`Reused` is
        returned. It is no exception, which would roll the revocation back: let the unit of work commit,
        then refuse the request.

        Of many that rotate one token at once, one gets :class:`Rotated`; the others are
        replays, and end its session too.

        Raises
        ------
        NotFound
            There is no session of this token, or it has run out.
        RuleViolation
            The text cannot be a refresh token.
        AlreadyExists
            The following token has a session.
        NotAllowed
            The unit of work acts for a user.
        """
        presented = token_hash(token)
        columns = {name: getattr(following, name) for name in NextToken.model_fields}
        rows = await self._executor.fetch(
            statements.ROTATE, {**columns, "presented_hash": presented, SPAN: policy.lifetime}
        )
        if not rows:
            return await self._replayed(presented, following)
        closed, child = map(ROWS.read, rows)
        after = {name: getattr(closed, name) for name in _LIVE}
        self._audit.note(AuditAction.AUTH_TOKEN_REFRESH, "session.rotated", closed, _LIVE, after)
        self._note_opened(AuditAction.AUTH_TOKEN_REFRESH, child, {})
        return Rotated(child)

    async def _replayed(self, presented: str, request: NextToken) -> Reused:
        found = await self._executor.fetch_row(statements.PRESENTED, {"presented_hash": presented})
        replayed = ROWS.found(found)
        if not is_replayed(replayed):
            raise ROWS.missing()
        family = await self._executor.fetch(statements.REVOKE_FAMILY, {"id": replayed.id})
        ended = [row for row in family if row["id"] is not None]
        for row in ended:
            self._note_reuse(row)
        reused = Reused(
            user_id=replayed.user_id,
            session_id=replayed.id,
            family_size=cast("int", family[0]["family_size"]),
            revoked=len(ended),
        )
        await SecurityEventRepository(self._executor, self._audit).record(reuse_event(replayed, reused, request))
        return reused

    async def revoke(self, session_id: int, reason: SessionRevocationReason) -> Session:
        """End a session before its time. One that is revoked stays as it is, with its first reason.

        Decided by the server in one statement, so a touch at the same moment does not stand in
        its way. A session that follows it by a rotation at the same moment is not ended: the answer
        then says ``rotated``.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        row = await self._executor.fetch_row(statements.REVOKE, {"id": session_id, "revocation_reason": reason})
        if row is None:
            return await self.get(session_id)
        session = ROWS.read(row)
        self._note_revoked([session])
        return session

    async def revoke_all(self, user_id: int, reason: SessionRevocationReason) -> int:
        """End every live session of a user; how many they were.

        None is opened or rotated meanwhile: whoever does waits, and finds them ended.
        """
        asked = {"user_id": user_id, "revocation_reason": reason}
        return await self._revoke_several(statements.REVOKE_ALL, asked)

    async def revoke_others(self, kept: Session, reason: SessionRevocationReason) -> int:
        """End every live session of a user but this one; how many they were. As :meth:`revoke_all`."""
        asked = {"user_id": kept.user_id, "kept_id": kept.id, "revocation_reason": reason}
        return await self._revoke_several(statements.REVOKE_OTHERS, asked)

    async def touch(self, session_id: int) -> None:
        """Note that a live session was used now, by the database's clock; it never goes back.

        Raises
        ------
        NotFound
            There is none, it is revoked or over, or this identity may not see it.
        """
        if not await self._executor.execute(statements.TOUCH, {"id": session_id}):
            raise ROWS.missing()

    async def revoke_expired(self, limit: int = 100) -> int:
        """Revoke sessions that ran out, longest ago first; how many they were, at most ``limit`` (1 to 1000).

        For background work: call it until it gives 0. Two sweeps at once take different rows.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        count = await self._executor.execute(statements.EXPIRE, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.AUTH_LOGOUT, "session.expired", Session.entity, count)
        return count

    async def delete_old(self, limit: int = 100) -> int:
        """Delete sessions 90 days after they ran out; how many they were, at most ``limit`` (1 to 1000).

        For background work: call it until it gives 0. What was rotated from one of them then names
        no session before.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        count = await self._executor.execute(statements.DELETE_OLD, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.DELETE, "session.deleted", Session.entity, count)
        return count

    async def _revoke_several(self, statement: Statement, asked: Mapping[str, object]) -> int:
        await self._executor.execute(statements.LOCK_USER, {"user_id": asked["user_id"]})
        ended = [ROWS.read(row) for row in await self._executor.fetch(statement, asked)]
        self._note_revoked(ended)
        return len(ended)

    def _note_opened(self, action: AuditAction, session: Session, personal: Mapping[str, object]) -> None:
        entry = {
            "action": action,
            "entity_type": Session.entity,
            "entity_id": session.id,
            "event_type": "session.opened",
            "payload": before_and_after({}, given(session, _TOLD)),
        }
        values = {f"after.{name}": str(value) for name, value in personal.items()}
        self._audit.record(entry, Personal(session.user_id, values))

    def _note_revoked(self, ended: list[Session]) -> None:
        for session in ended:
            after = {name: getattr(session, name) for name in _LIVE}
            self._audit.note(AuditAction.AUTH_LOGOUT, "session.revoked", session, _LIVE, after)

    def _note_reuse(self, ended: Row) -> None:
        after = {
            "revoked_at": cast("datetime", ended["revoked_at"]),
            "revocation_reason": SessionRevocationReason.REUSE_DETECTED,
        }
        self._audit.record(
            {
                "action": AuditAction.AUTH_LOGOUT,
                "entity_type": Session.entity,
                "entity_id": ended["id"],
                "event_type": "session.revoked",
                "payload": before_and_after(_LIVE, after),
            }
        )

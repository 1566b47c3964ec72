"""What the tests of sessions do again and again: sign in, rotate, store a past one, read the log."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final, cast

from platform_db.domain.sessions import NewSession, NextToken, Rotated, Session, token_hash
from tests.integration.clock import ago, ahead
from tests.integration.stored import store

if TYPE_CHECKING:
    from platform_db.domain.audit_logs import AuditLog
    from platform_db.repositories.work import Database
    from tests.raw import Raw

__all__ = [
    "Told",
    "end",
    "entries",
    "following",
    "opened",
    "reasons",
    "rotated",
    "signed_in",
    "stored_before",
    "sweeps",
    "token",
]

Told = tuple[str, str | None, dict[str, Any]]
"""An audit entry without instants and commitments: action, event and payload."""

_HIDDEN: Final = ("revoked_at", "expires_at")


def token() -> str:
    return secrets.token_urlsafe(32)


def signed_in(user: int, refresh_token: str, **more: Any) -> NewSession:  # noqa: ANN401 - fields
    return NewSession.parse({"user_id": user, "refresh_token": refresh_token, **more})


def following(refresh_token: str, **more: Any) -> NextToken:  # noqa: ANN401 - fields
    return NextToken.parse({"refresh_token": refresh_token, **more})


async def opened(database: Database, user: int, refresh_token: str | None = None, **more: Any) -> Session:  # noqa: ANN401
    async with database.unit_of_work() as work:
        return await work.sessions.open(signed_in(user, refresh_token or token(), **more))


async def rotated(database: Database, old: str, new: str, **more: Any) -> Session:  # noqa: ANN401 - fields
    async with database.unit_of_work() as work:
        outcome = await work.sessions.rotate(old, following(new, **more))
    assert isinstance(outcome, Rotated)
    return outcome.session


async def stored_before(worker: Raw, user: int, **columns: Any) -> int:  # noqa: ANN401 - columns
    """A session in the table that no operation made."""
    row = {
        "user_id": user,
        "refresh_token_hash": token_hash(token()),
        "rotated_from": None,
        "expires_at": ahead(days=7),
    }
    return await store(worker, "sessions", **{"created_at": ago(hours=2), "last_used_at": None, **row, **columns})


def _told(entry: AuditLog) -> Told:
    sides = {
        side: {name: value for name, value in cast("dict[str, Any]", values).items() if name not in _HIDDEN}
        for side, values in entry.payload.items()
        if side != "personal"
    }
    return entry.action, entry.event_type, sides


async def entries(database: Database, session: int) -> list[Told]:
    async with database.unit_of_work() as work:
        return [_told(entry) for entry in reversed((await work.audit.history("sessions", session)).items)]


async def sweeps(worker: Raw) -> list[tuple[object, ...]]:
    rows = await worker.fetch(
        "SELECT action::text, event_type, entity_id, payload::text FROM audit_logs "
        "WHERE entity_type = 'sessions' AND entity_id IS NULL ORDER BY id"
    )
    return [row[:] for row in rows]


def end(reason: str) -> Told:
    """The entry of a session that ended."""
    return (
        "auth_logout",
        "session.revoked",
        {"before": {"revocation_reason": None}, "after": {"revocation_reason": reason}},
    )


async def reasons(worker: Raw) -> list[str | None]:
    rows = await worker.fetch("SELECT revocation_reason::text FROM sessions ORDER BY id")
    return [row[0] for row in rows]

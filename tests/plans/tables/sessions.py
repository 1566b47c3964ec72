"""Sessions: a hundred a user, of which three are live; one in five hundred ran out, one in a thousand is to go."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from platform_db.repositories.sessions import SessionFilter
from tests.plans.evidence import OWNER, Evidence, Fill, WorkerOnly, in_both_roles

_OPENED: Final = "(now() - (i / 1030) * interval '1 day' - i * interval '1 millisecond')"
_OPEN: Final = "(i < 3000 OR i % 500 = 0)"

FILL: Final = Fill(
    {
        "id": "i",
        "user_id": "i % 1000 + 1",
        "refresh_token_hash": "encode(sha256(i::text::bytea), 'hex')",
        "device_fingerprint": "CASE WHEN i % 10 > 0 THEN 'device-' || i % 20000 END",
        "rotated_from": "NULL",
        "expires_at": f"{_OPENED} + interval '7 days'",
        "revoked_at": f"CASE WHEN NOT {_OPEN} THEN {_OPENED} + interval '1 day' END",
        "revocation_reason": f"CASE WHEN NOT {_OPEN} THEN 'logout'::session_revocation_reason END",
        "created_at": _OPENED,
        "updated_at": "now()",
    },
)

_OWNERS: Final = SessionFilter(user_id=OWNER)

EVIDENCE: Final = {
    "idx_sessions_cleanup": (
        Evidence("sessions.expired", lambda work: work.sessions.expired()),
        Evidence("sessions.revoke_expired", lambda work: work.sessions.revoke_expired()),
    ),
    "idx_sessions_device_fingerprint": in_both_roles(
        "sessions.users_of_device", lambda work: work.sessions.users_of_device("device-6", timedelta(days=30))
    ),
    "idx_sessions_expires_at": (Evidence("sessions.delete_old", lambda work: work.sessions.delete_old()),),
    "idx_sessions_user_id": in_both_roles("sessions.page(user_id)", lambda work: work.sessions.page(_OWNERS)),
    "idx_sessions_user_live": in_both_roles("sessions.live(user_id)", lambda work: work.sessions.live(_OWNERS)),
}
WORKER_ONLY: Final = {
    "idx_sessions_cleanup": WorkerOnly(
        "a sweep over every user's sessions",
        Evidence("sessions.expired", lambda work: work.sessions.expired(), as_user=True),
        "idx_sessions_user_live",
    ),
    "idx_sessions_expires_at": WorkerOnly(
        "a user deletes no session; the own ones are few",
        Evidence("sessions.page(user_id)", lambda work: work.sessions.page(_OWNERS), as_user=True),
        "idx_sessions_user_id",
    ),
}

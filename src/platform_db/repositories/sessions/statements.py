"""The statements that open, rotate and end sessions.

What makes a session of a user, or ends several, locks the user's row first: then nobody opens or
rotates a session between the moment at which the others are looked for and the moment at which
they are ended, and no two such transactions take a user's sessions in opposite orders. A row lock, and no
advisory one: it is held to the end of the transaction behind any pooler, it has no key that another
use could share, and it is the lock that a sign-in takes anyway to count its attempts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.sessions import SessionRevocationReason
from platform_db.repositories.claims import first_free
from platform_db.repositories.sessions.listing import BY_EXPIRY, IS_LIVE, IS_OVER, ROWS
from platform_db.repositories.sweeps import longer_ago
from platform_db.repositories.windows import from_now
from platform_db.schema.sessions import sessions
from platform_db.schema.users import users

__all__ = [
    "DELETE_OLD",
    "EXPIRE",
    "LOCK_USER",
    "OPEN",
    "PRESENTED",
    "REVOKE",
    "REVOKE_ALL",
    "REVOKE_FAMILY",
    "REVOKE_OTHERS",
    "ROTATE",
    "TOUCH",
]

_KEPT: Final = timedelta(days=90)
"""How long a session is kept after its end."""

_GIVEN: Final = ("user_id", "refresh_token_hash", "access_token_jti", "device_fingerprint", "user_agent", "ip_address")


def _parameter(column: str, name: str | None = None) -> sa.BindParameter[Any]:
    return sa.bindparam(name or column, type_=sessions.c[column].type)


_OF_USER: Final = sessions.c.user_id == _parameter("user_id")
_IS_PRESENTED: Final = sessions.c.refresh_token_hash == _parameter("refresh_token_hash", "presented_hash")
_NOT_REVOKED: Final = sessions.c.revoked_at.is_(None)


def _ended(reason: object) -> dict[str, Any]:
    # A session may be younger than this transaction, which waited for whoever opened it.
    return {"revoked_at": sa.func.greatest(sa.func.now(), sessions.c.created_at), "revocation_reason": reason}


_BY_REASON: Final = _ended(_parameter("revocation_reason"))

LOCK_USER: Final = Statement(
    sa.select(users.c.status).where(users.c.id == _parameter("user_id")).with_for_update(key_share=True)
)
"""Lock the user's row: its status, or no row where there is no such user."""


def _open() -> Statement:
    opened = (
        sa.insert(sessions)
        .values({**{name: _parameter(name) for name in _GIVEN}, "expires_at": from_now()})
        .returning(*sessions.c)
        .cte("opened")
    )
    # The rows before this statement: the new one is not among them, so it is never the one too many.
    surplus = (
        sa.select(sessions.c.id)
        .where(_OF_USER, *IS_LIVE)
        .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        .offset(sa.bindparam("others", type_=sa.BigInteger()))
    )
    ended = (
        sa.update(sessions)
        .where(sessions.c.id == sa.any_(sa.func.array(surplus.scalar_subquery())), _NOT_REVOKED)
        .values(_ended(SessionRevocationReason.SESSION_LIMIT))
        .returning(*sessions.c)
        .cte("ended")
    )
    return Statement(sa.union_all(sa.select(opened), sa.select(ended)))


OPEN: Final = _open()
"""Open a session, and end the oldest beyond ``others``: the new row and the ended ones."""


def _rotate() -> Statement:
    owner = (
        sa.select(users.c.id)
        .where(users.c.id == sa.select(sessions.c.user_id).where(_IS_PRESENTED).scalar_subquery())
        .with_for_update(key_share=True)
        .cte("owner")
    )
    closed = (
        sa.update(sessions)
        .where(_IS_PRESENTED, *IS_LIVE, sessions.c.user_id == sa.select(owner.c.id).scalar_subquery())
        .values({**_ended(SessionRevocationReason.ROTATED), "last_used_at": _used()})
        .returning(*sessions.c)
        .cte("closed")
    )
    kept: dict[str, Any] = {
        "user_id": closed.c.user_id,
        "refresh_token_hash": _parameter("refresh_token_hash"),
        "access_token_jti": _parameter("access_token_jti"),
        "device_fingerprint": closed.c.device_fingerprint,
        "user_agent": sa.func.coalesce(_parameter("user_agent"), closed.c.user_agent),
        "ip_address": sa.func.coalesce(_parameter("ip_address"), closed.c.ip_address),
        "rotated_from": closed.c.id,
        "expires_at": from_now(),
    }
    child = (
        sa.insert(sessions)
        .from_select([*kept], sa.select(*kept.values()), include_defaults=False)
        .returning(*sessions.c)
        .cte("child")
    )
    return Statement(sa.union_all(sa.select(closed), sa.select(child)))


def _used() -> sa.ColumnElement[Any]:
    return sa.func.greatest(sa.func.now(), sessions.c.last_used_at)


ROTATE: Final = _rotate()
"""End the live session of a token and open the one that follows: both rows, or none."""

PRESENTED: Final = Statement(
    sa.select(sessions)
    .join(users, users.c.id == sessions.c.user_id)
    .where(_IS_PRESENTED)
    .with_for_update(key_share=True, of=users)
)
"""The session of a token that could not be rotated; its user's row is locked."""


def _revoke_family() -> Statement:
    start = sa.select(sessions.c.id, sessions.c.rotated_from).where(ROWS.key).cte("ancestors", recursive=True)
    parent = sessions.alias("parent")
    ancestors = start.union(
        sa.select(parent.c.id, parent.c.rotated_from).join_from(start, parent, parent.c.id == start.c.rotated_from)
    )
    first = sa.select(ancestors.c.id).cte("family", recursive=True)
    child = sessions.alias("child")
    family = first.union(sa.select(child.c.id).join_from(first, child, child.c.rotated_from == first.c.id))
    ended = (
        sa.update(sessions)
        .where(sessions.c.id == sa.any_(sa.func.array(sa.select(family.c.id).scalar_subquery())), _NOT_REVOKED)
        .values(_ended(SessionRevocationReason.REUSE_DETECTED))
        .returning(sessions.c.id, sessions.c.revoked_at)
        .cte("ended")
    )
    size = sa.select(sa.func.count().label("family_size")).select_from(family).subquery("size")
    return Statement(
        sa.select(size.c.family_size, ended.c.id, ended.c.revoked_at).select_from(
            size.outerjoin(ended, sa.literal_column("true"))
        )
    )


REVOKE_FAMILY: Final = _revoke_family()
"""End every session that came before or after one by rotation: a row each, with how many they are."""

REVOKE: Final = Statement(sa.update(sessions).where(ROWS.key, _NOT_REVOKED).values(_BY_REASON).returning(*sessions.c))
REVOKE_ALL: Final = Statement(sa.update(sessions).where(_OF_USER, *IS_LIVE).values(_BY_REASON).returning(*sessions.c))
REVOKE_OTHERS: Final = Statement(
    sa.update(sessions)
    .where(_OF_USER, *IS_LIVE, sessions.c.id != sa.bindparam("kept_id", type_=sa.BigInteger()))
    .values(_BY_REASON)
    .returning(*sessions.c)
)
TOUCH: Final = Statement(sa.update(sessions).where(ROWS.key, *IS_LIVE).values(last_used_at=_used()))

EXPIRE: Final = Statement(
    sa.update(sessions)
    .where(first_free(sessions, *IS_OVER, order=BY_EXPIRY))
    .values(_ended(SessionRevocationReason.EXPIRED))
)
DELETE_OLD: Final = Statement(
    sa.delete(sessions).where(first_free(sessions, longer_ago(_KEPT, sessions.c.expires_at), order=BY_EXPIRY))
)

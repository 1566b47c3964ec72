"""Lists of sessions, and the batches of their sweeps."""

from __future__ import annotations

from typing import Annotated, Any, Final

import sqlalchemy as sa

from platform_db.domain.fields import BigInteger
from platform_db.domain.sessions import Session
from platform_db.domain.sessions.session import DeviceFingerprint
from platform_db.repositories.filters import NEWEST_FIRST, Condition, Filter, Listing, equal
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.schema.sessions import sessions

__all__ = ["EXPIRED", "IS_LIVE", "IS_OVER", "LISTING", "LIVE", "ROWS", "SessionFilter"]

ROWS: Final = Rows(sessions, Session, "session")

IS_LIVE: Final[tuple[sa.ColumnElement[bool], ...]] = (
    sessions.c.revoked_at.is_(None),
    sessions.c.expires_at > sa.func.now(),
)
"""Neither revoked nor over."""

IS_OVER: Final[tuple[sa.ColumnElement[bool], ...]] = (
    sessions.c.revoked_at.is_(None),
    passed(sessions.c.expires_at),
)
"""It ran out, and no sweep has told it yet."""

BY_EXPIRY: Final[tuple[sa.ColumnElement[Any], ...]] = (sessions.c.expires_at, sessions.c.id)


class SessionFilter(Filter):
    """Which sessions a list holds; what is not given, or None, does not restrict."""

    user_id: Annotated[int | None, BigInteger()] = None
    device_fingerprint: DeviceFingerprint = None


_CONDITIONS: Final[dict[str, Condition]] = {name: equal(name) for name in SessionFilter.model_fields}

LISTING: Final = Listing(sessions, Session, NEWEST_FIRST, _CONDITIONS)
LIVE: Final = Listing(
    sessions,
    Session,
    NEWEST_FIRST,
    _CONDITIONS,
    name="live",
    only=(lambda table: table.c.revoked_at.is_(None), lambda table: table.c.expires_at > sa.func.now()),
)
EXPIRED: Final = Sweep(sessions, Session, *IS_OVER, order=BY_EXPIRY)

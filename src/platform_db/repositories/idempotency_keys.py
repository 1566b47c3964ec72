"""Idempotency keys: found by what the caller sent, swept when they have expired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.idempotency_keys import IdempotencyKey
from platform_db.repositories.rows import reader
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.schema.idempotency_keys import idempotency_keys

if TYPE_CHECKING:
    from platform_db.database.executor import Executor

__all__ = ["IdempotencyKeyRepository"]

_read = reader(IdempotencyKey)
_Named: Final = columns_of(IdempotencyKey, ("endpoint", "key"))

_OF_REQUEST: Final = tuple(
    idempotency_keys.c[name] == sa.bindparam(name, type_=sa.Text()) for name in ("endpoint", "key")
)
_OF_USER: Final = Statement(
    sa.select(idempotency_keys).where(
        idempotency_keys.c.user_id == sa.bindparam("user_id", type_=sa.BigInteger()), *_OF_REQUEST
    )
)
_OF_NOBODY: Final = Statement(sa.select(idempotency_keys).where(idempotency_keys.c.user_id.is_(None), *_OF_REQUEST))
_EXPIRED: Final = Sweep(
    idempotency_keys,
    IdempotencyKey,
    passed(idempotency_keys.c.expires_at),
    order=(idempotency_keys.c.expires_at, idempotency_keys.c.id),
)


class IdempotencyKeyRepository:
    """Keyed requests and their first answers. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own keys; background work (platform_worker) all, also
    those of requests without a user.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def find(self, endpoint: str, key: str, user_id: int | None = None) -> IdempotencyKey | None:
        """The first request under a key, expired or not; None where there is none that this identity may see.

        Without ``user_id`` the key is one of the requests that nobody was signed in for.

        Raises
        ------
        RuleViolation
            ``endpoint`` or ``key`` is empty or too long.
        """
        asked: dict[str, object] = {"endpoint": endpoint, "key": key}
        _Named.parse(asked)
        if user_id is None:
            row = await self._executor.fetch_row(_OF_NOBODY, asked)
        else:
            row = await self._executor.fetch_row(_OF_USER, {**asked, "user_id": user_id})
        return None if row is None else _read(row)

    async def expired(self, limit: int = 100) -> tuple[IdempotencyKey, ...]:
        """Keys that may be used anew, longest expired first; for background work, which deletes them.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _EXPIRED.batch(self._executor, limit)

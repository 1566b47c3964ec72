"""Idempotency keys: begun by one of many, completed once, taken up when stuck, swept when expired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.columns import columns_of
from platform_db.domain.idempotency_keys import (
    Answer,
    IdempotencyKey,
    IdempotencyPolicy,
    IdempotencyStatus,
    InProgress,
    KeyedRequest,
    Replayed,
    Started,
)
from platform_db.domain.idempotency_keys.answers import completed, told_again
from platform_db.errors import NotFound, StaleVersion
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import labelled
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.rows import reader
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.schema.idempotency_keys import idempotency_keys

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["IdempotencyKeyRepository"]

_USUAL: Final = IdempotencyPolicy()
_ASKED: Final = tuple(KeyedRequest.model_fields)
_ANSWER: Final = tuple(Answer.model_fields)

_read = reader(IdempotencyKey)
_Named: Final = columns_of(IdempotencyKey, ("endpoint", "key"))


def _parameter(column: str, name: str | None = None) -> sa.BindParameter[Any]:
    return sa.bindparam(name or column, type_=idempotency_keys.c[column].type)


def _after(span: str) -> sa.ColumnElement[Any]:
    return sa.func.now() + sa.bindparam(span, type_=sa.Interval())


_OF_REQUEST: Final = tuple(idempotency_keys.c[name] == _parameter(name) for name in ("endpoint", "key"))
_OF_USER: Final = Statement(
    sa.select(idempotency_keys).where(idempotency_keys.c.user_id == _parameter("user_id"), *_OF_REQUEST)
)
_OF_NOBODY: Final = Statement(sa.select(idempotency_keys).where(idempotency_keys.c.user_id.is_(None), *_OF_REQUEST))
_BY_ID: Final = Statement(sa.select(idempotency_keys.c.id).where(idempotency_keys.c.id == _parameter("id")))


def _begin() -> Statement:
    new = postgresql.insert(idempotency_keys).values(
        {
            **{name: _parameter(name) for name in _ASKED},
            "locked_until": _after("lease"),
            "expires_at": _after("lifetime"),
        }
    )
    taken = {name: new.excluded[name] for name in ("request_hash", "locked_until", "expires_at")}
    stuck = sa.and_(
        labelled("status", IdempotencyStatus.IN_PROGRESS)(idempotency_keys),
        passed(idempotency_keys.c.locked_until),
        idempotency_keys.c.request_hash == new.excluded.request_hash,
    )
    return Statement(
        new.on_conflict_do_update(
            constraint="uq_idempotency_keys_user_id_endpoint_key",
            set_={**taken, "status": IdempotencyStatus.IN_PROGRESS, **dict.fromkeys(_ANSWER, sa.null())},
            where=sa.or_(passed(idempotency_keys.c.expires_at), stuck),
        ).returning(*idempotency_keys.c)
    )


_BEGIN: Final = _begin()
"""The row, if the request is the caller's to do; whoever comes second waits here and locks the row, so it stays."""

# A lease that was taken up ends later than the one before: its end tells whose it is. An answered request has none.
_HELD: Final = (
    idempotency_keys.c.id == _parameter("id"),
    idempotency_keys.c.locked_until == _parameter("locked_until", "held_until"),
)
_COMPLETE: Final = Statement(
    sa.update(idempotency_keys)
    .where(*_HELD)
    .values({name: _parameter(name, f"new_{name}") for name in ("status", "locked_until", *_ANSWER)})
    .returning(*idempotency_keys.c)
)
_RELEASE: Final = Statement(sa.update(idempotency_keys).where(*_HELD).values(locked_until=sa.func.now()))

_IS_EXPIRED: Final = passed(idempotency_keys.c.expires_at)
_BY_EXPIRY: Final = (idempotency_keys.c.expires_at, idempotency_keys.c.id)
_EXPIRED: Final = Sweep(idempotency_keys, IdempotencyKey, _IS_EXPIRED, order=_BY_EXPIRY)
_DELETE_EXPIRED: Final = Statement(
    sa.delete(idempotency_keys).where(first_free(idempotency_keys, _IS_EXPIRED, order=_BY_EXPIRY))
)


class IdempotencyKeyRepository:
    """Keyed requests and their first answers. Belongs to one unit of work and never commits.

    A user (platform_app) uses the own keys; background work (platform_worker) all, also those of
    requests without a user. The audit log has no entry of a key; the request's own acts do.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
        self._audit = audit

    async def begin(self, request: KeyedRequest, policy: IdempotencyPolicy = _USUAL) -> Started | InProgress | Replayed:
        """Ask whether to do a keyed request: one of all who ask is told :class:`Started`.

        Also where the first answer has expired, and where the lease of a first request ended
        without one (its process died): the key is then taken up, by one.

        In the unit of work that does the request, answer and effects are stored together or not
        at all, and a second request waits for its end. In a unit of its own, committed before,
        a second one is told :class:`InProgress` at once; then make the lease longer than the work.

        Raises
        ------
        IdempotencyMismatch
            The key was used for another request and has not expired (HTTP 422).
        StillReferenced
            There is no such user.
        NotAllowed
            The unit of work acts for another user than the request's.
        """
        asked: dict[str, object] = {name: getattr(request, name) for name in _ASKED}
        begun = await self._executor.fetch_row(_BEGIN, {**asked, "lease": policy.lease, "lifetime": policy.lifetime})
        if begun is not None:
            return Started(_read(begun))
        first = await self.find(request.endpoint, request.key, request.user_id)
        if first is None:
            raise _missing()
        return told_again(first, request.request_hash)

    async def complete(self, key: IdempotencyKey, answer: Answer) -> IdempotencyKey:
        """Keep the answer to a request that was started, until the key expires.

        Only whoever holds the key may: a holder whose lease ended, and whose request another took
        up, comes too late.

        Raises
        ------
        RuleViolation
            ``key`` was read with another answer (``ck_idempotency_keys_answer_is_final``).
        StaleVersion
            Another took the request up since, or it was completed or released.
        NotFound
            The key expired and was swept, or this identity may not see it.
        """
        changes = {f"new_{name}": value for name, value in completed(key, answer).items()}
        row = await self._executor.fetch_row(_COMPLETE, {**changes, "id": key.id, "held_until": key.locked_until})
        if row is not None:
            return _read(row)
        if await self._executor.fetch_value(_BY_ID, {"id": key.id}) is None:
            raise _missing()
        message = f"idempotency key {key.id} is not held any more: another took the request up, or it is completed"
        raise StaleVersion(message, entity=IdempotencyKey.entity, fields=("locked_until",))

    async def release(self, key: IdempotencyKey) -> None:
        """Give a started request back after a failure: the same request may begin again at once.

        Another request under the key stays a mismatch until the key expires. Where the key is not
        held any more, nothing happens. A unit of work that fails as a whole needs no release.
        """
        await self._executor.execute(_RELEASE, {"id": key.id, "held_until": key.locked_until})

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

    async def delete_expired(self, limit: int = 100) -> int:
        """Delete keys that have expired; how many they were, at most ``limit`` (1 to 1000).

        For background work: call it until it gives 0. Two sweeps at once take different rows.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        NotAllowed
            The unit of work acts for a user.
        """
        count = await self._executor.execute(_DELETE_EXPIRED, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.DELETE, "idempotency_key.deleted", IdempotencyKey.entity, count)
        return count


def _missing() -> NotFound:
    message = "no such idempotency key, or none that this identity may see"
    return NotFound(message, entity=IdempotencyKey.entity)

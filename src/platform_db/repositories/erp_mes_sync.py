"""Ties to ERP and MES records: made once, found from either side, claimed when they are due."""

from __future__ import annotations

from datetime import timedelta
from random import random
from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain import instants
from platform_db.domain.audit_logs import AuditAction, EntityType
from platform_db.domain.backoff import full_jitter
from platform_db.domain.columns import columns_of
from platform_db.domain.erp_mes_sync import ErpMesSync, ErpSystem, NewTie, SyncStatus
from platform_db.domain.fields import BigInteger
from platform_db.repositories.bulk import Bulk, report_of
from platform_db.repositories.claims import claim, first_free
from platform_db.repositories.filters import Filter, Listing, as_written, equal, labelled
from platform_db.repositories.paging import Key, checked_limit
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.repositories.windows import SPAN, ago, checked_span, from_now
from platform_db.schema.erp_mes_sync import erp_mes_sync

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.database.executor import Executor
    from platform_db.domain.bulk import BulkReport
    from platform_db.domain.json_values import JsonObject
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.bulk import Given
    from platform_db.repositories.paging import Page

__all__ = ["ErpMesSyncRepository", "TieFilter"]

_ROWS: Final = Rows(erp_mes_sync, ErpMesSync, "tie to an external record")
_Ours: Final = columns_of(ErpMesSync, ("entity_type", "entity_id"))
_Theirs: Final = columns_of(ErpMesSync, ("external_system", "entity_type", "external_id"))


def _equal_to(names: tuple[str, ...]) -> sa.Select[tuple[object, ...]]:
    chosen = [erp_mes_sync.c[name] for name in names]
    return sa.select(erp_mes_sync).where(*(each == sa.bindparam(each.name, type_=each.type) for each in chosen))


_NO_PARAMETERS: Final[Mapping[str, object]] = {}


class TieFilter(Filter):
    """Which ties a list holds; what is not given, or None, does not restrict."""

    external_system: ErpSystem | None = None
    entity_type: Annotated[str | None, EntityType] = None
    entity_id: Annotated[int | None, BigInteger()] = None
    status: SyncStatus | None = None


_LISTING: Final = Listing(
    erp_mes_sync, ErpMesSync, (Key("id"),), {name: equal(name) for name in TieFilter.model_fields}
)
_BULK: Final = Bulk(
    erp_mes_sync,
    ErpMesSync,
    NewTie,
    key=("external_system", "entity_type", "external_id"),
    same=("entity_id",),
)

_OF_ENTITY: Final = Statement(
    _equal_to(tuple(_Ours.model_fields)).order_by(erp_mes_sync.c.external_system, erp_mes_sync.c.id)
)
_BY_EXTERNAL_ID: Final = Statement(_equal_to(tuple(_Theirs.model_fields)))
_CLAIM: Final = Statement(
    claim(
        erp_mes_sync,
        labelled("status", SyncStatus.PENDING, SyncStatus.FAILED)(erp_mes_sync),
        passed(erp_mes_sync.c.next_attempt_at),
        order=(erp_mes_sync.c.next_attempt_at, erp_mes_sync.c.id),
        beside={"status": as_written(SyncStatus.IN_PROGRESS)},
    )
)
_LEASE_ENDED: Final = passed(erp_mes_sync.c.claimed_until)
_LONGEST_AGO: Final = (erp_mes_sync.c.claimed_until, erp_mes_sync.c.id)
_ABANDONED: Final = Sweep(erp_mes_sync, ErpMesSync, _LEASE_ENDED, order=_LONGEST_AGO)
_RELEASE: Final = Statement(
    sa.update(erp_mes_sync)
    .where(first_free(erp_mes_sync, _LEASE_ENDED, order=_LONGEST_AGO))
    .values(status=as_written(SyncStatus.PENDING), claimed_until=None)
)


def _moved(*columns: str, **stamped: object) -> Statement:
    """A change of these columns, and of those that the server stamps, under the version that was read."""
    given = {name: sa.bindparam(f"new_{name}", type_=erp_mes_sync.c[name].type) for name in columns}
    return Statement(
        sa.update(erp_mes_sync)
        .where(_ROWS.key, _ROWS.as_read)
        .values(**given, **stamped, claimed_until=None)
        .returning(*erp_mes_sync.c)
    )


_SYNCED: Final = _moved("status", "attempts", "last_error", "payload", last_sync_at=sa.func.now())
_FAILED: Final = _moved("status", "last_error", next_attempt_at=from_now())
_ENDED: Final = _moved("status", "last_error")
_AGAIN: Final = _moved("status", "attempts", next_attempt_at=sa.func.now())


class _Aged(Filter):
    span: timedelta


_STALE: Final = Listing(
    erp_mes_sync,
    ErpMesSync,
    (Key("last_sync_at", nullable=False), Key("id")),
    {SPAN: lambda table: table.c.last_sync_at < ago()},
    name="stale",
)


class ErpMesSyncRepository(Repository[ErpMesSync, TieFilter]):
    """Ties between external records and ours, listed by id. Belongs to one unit of work and never commits.

    For background work (platform_worker) alone. Who claimed a tie reports under the version
    that the claim gave: one whose lease ended and that was released or claimed anew is stale.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, _LISTING)

    async def tie(self, new: NewTie) -> ErpMesSync:
        """Tie an external record to ours; the same tie again gives the one made first.

        Of many that make one tie at once, one row comes of it.

        Raises
        ------
        IdempotencyMismatch
            The external record is tied to another record of ours.
        """
        [outcome] = await report_of(_BULK.ensure(self._executor, [new]))
        return outcome.stored()

    async def tie_many(self, new: Given[NewTie]) -> BulkReport[ErpMesSync]:
        """The same for many; an outcome for each, in the order given.

        A tie that is there stays as it is (unchanged); one to another record of ours is refused.
        """
        return await report_of(_BULK.ensure(self._executor, new))

    async def upsert_many(self, new: Given[NewTie]) -> BulkReport[ErpMesSync]:
        """Tie many, and change direction and payload of those that are tied already.

        A worker that has claimed one of them loses it: what it reports is stale.
        """
        return await report_of(_BULK.upsert(self._executor, new))

    async def synced(self, tie: ErpMesSync, payload: JsonObject) -> ErpMesSync:
        """Note that both records agree, and what was exchanged; attempts begin anew at 0.

        Raises
        ------
        RuleViolation
            It is not in progress (``ck_erp_mes_sync_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was claimed; it is gone.
        """
        changes = {"status": SyncStatus.SYNCED, "attempts": 0, "last_error": None, "payload": payload}
        return await self._move(_SYNCED, tie, changes, last_sync_at=instants.now())

    async def failed(self, tie: ErpMesSync, error: str) -> ErpMesSync:
        """Note why the attempt failed; it is due again after a pause.

        The pause is drawn between zero and 10 seconds, doubled with each attempt, up to an hour.
        ``error`` is 1 to 1000 characters.

        Raises
        ------
        RuleViolation
            It is not in progress, or ``error`` is empty or too long.
        StaleVersion, NotFound
            It moved on since it was claimed; it is gone.
        """
        changes = {"status": SyncStatus.FAILED, "last_error": error}
        pause = full_jitter(max(tie.attempts - 1, 0), random)
        return await self._move(_FAILED, tie, changes, parameters={SPAN: pause})

    async def conflict(self, tie: ErpMesSync, what: str) -> ErpMesSync:
        """Note that both sides changed and what differs; nobody tries it until :meth:`retry`.

        Raises
        ------
        RuleViolation
            It is not in progress, or ``what`` is empty or longer than 1000 characters.
        StaleVersion, NotFound
            It moved on since it was claimed; it is gone.
        """
        return await self._move(_ENDED, tie, {"status": SyncStatus.CONFLICT, "last_error": what})

    async def skip(self, tie: ErpMesSync, reason: str | None = None) -> ErpMesSync:
        """Leave the records as they are; nobody tries it until :meth:`retry`.

        Raises
        ------
        RuleViolation
            They are in sync, or ``reason`` is longer than 1000 characters.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._move(_ENDED, tie, {"status": SyncStatus.SKIPPED, "last_error": reason})

    async def retry(self, tie: ErpMesSync) -> ErpMesSync:
        """Have the records compared again, now: after a change of ours, a conflict that was settled, a failure.

        A worker that has claimed it meanwhile loses it: what it reports is stale.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._move(_AGAIN, tie, {"status": SyncStatus.PENDING, "attempts": 0})

    async def release_abandoned(self, limit: int = 100) -> int:
        """Make ties in progress whose lease has run out pending again; give how many.

        Of many at once each tie is released by one. One audit entry tells the count. ``limit``
        is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        count = await self._executor.execute(_RELEASE, {"limit": checked_limit(limit)})
        self._audit.note_sweep(AuditAction.UPDATE, "tie.released", ErpMesSync.entity, count)
        return count

    async def by_external_id(self, system: ErpSystem, entity_type: str, external_id: str) -> ErpMesSync:
        """The tie of another system's key, which counts within the system and kind of entity.

        Raises
        ------
        NotFound
            There is none.
        RuleViolation
            ``entity_type`` or ``external_id`` cannot be one.
        """
        asked = {"external_system": system, "entity_type": entity_type, "external_id": external_id}
        _Theirs.parse(asked)
        return _ROWS.found(await self._executor.fetch_row(_BY_EXTERNAL_ID, asked))

    async def of_entity(self, entity_type: str, entity_id: int) -> tuple[ErpMesSync, ...]:
        """What a record of ours is tied to, by system; empty where it is tied to nothing.

        Raises
        ------
        RuleViolation
            ``entity_type`` cannot be one.
        """
        asked = {"entity_type": entity_type, "entity_id": entity_id}
        _Ours.parse(asked)
        return tuple(_ROWS.read(row) for row in await self._executor.fetch(_OF_ENTITY, asked))

    async def claim(self, limit: int, lease: timedelta) -> tuple[ErpMesSync, ...]:
        """Take ties that are due to be tried, until ``lease`` from now; those due first come first.

        Pending and failed ones become in progress, and ``attempts`` counts the claim. Each goes
        to one worker, also while this unit of work is open. Commit before speaking to the other
        system; one whose worker died is found by :meth:`abandoned`. ``limit`` is 1 to 1000; all
        times are the database's.

        Raises
        ------
        RuleViolation
            The limit is out of range; ``lease`` is not above zero, or is above ten years.
        """
        rows = await self._executor.fetch(_CLAIM, {"limit": checked_limit(limit), SPAN: checked_span(lease)})
        return tuple(sorted((_ROWS.read(row) for row in rows), key=lambda tie: (tie.next_attempt_at, tie.id)))

    async def abandoned(self, limit: int = 100) -> tuple[ErpMesSync, ...]:
        """Ties in progress whose lease has run out, longest ago first.

        ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _ABANDONED.batch(self._executor, limit)

    async def stale(self, age: timedelta, *, after: str | None = None, limit: int = 50) -> Page[ErpMesSync]:
        """Ties whose records last agreed longer ago than ``age``, longest ago first.

        Raises
        ------
        RuleViolation
            ``age`` is not above zero, or is above ten years; the limit is out of range; the
            cursor belongs to another list or age.
        """
        return await _STALE.page(self._executor, _Aged(span=checked_span(age)), after=after, limit=limit)

    async def _move(
        self,
        statement: Statement,
        tie: ErpMesSync,
        changes: Mapping[str, object],
        parameters: Mapping[str, object] = _NO_PARAMETERS,
        **stamped: object,
    ) -> ErpMesSync:
        tie.checked({**changes, **stamped, "claimed_until": None})
        wanted = {f"new_{name}": value for name, value in changes.items()}
        return await _ROWS.run(self._executor, statement, tie, {**wanted, **parameters})

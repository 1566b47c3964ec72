"""Ties to ERP and MES records: found from either side, claimed when they are due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.columns import columns_of
from platform_db.domain.erp_mes_sync import ErpMesSync, SyncStatus
from platform_db.repositories.claims import claim
from platform_db.repositories.filters import Filter, Listing, as_written, labelled
from platform_db.repositories.paging import Key, checked_limit
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, passed
from platform_db.repositories.windows import SPAN, ago, checked_span
from platform_db.schema.erp_mes_sync import erp_mes_sync

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.domain.erp_mes_sync import ErpSystem
    from platform_db.repositories.paging import Page

__all__ = ["ErpMesSyncRepository"]

_ROWS: Final = Rows(erp_mes_sync, ErpMesSync, "tie to an external record")
_Ours: Final = columns_of(ErpMesSync, ("entity_type", "entity_id"))
_Theirs: Final = columns_of(ErpMesSync, ("external_system", "entity_type", "external_id"))


def _equal_to(names: tuple[str, ...]) -> sa.Select[tuple[object, ...]]:
    chosen = [erp_mes_sync.c[name] for name in names]
    return sa.select(erp_mes_sync).where(*(each == sa.bindparam(each.name, type_=each.type) for each in chosen))


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
_ABANDONED: Final = Sweep(
    erp_mes_sync,
    ErpMesSync,
    passed(erp_mes_sync.c.claimed_until),
    order=(erp_mes_sync.c.claimed_until, erp_mes_sync.c.id),
)


class _Aged(Filter):
    span: timedelta


_STALE: Final = Listing(
    erp_mes_sync,
    ErpMesSync,
    (Key("last_sync_at", nullable=False), Key("id")),
    {SPAN: lambda table: table.c.last_sync_at < ago()},
    name="stale",
)


class ErpMesSyncRepository:
    """Ties between external records and ours. Belongs to one unit of work and never commits.

    For background work (platform_worker) alone.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, tie_id: int) -> ErpMesSync:
        """The tie of this id.

        Raises
        ------
        NotFound
            There is none.
        """
        return await _ROWS.get(self._executor, tie_id)

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

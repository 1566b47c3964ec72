"""CAD models: found by file, listed for their owner, searched by what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.cad_models import CadModel, ModelType
from platform_db.domain.fields import BigInteger, Digest, Json
from platform_db.domain.json_values import JsonObject
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, contains, equal
from platform_db.repositories.rows import Rows
from platform_db.schema.cad_models import models

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["CadModelFilter", "CadModelRepository"]

_ROWS: Final = Rows(models, CadModel, "CAD model")


def _kept(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.deleted_at.is_(None)


_GET: Final = Statement(sa.select(models).where(_ROWS.key, _kept(models)))


class CadModelFilter(Filter):
    """Which models a list holds; what is not given, or None, does not restrict.

    ``sha256_hash`` is that of the file. ``params`` and ``metrics`` are a part of what the
    model has (``@>``): ``{"holes": 8}``.
    """

    user_id: Annotated[int | None, BigInteger()] = None
    type: ModelType | None = None
    sha256_hash: Annotated[str | None, Digest(name="sha256_hash_format")] = None
    params: Annotated[JsonObject | None, Json()] = None
    metrics: Annotated[JsonObject | None, Json()] = None


_CONDITIONS: Final = {
    **{name: equal(name) for name in ("user_id", "type", "sha256_hash")},
    **{name: contains(name, name) for name in ("params", "metrics")},
}
_LISTING: Final = Listing(models, CadModel, NEWEST_FIRST, _CONDITIONS, only=(_kept,))
_WITH_DELETED: Final = Listing(models, CadModel, NEWEST_FIRST, _CONDITIONS, name="page_with_deleted")
_EVERY: Final = CadModelFilter()


class CadModelRepository:
    """CAD models. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own models, background work (platform_worker) all. A
    deleted model is left out unless a method says otherwise.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, model_id: int) -> CadModel:
        """The model of this id.

        Raises
        ------
        NotFound
            There is none, it is deleted, or this identity may not see it.
        """
        return _ROWS.found(await self._executor.fetch_row(_GET, {"id": model_id}))

    async def page(
        self, chosen: CadModelFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[CadModel]:
        """Models that are not deleted, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def page_with_deleted(
        self, chosen: CadModelFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[CadModel]:
        """Models, deleted ones among them, newest first; every row exactly once.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _WITH_DELETED.page(self._executor, chosen, after=after, limit=limit)

    async def count(self, chosen: CadModelFilter = _EVERY) -> int:
        """How many models there are that are not deleted; reads each of them."""
        return await _LISTING.count(self._executor, chosen)

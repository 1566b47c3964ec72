"""CAD models: lines of revisions, found by owner, file and what was measured; deleted ones kept for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.cad_models import KEPT, CadModel, ModelChanges, ModelType, NewModel, NewRevision
from platform_db.domain.columns import differing
from platform_db.domain.fields import BigInteger, Digest, Json
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import changed_fields
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, contains, equal
from platform_db.repositories.natural_keys import NaturalKey
from platform_db.repositories.payloads import given
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.repositories.sweeps import Sweep, longer_ago
from platform_db.schema.cad_models import models
from platform_db.schema.jobs import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["CadModelFilter", "CadModelRepository"]

_ROWS: Final = Rows(models, CadModel, "CAD model")


def _kept(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.deleted_at.is_(None)


_GET: Final = Statement(sa.select(models).where(_ROWS.key, _kept(models)))
_GET_FOR_UPDATE: Final = Statement(sa.select(models).where(_ROWS.key, _kept(models)).with_for_update(key_share=True))


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

_ADDED: Final = (*NewModel.model_fields, "parent_model_id", "revision")
_ADD: Final = Statement(
    postgresql.insert(models)
    .values({name: sa.bindparam(name, type_=models.c[name].type) for name in _ADDED})
    .on_conflict_do_nothing(index_elements=["s3_key"])
    .returning(*models.c)
)
_KEY: Final = NaturalKey(models, ("s3_key",))
_FILE: Final = ("s3_key", "sha256_hash", "file_size", "parent_model_id", "user_id")
"""What is equal when the same file comes again."""

_TOLD: Final = ("user_id", "type", "file_format", "file_size", "sha256_hash", "parent_model_id", "revision")
"""What the audit log says of a new model; names and keys may hold what only its owner should read."""

_BY_KEY: Final = Statement(
    sa.select(models).where(models.c.s3_key == sa.bindparam("s3_key", type_=models.c.s3_key.type))
)


def _line() -> sa.CTE:
    """The ids of the models that revise one another, up and down from one of them."""
    line = sa.select(models.c.id, models.c.parent_model_id).where(_ROWS.key).cte("line", recursive=True)
    others = models.alias("others")
    related = sa.or_(others.c.id == line.c.parent_model_id, others.c.parent_model_id == line.c.id)
    return line.union(sa.select(others.c.id, others.c.parent_model_id).join(line, related))


_IN_LINE: Final = sa.select(models).where(models.c.id.in_(sa.select(_line().c.id)), _kept(models))
_LINE: Final = Statement(_IN_LINE.order_by(models.c.revision, models.c.id))
_LATEST: Final = Statement(
    _IN_LINE.order_by(models.c.revision.desc(), models.c.id.desc()).limit(sa.literal_column("1"))
)


def _stamped(instant: sa.ColumnElement[Any]) -> Statement:
    return Statement(sa.update(models).where(_ROWS.key, _ROWS.as_read).values(deleted_at=instant).returning(*models.c))


_DELETE: Final = _stamped(sa.func.now())
_RESTORE: Final = _stamped(sa.null())

_IS_OVER: Final = longer_ago(KEPT, models.c.deleted_at)
_UNUSED: Final = ~sa.exists().where(jobs.c.model_id == models.c.id)
_OVER: Final = Sweep(models, CadModel, _IS_OVER, _UNUSED, order=(models.c.deleted_at, models.c.id))
_REMOVE: Final = Statement(
    sa.delete(models)
    .where(models.c.id == sa.any_(sa.bindparam("ids", type_=postgresql.ARRAY(sa.BigInteger()))), _IS_OVER, _UNUSED)
    .returning(models.c.id)
)


class CadModelRepository(Repository[CadModel, CadModelFilter]):
    """CAD models, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) sees the own models, background work (platform_worker) all. A
    deleted model is left out unless a method says otherwise.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, _LISTING)

    async def add(self, new: NewModel) -> CadModel:
        """Store the first revision of a design; the same file under the same key again gives the row stored first.

        Raises
        ------
        IdempotencyMismatch
            The key holds another file.
        AlreadyExists
            The key is somebody else's.
        StillReferenced
            There is no such user.
        NotAllowed
            The unit of work acts for another user.
        """
        return await self._add(new, new.user_id, None)

    async def add_revision(self, parent: CadModel, new: NewRevision) -> CadModel:
        """Store the next revision of a model, of the same owner; of many at once one becomes it.

        The same file under the same key again gives the row stored first.

        Raises
        ------
        AlreadyExists
            The model has its next revision already (``uq_models_parent_model_id_revision``): revise
            :meth:`latest`; or the key is somebody else's.
        IdempotencyMismatch
            The key holds another file.
        NotFound
            The parent is deleted.
        StillReferenced
            The parent is gone.
        NotAllowed
            The unit of work acts for another user.
        """
        if parent.deleted_at is not None:
            raise _ROWS.missing()
        return await self._add(new, parent.user_id, parent)

    async def change(self, model: CadModel, changes: ModelChanges) -> CadModel:
        """Change what is said of a model, if nobody changed it since it was read; its file never changes.

        Raises
        ------
        RuleViolation
            The resulting row would break a rule.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        wanted = differing(model, model.checked(changed_fields(changes)))
        if not wanted:
            return model
        changed = await _ROWS.change(self._executor, model, wanted)
        before, after = ({name: getattr(row, name) for name in wanted} for row in (model, changed))
        self._audit.note(AuditAction.UPDATE, "model.changed", changed, before, after)
        return changed

    async def delete(self, model: CadModel) -> CadModel:
        """Delete a model: lists and reads leave it out; file and row go 30 days later. The first time stays.

        Its revisions stay. The instant is the database's.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        if model.deleted_at is not None:
            return model
        deleted = await _ROWS.run(self._executor, _DELETE, model, {})
        self._audit.note(AuditAction.DELETE, "model.deleted", deleted, {}, {"deleted_at": deleted.deleted_at})
        return deleted

    async def restore(self, model: CadModel) -> CadModel:
        """Take a deletion back, within 30 days.

        Raises
        ------
        RuleViolation
            It was deleted longer ago (``ck_models_restored_within_grace``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        if model.deleted_at is None:
            return model
        model.checked({"deleted_at": None})
        restored = await _ROWS.run(self._executor, _RESTORE, model, {})
        self._audit.note(AuditAction.UPDATE, "model.restored", restored, {"deleted_at": model.deleted_at}, {})
        return restored

    async def due_for_removal(self, limit: int = 100) -> tuple[CadModel, ...]:
        """Models deleted more than 30 days ago, longest ago first: delete their files, then :meth:`remove` them.

        One that a job names waits for the job's end of term.
        For background work (platform_worker). ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        return await _OVER.batch(self._executor, limit)

    async def remove(self, gone: Sequence[CadModel]) -> int:
        """Delete the rows of models whose files were deleted, in one statement; give how many.

        Only rows deleted more than 30 days ago, which no job names, go. One audit entry tells
        the count.
        """
        rows = await self._executor.fetch(_REMOVE, {"ids": [model.id for model in gone]})
        self._audit.note_sweep(AuditAction.DELETE, "model.removed", CadModel.entity, len(rows))
        return len(rows)

    async def get(self, key: int) -> CadModel:
        """The model of this id.

        Raises
        ------
        NotFound
            There is none, it is deleted, or this identity may not see it.
        """
        return _ROWS.found(await self._executor.fetch_row(_GET, {"id": key}))

    async def get_for_update(self, key: int) -> CadModel:
        """The model of this id, locked until the unit of work ends.

        Raises
        ------
        NotFound
            There is none, it is deleted, or this identity may not see it.
        LockTimeout
            Somebody else held it for too long.
        """
        return _ROWS.found(await self._executor.fetch_row(_GET_FOR_UPDATE, {"id": key}))

    async def get_with_deleted(self, key: int) -> CadModel:
        """The same, also when it is deleted, until it is removed.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, key)

    async def by_key(self, s3_key: str) -> CadModel:
        """The model of this key in the object store, compared byte by byte; also when it is deleted.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_KEY, {"s3_key": s3_key}))

    async def line(self, model_id: int) -> tuple[CadModel, ...]:
        """Every revision of the design that a model is a state of, by number; deleted ones are left out.

        One statement, however many there are. Empty where the model is not there.
        """
        return tuple(map(_ROWS.read, await self._executor.fetch(_LINE, {"id": model_id})))

    async def latest(self, model_id: int) -> CadModel:
        """The revision with the highest number of the design that a model is a state of.

        Raises
        ------
        NotFound
            There is no such model, this identity may not see it, or every revision is deleted.
        """
        return _ROWS.found(await self._executor.fetch_row(_LATEST, {"id": model_id}))

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

    async def _add(self, new: NewRevision, user_id: int, parent: CadModel | None) -> CadModel:
        columns: Mapping[str, object] = {
            **dict(new),
            "user_id": user_id,
            "parent_model_id": parent.id if parent else None,
            "revision": parent.revision + 1 if parent else 1,
        }
        row = await self._executor.fetch_row(_ADD, columns)
        if row is not None:
            added = _ROWS.read(row)
            self._audit.note(AuditAction.CREATE, "model.added", added, {}, given(added, _TOLD))
            return added
        first = await self._executor.fetch_row(_BY_KEY, {"s3_key": new.s3_key})
        if first is None:
            raise _KEY.exists()
        stored = _ROWS.read(first)
        other = tuple(differing(stored, {name: columns[name] for name in _FILE}))
        if other:
            raise _KEY.mismatch(other)
        return stored

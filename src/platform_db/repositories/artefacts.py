"""Artefacts: the files of a job or a user, found by their hash, and deleted after their objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa
from pydantic import AwareDatetime
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.artefacts import Artefact, ArtefactChanges, ArtefactTotals, NewArtefact
from platform_db.domain.columns import columns_of, differing
from platform_db.domain.fields import BigInteger, Digest, Instant, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import changed_fields
from platform_db.repositories.children_of_jobs import of_user
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, at_least, at_most, before, contains, equal
from platform_db.repositories.natural_keys import NaturalKey
from platform_db.repositories.paging import Key
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.schema.artefacts import artefacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["ArtefactFilter", "ArtefactRepository"]

_ROWS: Final = Rows(artefacts, Artefact, "artefact")


class ArtefactFilter(Filter):
    """Which files a list holds; what is not given, or None, does not restrict.

    ``user_id`` is the owner of the file's job. A call for a user names it, or ``job_id``,
    or ``sha256``: row security alone finds the user's files among everybody's. ``meta`` is
    a part of what the job says about the file (``@>``). Sizes are bytes, both inclusive;
    ``since`` is inclusive, ``until`` exclusive.
    """

    user_id: Annotated[int | None, BigInteger()] = None
    job_id: Annotated[int | None, BigInteger()] = None
    type: Annotated[str | None, Text()] = None
    sha256: Annotated[str | None, Digest(name="sha256_format")] = None
    meta: Annotated[JsonObject | None, Json()] = None
    size_from: Annotated[int | None, BigInteger()] = None
    size_to: Annotated[int | None, BigInteger()] = None
    since: Annotated[AwareDatetime | None, Instant()] = None
    until: Annotated[AwareDatetime | None, Instant()] = None


_CONDITIONS: Final = {
    "user_id": of_user(),
    **{name: equal(name) for name in ("job_id", "type", "sha256")},
    "meta": contains("meta", "meta"),
    "size_from": at_least("size_bytes", "size_from"),
    "size_to": at_most("size_bytes", "size_to"),
    "since": at_least("created_at", "since"),
    "until": before("created_at", "until"),
}
_LISTING: Final = Listing(artefacts, Artefact, NEWEST_FIRST, _CONDITIONS)


class _Described(Filter):
    meta: Annotated[JsonObject, Json()]


def _found_first(table: sa.Table) -> sa.ColumnElement[bool]:
    # Under row security the planner has no statistics of @>. It takes one row in a hundred to match, and would
    # look for a page among all files, newest first; an array of keys has it look into the index of ``meta``.
    found = sa.select(table.c.id).where(contains("meta", "meta")(table))
    return table.c.id == sa.any_(sa.func.array(found.correlate(None).scalar_subquery()))


_DESCRIBED: Final = Listing(artefacts, Artefact, NEWEST_FIRST, {"meta": _found_first}, name="described")
_PENDING_DELETION: Final = Listing(
    artefacts,
    Artefact,
    (Key("deletion_requested_at", nullable=False), Key("id")),
    {},
    name="pending_deletion",
    only=(lambda table: table.c.deletion_requested_at.is_not(None),),
)


_ADDED: Final = tuple(NewArtefact.model_fields)
_ADD: Final = Statement(
    postgresql.insert(artefacts)
    .values({name: sa.bindparam(name, type_=artefacts.c[name].type) for name in _ADDED})
    .on_conflict_do_nothing(index_elements=["s3_key"])
    .returning(*artefacts.c)
)
_BY_KEY: Final = Statement(
    sa.select(artefacts).where(artefacts.c.s3_key == sa.bindparam("s3_key", type_=artefacts.c.s3_key.type))
)
_KEY: Final = NaturalKey(artefacts, ("s3_key",))
_FILE: Final = ("job_id", "size_bytes", "sha256")
"""What is equal when the same file comes again."""

_REQUESTED: Final = artefacts.c.deletion_requested_at.is_not(None)
_REQUEST: Final = Statement(
    sa.update(artefacts)
    .where(_ROWS.key, _ROWS.as_read)
    .values(deletion_requested_at=sa.func.now())
    .returning(*artefacts.c)
)
_REQUEST_OF_JOB: Final = Statement(
    sa.update(artefacts)
    .where(
        artefacts.c.job_id == sa.bindparam("job_id", type_=sa.BigInteger()),
        artefacts.c.deletion_requested_at.is_(None),
    )
    .values(deletion_requested_at=sa.func.now())
)
_FAILED: Final = Statement(
    sa.update(artefacts)
    .where(_ROWS.key, _REQUESTED)
    .values(
        deletion_attempts=artefacts.c.deletion_attempts + 1,
        deletion_error=sa.bindparam("error", type_=artefacts.c.deletion_error.type),
    )
    .returning(*artefacts.c)
)
_Failure: Final = columns_of(Artefact, ("deletion_error",))
_REMOVE: Final = Statement(
    sa.delete(artefacts).where(
        artefacts.c.id == sa.any_(sa.bindparam("ids", type_=postgresql.ARRAY(sa.BigInteger()))), _REQUESTED
    )
)
_TOTALS: Final = Statement(
    sa.select(
        artefacts.c.type,
        sa.func.count().label("count"),
        sa.cast(sa.func.sum(artefacts.c.size_bytes), sa.BigInteger()).label("bytes"),
        sa.func.max(artefacts.c.size_bytes).label("largest_bytes"),
    )
    .where(of_user()(artefacts))
    .group_by(artefacts.c.type)
    .order_by(artefacts.c.type)
)


class ArtefactRepository(Repository[Artefact, ArtefactFilter]):
    """Artefacts, newest first. Belongs to one unit of work and never commits.

    A user (platform_app) sees the files of the own jobs; background work (platform_worker)
    sees and writes all. The object goes first, the row after it. Files leave no audit entries:
    their jobs do.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, _ROWS, _LISTING)

    async def add(self, new: NewArtefact) -> Artefact:
        """Store that a job produced a file; the same file under the same key again gives the row stored first.

        Raises
        ------
        IdempotencyMismatch
            The key holds another file, or another job's.
        StillReferenced
            There is no such job.
        NotAllowed
            The unit of work acts for a user: files are background work (``platform_worker``).
        """
        row = await self._executor.fetch_row(_ADD, dict(new))
        if row is not None:
            return _ROWS.read(row)
        first = await self.by_key(new.s3_key)
        other = tuple(differing(first, {name: getattr(new, name) for name in _FILE}))
        if other:
            raise _KEY.mismatch(other)
        return first

    async def change(self, artefact: Artefact, changes: ArtefactChanges) -> Artefact:
        """Change what is known of a file, if nobody changed it since it was read.

        Raises
        ------
        RuleViolation
            The resulting row would break a rule, or its hash is known and another
            (``ck_artefacts_hash_is_final``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        wanted = artefact.checked(changed_fields(changes))
        return await _ROWS.change(self._executor, artefact, wanted) if wanted else artefact

    async def request_deletion(self, artefact: Artefact) -> Artefact:
        """Have a file deleted: it is listed by :meth:`pending_deletion` until :meth:`remove`. The first time stays.

        Raises
        ------
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        if artefact.deletion_requested_at is not None:
            return artefact
        return await _ROWS.run(self._executor, _REQUEST, artefact, {})

    async def request_deletion_of_job(self, job_id: int) -> int:
        """Have every file of a job deleted; give how many were not requested before."""
        return await self._executor.execute(_REQUEST_OF_JOB, {"job_id": job_id})

    async def deletion_failed(self, artefact: Artefact, error: str) -> Artefact:
        """Note why the object could not be deleted; it stays pending. Whoever else tried meanwhile is counted too.

        ``error`` is 1 to 1000 characters.

        Raises
        ------
        RuleViolation
            ``error`` is empty or too long.
        NotFound
            It is gone, or its deletion was not requested.
        """
        _Failure.parse({"deletion_error": error})
        return _ROWS.found(await self._executor.fetch_row(_FAILED, {"id": artefact.id, "error": error}))

    async def remove(self, gone: Sequence[Artefact]) -> int:
        """Delete the rows of files whose objects were deleted, in one statement; give how many.

        Rows whose deletion was not requested stay.
        """
        return await self._executor.execute(_REMOVE, {"ids": [artefact.id for artefact in gone]})

    async def by_key(self, s3_key: str) -> Artefact:
        """The file of this key in the object store, compared byte by byte.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return _ROWS.found(await self._executor.fetch_row(_BY_KEY, {"s3_key": s3_key}))

    async def totals_of_user(self, user_id: int) -> tuple[ArtefactTotals, ...]:
        """How many files of each type a user's jobs produced, and how large they are; by type."""
        rows = await self._executor.fetch(_TOTALS, {"user_id": user_id})
        return tuple(ArtefactTotals.model_validate(dict(row.items())) for row in rows)

    async def described(self, meta: JsonObject, *, after: str | None = None, limit: int = 50) -> Page[Artefact]:
        """Files of which their job says this, among other things (``meta @>``), newest first.

        For background work, and for what few files have; for a user's files, or many, see
        :meth:`page`. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            ``meta`` is no JSON, the limit is out of range, or the cursor belongs to another list or ``meta``.
        """
        return await _DESCRIBED.page(self._executor, _Described.checked(meta=meta), after=after, limit=limit)

    async def pending_deletion(self, *, after: str | None = None, limit: int = 50) -> Page[Artefact]:
        """Files that are to be deleted from the object store, longest waiting first.

        For background work. A page goes on after files whose deletion failed, so that they
        do not keep the others waiting. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list.
        """
        return await _PENDING_DELETION.page(self._executor, Filter(), after=after, limit=limit)

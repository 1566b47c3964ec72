"""Artefacts: the files of a job or a user, found by their hash, and those that are to be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa

from platform_db.domain.artefacts import Artefact
from platform_db.domain.fields import BigInteger, Digest, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.repositories.children_of_jobs import of_user
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, contains, equal
from platform_db.repositories.paging import Key
from platform_db.repositories.rows import Rows
from platform_db.schema.artefacts import artefacts

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.paging import Page

__all__ = ["ArtefactFilter", "ArtefactRepository"]

_ROWS: Final = Rows(artefacts, Artefact, "artefact")


class ArtefactFilter(Filter):
    """Which files a list holds; what is not given, or None, does not restrict.

    ``user_id`` is the owner of the file's job. A call for a user names it, or ``job_id``,
    or ``sha256``: row security alone finds the user's files among everybody's. ``meta`` is
    a part of what the job says about the file (``@>``).
    """

    user_id: Annotated[int | None, BigInteger()] = None
    job_id: Annotated[int | None, BigInteger()] = None
    type: Annotated[str | None, Text()] = None
    sha256: Annotated[str | None, Digest(name="sha256_format")] = None
    meta: Annotated[JsonObject | None, Json()] = None


_CONDITIONS: Final = {
    "user_id": of_user(),
    **{name: equal(name) for name in ("job_id", "type", "sha256")},
    "meta": contains("meta", "meta"),
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
_EVERY: Final = ArtefactFilter()


class ArtefactRepository:
    """Artefacts. Belongs to one unit of work and never commits.

    A user (platform_app) sees the files of the own jobs, background work (platform_worker) all.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, artefact_id: int) -> Artefact:
        """The file of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, artefact_id)

    async def page(
        self, chosen: ArtefactFilter = _EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[Artefact]:
        """Files, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def described(self, meta: JsonObject, *, after: str | None = None, limit: int = 50) -> Page[Artefact]:
        """Files of which their job says this, among other things (``meta @>``), newest first.

        For background work, and for what few files have; for a user's files, or many, see
        :meth:`page`. ``limit`` is 1 to 1000.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or ``meta``.
        """
        return await _DESCRIBED.page(self._executor, _Described(meta=meta), after=after, limit=limit)

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

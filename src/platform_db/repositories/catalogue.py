"""What machines, materials, tools and products have in common: added, changed, brought in by the thousand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.bulk import RowResult, differing
from platform_db.domain.catalogue import NewRow, changes_of
from platform_db.domain.models import InputModel, Versioned
from platform_db.repositories.bulk import Bulk, report_of
from platform_db.repositories.filters import Filter
from platform_db.repositories.payloads import given
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from platform_db.database.executor import Executor
    from platform_db.domain.bulk import BulkReport, Outcome
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.bulk import Given
    from platform_db.repositories.filters import Listing

__all__ = ["CatalogueRepository", "Shelf", "shelf"]

M = TypeVar("M", bound=Versioned)
F = TypeVar("F", bound=Filter)
N = TypeVar("N", bound=NewRow)
C = TypeVar("C", bound=InputModel)


@dataclass(frozen=True, slots=True)
class Shelf(Generic[M, N]):
    """One table of the catalogue: how its rows are read, listed, added and known again."""

    noun: str
    rows: Rows[M]
    listing: Listing[M]
    insert: Statement
    bulk: Bulk[M, N]
    written: tuple[str, ...]


def shelf(  # noqa: PLR0913 - a declaration: every argument is named where it is used
    table: sa.Table,
    model: type[M],
    accepts: type[N],
    listing: Listing[M],
    *,
    noun: str,
    key: tuple[str, ...],
    kept: tuple[str, ...] = (),
) -> Shelf[M, N]:
    """Declare a table by its natural key; ``kept`` are columns that only operations of their own change."""
    written = accepts.written()
    return Shelf(
        noun=noun,
        rows=Rows(table, model, noun),
        listing=listing,
        insert=Statement(
            sa.insert(table)
            .values({name: sa.bindparam(name, type_=table.c[name].type) for name in written})
            .returning(*table.c)
        ),
        bulk=Bulk(
            table,
            model,
            accepts,
            columns=written,
            key=key,
            kept=kept,
            values=lambda new: new.columns,
            given=lambda new: new.given,
        ),
        written=written,
    )


class CatalogueRepository(Repository[M, F], Generic[M, F, N, C]):
    """Rows that background work (platform_worker) writes and every identity reads."""

    def __init__(self, executor: Executor, audit: AuditTrail, shelf: Shelf[M, N]) -> None:
        super().__init__(executor, audit, shelf.rows, shelf.listing)
        self._shelf = shelf

    async def add(self, new: N) -> M:
        """Add a row.

        Raises
        ------
        AlreadyExists
            There is one with its natural key.
        StillReferenced
            A row that it names is missing.
        NotAllowed
            The unit of work acts for a user.
        """
        row = self._rows.found(await self._executor.fetch_row(self._shelf.insert, new.columns))
        self._note_added(row)
        return row

    async def change(self, row: M, changes: C) -> M:
        """Change a row, if nobody changed it since it was read. Without a difference nothing is written.

        Raises
        ------
        RuleViolation
            The resulting row would break a rule; nothing was sent.
        StaleVersion
            The row moved on; read it again and decide anew.
        NotFound
            It is gone.
        AlreadyExists
            Another row has the natural key.
        """
        return await self._changed(row, "changed", changes_of(row, changes))

    async def upsert_many(self, rows: Given[N]) -> BulkReport[M]:
        """Add the rows that are not there, change those that differ; an outcome for each, in the order given.

        Rows are known again by their natural key. A mapping is judged as one row of input. Of
        a row that is there only what is given is changed, and one that is equal is left as it
        is, version and all. A row that is refused takes no other with it; see
        :class:`~platform_db.repositories.bulk.Bulk` for batches, statements and locks.

        Raises
        ------
        Transient
            The whole unit of work is to be tried again.
        """
        return await report_of(self.upsert_stream(rows))

    def upsert_stream(self, rows: Given[N]) -> AsyncIterator[Outcome[M]]:
        """The same for rows without end: outcomes come while rows are taken, a thousand at a time.

        Rows are written as their outcomes are asked for.
        """
        return self._shelf.bulk.upsert(self._executor, rows, self._note_outcome)

    def _note_outcome(self, outcome: Outcome[M]) -> None:
        if outcome.result is RowResult.CREATED:
            self._note_added(outcome.stored())
        elif outcome.result is RowResult.UPDATED:
            self._note(AuditAction.UPDATE, "changed", outcome.stored(), outcome.before, outcome.after)

    async def _switched(self, row: M, event: str, wanted: Mapping[str, object]) -> M:
        """Write what differs of these columns, if the rules admit it."""
        return await self._changed(row, event, differing(row, row.checked(wanted)))

    async def _changed(self, row: M, event: str, wanted: Mapping[str, object]) -> M:
        if not wanted:
            return row
        changed = await self._rows.change(self._executor, row, wanted)
        self._note(AuditAction.UPDATE, event, changed, {name: getattr(row, name) for name in wanted}, wanted)
        return changed

    async def _run(self, row: M, event: str, statement: Statement, columns: Iterable[str]) -> M:
        """Run a statement on the row as it was read; the columns are what it changes."""
        changed = await self._rows.run(self._executor, statement, row, {})
        before, after = ({name: getattr(it, name) for name in columns} for it in (row, changed))
        self._note(AuditAction.UPDATE, event, changed, before, after)
        return changed

    def _note_added(self, row: M) -> None:
        self._note(AuditAction.CREATE, "added", row, {}, given(row, self._shelf.written))

    def _note(
        self, action: AuditAction, event: str, row: M, before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        self._audit.note(action, f"{self._shelf.noun}.{event}", row, _listed(before), _listed(after))


def _listed(values: Mapping[str, object]) -> dict[str, object]:
    """Arrays are lists in an entry, as they are in JSON."""
    return {
        name: list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value
        for name, value in values.items()
    }

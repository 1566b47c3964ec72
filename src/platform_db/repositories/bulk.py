"""Many rows into one table, with an outcome for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast

from platform_db.domain.bulk import BulkReport, Outcome, RowResult, differing
from platform_db.domain.models import Identified, InputModel
from platform_db.errors import AlreadyExists, Conflict, NotAllowed, RuleViolation
from platform_db.repositories.bulk_statements import BulkStatements, Change, Line
from platform_db.repositories.natural_keys import NaturalKey

if TYPE_CHECKING:
    import sqlalchemy as sa

    from platform_db.database.executor import Executor
    from platform_db.errors import PlatformError
    from platform_db.repositories.natural_keys import Key

__all__ = ["BATCH", "Bulk", "report_of"]

M = TypeVar("M", bound=Identified)
N = TypeVar("N", bound=InputModel)
L = TypeVar("L", bound=Line | Change[Any])

BATCH: Final = 1000
"""How many rows go to the server at once."""

_OF_ONE_ROW: Final = (RuleViolation, Conflict, NotAllowed)
"""Refusals that a row can have earned. What is transient, or a fault of ours, is raised."""

Given = Iterable[N | Mapping[str, object]] | AsyncIterable[N | Mapping[str, object]]
"""Rows as they come: input models, or mappings that are judged as one."""


async def report_of(outcomes: AsyncIterator[Outcome[M]]) -> BulkReport[M]:
    """Write every row, and give all outcomes at once."""
    return BulkReport(tuple([outcome async for outcome in outcomes]))


class Bulk(Generic[M, N]):
    """How many rows at once come into one table; declared once, its statements are compiled once.

    Rows are written in batches of at most 1000, each in a savepoint, with as many statements
    however many rows a batch has; a row in conflict with another constraint than the key's takes
    one more statement of its own. Every method gives the outcomes in the order of the rows,
    batch by batch, as they are asked for: who stops asking leaves the rest unwritten. A row
    that breaks a rule, or that the server refuses, is refused alone. To find one that only
    the server refuses (a foreign key, a trigger), its batch is undone and tried again in
    halves: about 2·log2 n attempts for each such row. Memory holds one batch, and the natural
    key of every row before it, by which a repeated row is known.

    Within a batch rows are locked and inserted in the order of their keys, so that two calls do
    not wait for each other in a circle; rows without a key come first, in the order given.

    ``note`` is told each outcome of a batch once the batch is written and before the first of
    them is given: an audit entry is there for every row, also when the caller stops asking or
    the rows end in an error.

    Errors that are not about a row (:class:`~platform_db.errors.Transient`, a statement that
    took too long, a missing right on the table, a constraint that the models do not declare) are
    raised; the batches before are kept only if the caller ends the unit of work well all the same.

    Parameters
    ----------
    table, model
        Where the rows go, and as what they come back.
    accepts
        The input model. A mapping is judged as one.
    columns
        The columns that are written. None in one that may not be NULL is the server's default.
        Without it every field of the input.
    key
        The columns of a unique constraint or index: what tells one row from another, without regard
        to case where the index is of ``lower(…)``. NULLs in it are equal where the constraint says so;
        otherwise a row with a NULL in its key is always new.
    kept
        Columns that are written when a row is created and that :meth:`upsert` leaves as they are.
    same
        Columns in which :meth:`ensure` demands that the row that is there already is equal.
    values
        The row of an input, by column. Without it every field is a column.
    given
        The columns that the caller gave; :meth:`upsert` changes only these. Without it the
        fields that were set.
    """

    def __init__(  # noqa: PLR0913 - a declaration: every argument is named where it is used
        self,
        table: sa.Table,
        model: type[M],
        accepts: type[N],
        *,
        columns: Sequence[str] | None = None,
        key: Sequence[str] = (),
        kept: Iterable[str] = (),
        same: Iterable[str] = (),
        values: Callable[[N], Mapping[str, object]] | None = None,
        given: Callable[[N], Iterable[str]] | None = None,
    ) -> None:
        self._accepts = accepts
        self._columns = tuple(columns or accepts.model_fields)
        self._key = NaturalKey(table, key)
        self._same = tuple(same)
        self._values = values or self._fields
        self._given = given or _fields_set
        unwritten = {*key, *kept}
        self._changing = tuple(name for name in self._columns if name not in unwritten)
        self._statements = BulkStatements(table, model, self._columns, self._key, self._changing)

    # -- what can be done ---------------------------------------------------------------

    def create(
        self, executor: Executor, rows: Given[N], note: Callable[[Outcome[M]], None] | None = None
    ) -> AsyncIterator[Outcome[M]]:
        """Add the rows; one that is there already is refused with AlreadyExists."""
        return self._each(executor, rows, self._create, note)

    def ensure(
        self, executor: Executor, rows: Given[N], note: Callable[[Outcome[M]], None] | None = None
    ) -> AsyncIterator[Outcome[M]]:
        """Add the rows that are not there; one whose key is there is unchanged, and the first stays as it is.

        Where the first differs in a column of ``same``, the row is refused with
        IdempotencyMismatch.
        """
        return self._each(executor, rows, self._ensure, note)

    def upsert(
        self, executor: Executor, rows: Given[N], note: Callable[[Outcome[M]], None] | None = None
    ) -> AsyncIterator[Outcome[M]]:
        """Add the rows that are not there, change those that differ, and leave those that are equal.

        Rows are known again by their key. Only columns that the caller gave are compared and
        changed. Those that are there stay locked until the unit of work ends.
        """
        return self._each(executor, rows, self._upsert, note)

    # -- batches ------------------------------------------------------------------------

    async def _each(
        self,
        executor: Executor,
        rows: Given[N],
        write: Callable[[Executor, Sequence[Line]], Awaitable[dict[int, Outcome[M]]]],
        note: Callable[[Outcome[M]], None] | None,
    ) -> AsyncIterator[Outcome[M]]:
        seen: dict[Key, int] = {}
        place = 0
        async for batch in _batches(rows):
            outcomes: dict[int, Outcome[M]] = {}
            lines: list[Line] = []
            for row in batch:
                try:
                    lines.append(self._line(place, row, seen))
                except (RuleViolation, AlreadyExists) as refused:
                    outcomes[place] = _refused(place, refused)
                place += 1
            outcomes |= await write(executor, lines) if lines else {}
            written = [outcomes[each] for each in sorted(outcomes)]
            if note is not None:
                for outcome in written:
                    note(outcome)
            for outcome in written:
                yield outcome

    def _line(self, place: int, row: N | Mapping[str, object], seen: dict[Key, int]) -> Line:
        new = row if isinstance(row, self._accepts) else self._accepts.parse(cast("Mapping[str, object]", row))
        values = self._values(new)
        key = self._key.of(values)
        if key is not None and (first := seen.setdefault(key, place)) != place:
            told = f"row {place} has the key of row {first} of the same call"
            raise self._key.exists(told)
        return Line(place, values, frozenset(self._given(new)), key)

    def _fields(self, new: N) -> Mapping[str, object]:
        return {name: getattr(new, name) for name in self._columns}

    # -- one batch ----------------------------------------------------------------------

    async def _create(self, executor: Executor, lines: Sequence[Line]) -> dict[int, Outcome[M]]:
        def meet(line: Line, _: M) -> Outcome[M]:
            return _refused(line.place, self._key.exists())

        return await self._inserted(executor, lines, meet)

    async def _ensure(self, executor: Executor, lines: Sequence[Line]) -> dict[int, Outcome[M]]:
        def meet(line: Line, first: M) -> Outcome[M]:
            other = tuple(differing(first, {name: line.values[name] for name in self._same}))
            if other:
                return _refused(line.place, self._key.mismatch(other))
            return Outcome(line.place, RowResult.UNCHANGED, first)

        return await self._inserted(executor, lines, meet)

    async def _inserted(
        self, executor: Executor, lines: Sequence[Line], meet: Callable[[Line, M], Outcome[M]]
    ) -> dict[int, Outcome[M]]:
        """Insert what is missing; what is there is met by its key, whoever stored it."""
        ordered = sorted(lines, key=lambda line: line.order)
        outcomes = await self._apart(executor, ordered, self._statements.insert)
        left = [line for line in ordered if line.place not in outcomes]
        found = await self._statements.found(executor, self._key.find, left) if self._key.columns else {}
        for line in left:
            first = None if line.key is None else found.get(line.key)
            # Without one, it is another constraint, or a row that this identity may not see: the server says which.
            outcomes |= (
                {line.place: meet(line, first)}
                if first
                else await self._apart(executor, [line], self._statements.demand)
            )
        return outcomes

    async def _upsert(self, executor: Executor, lines: Sequence[Line]) -> dict[int, Outcome[M]]:
        ordered = sorted(lines, key=lambda line: line.order)
        found = await self._statements.found(executor, self._key.lock, ordered)
        missing = [line for line in ordered if line.key not in found]
        outcomes = await self._apart(executor, missing, self._statements.insert)
        left = [line for line in missing if line.place not in outcomes]
        # Somebody stored these in between; now they can be seen.
        found |= await self._statements.found(executor, self._key.lock, left)
        changing: list[Change[M]] = []
        for line in ordered:
            stored = None if line.key is None else found.get(line.key)
            if line.place in outcomes:
                continue
            if stored is None:
                outcomes |= await self._apart(executor, [line], self._statements.demand)
                continue
            given = {name: line.values[name] for name in self._changing if name in line.given}
            wanted = differing(stored, given)
            if not wanted:
                outcomes[line.place] = Outcome(line.place, RowResult.UNCHANGED, stored)
                continue
            try:
                changing.append(Change(line.place, stored, stored.checked(wanted)))
            except RuleViolation as refused:
                outcomes[line.place] = _refused(line.place, refused)
        return outcomes | await self._apart(executor, changing, self._statements.update)

    async def _apart(
        self,
        executor: Executor,
        lines: Sequence[L],
        write: Callable[[Executor, Sequence[L]], Awaitable[dict[int, Outcome[M]]]],
    ) -> dict[int, Outcome[M]]:
        """Write all, or, where the server refuses, one half and then the other, down to the row that it refuses."""
        if not lines:
            return {}
        try:
            async with executor.savepoint():
                return await write(executor, lines)
        except _OF_ONE_ROW as error:
            refused = error
        if isinstance(refused, NotAllowed):
            # Row security judges rows; without any, only a missing right is refused, which no row has earned.
            async with executor.savepoint():
                await write(executor, ())
        if len(lines) == 1:
            place = lines[0].place
            return {place: _refused(place, refused)}
        middle = len(lines) // 2
        return {
            **await self._apart(executor, lines[:middle], write),
            **await self._apart(executor, lines[middle:], write),
        }


def _refused(place: int, error: PlatformError) -> Outcome[Any]:
    return Outcome(place, RowResult.REFUSED, error=error)


def _fields_set(new: InputModel) -> Iterable[str]:
    return new.model_fields_set


async def _batches(rows: Given[N]) -> AsyncIterator[list[N | Mapping[str, object]]]:
    if isinstance(rows, Iterable):
        coming = iter(rows)
        while batch := list(islice(coming, BATCH)):
            yield batch
        return
    gathered: list[N | Mapping[str, object]] = []
    async for row in rows:
        gathered.append(row)
        if len(gathered) == BATCH:
            yield gathered
            gathered = []
    if gathered:
        yield gathered

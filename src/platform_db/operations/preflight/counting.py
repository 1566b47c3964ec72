"""How many rows break each demand: one reading of the table for all that is told from a row alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol, cast

from platform_db.operations.preflight.declared import Apart, Distinct, RowRule
from platform_db.operations.preflight.questions import Asked, breaks_of, count_of, disjointness_of, places_of, trial_of
from platform_db.operations.preflight.reading import PLACE
from platform_db.operations.preflight.session import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.operations.preflight.reading import Relation
    from platform_db.operations.preflight.session import Session

__all__ = [
    "LINES",
    "RAISING",
    "Counted",
    "Progress",
    "Span",
    "broken_rows",
    "count_alone",
    "count_row_rules",
    "spans_of",
]

LINES: Final = 2048
"""More rows than a page of any block size holds: a place as one whole number is page × 2048 + line."""

_STEPS: Final = 64
_PAGES: Final = 4096
"""A table is read in at most that many steps, each of at least so many pages (32 MB)."""

RAISING: Final = 100
"""So many rows whose values make an expression fail are told apart; with more it is not judged."""


class Progress(Protocol):
    """Told how far the reading of a table is."""

    def begin(self, table: str, pages: int, steps: int) -> None: ...
    def step(self) -> None: ...


@dataclass(slots=True)
class Counted:
    """What was found of one demand.

    Attributes
    ----------
    rows
        How many break it; None where that could not be told, and ``refused`` says why (SQLSTATE).
    """

    asked: Asked
    rows: int | None = 0
    refused: str | None = None
    raising: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Span:
    """Places from ``start`` up to, not including, ``end``; no end is the end of the table."""

    start: int
    end: int | None

    @property
    def condition(self) -> str:
        told = f"{PLACE} >= '{_tid(self.start)}'::tid"
        return told if self.end is None else f"{told} AND {PLACE} < '{_tid(self.end)}'::tid"


def _tid(place: int) -> str:
    return f"({place // LINES},{place % LINES})"


def spans_of(relation: Relation) -> list[Span | None]:
    """The steps in which a table is read; what has partitions is read at once."""
    if not relation.live.is_whole:
        return [None]
    pages = relation.live.pages
    length = max(_PAGES, -(-pages // _STEPS))
    starts = [page * LINES for page in range(0, max(pages, 1), length)]
    return [Span(start, end) for start, end in zip(starts, [*starts[1:], None], strict=True)]


async def count_row_rules(
    session: Session, relation: Relation, asked: Sequence[Asked], progress: Progress
) -> tuple[int, list[Counted]]:
    """The number of rows, and of those that break each of these demands on rows alone.

    An expression that fails on some row (a cast, a division) does not hide the others: its
    rows are found by halving, and count as breaking it, because adding the constraint would
    fail on them too.
    """
    found = [Counted(each) for each in asked]
    rows = 0
    for span in spans_of(relation):
        counter = _Counter(session, relation, [each for each in found if each.refused is None])
        rows += await counter.read(span)
        progress.step()
    for each in found:
        if each.refused is not None:
            each.rows = None
        each.asked = replace(each.asked, raising=tuple(each.raising))
    return rows, found


@dataclass(slots=True)
class _Counter:
    """Adds what a span holds to what was counted before."""

    session: Session
    relation: Relation
    counted: list[Counted]

    async def read(self, span: Span | None) -> int:
        """Count the span's rows, and add those that break each demand."""
        try:
            rows, *broken = await self._tally(self.counted, span)
        except Refused:
            # One of them fails on some row here: each alone.
            rows = (await self._tally([], span))[0]
            for each in self.counted:
                await self._alone(each, span)
            return rows
        for each, more in zip(self.counted, broken, strict=True):
            each.rows = (each.rows or 0) + more
        return rows

    async def _tally(self, counted: Sequence[Counted], span: Span | None) -> list[int]:
        wanted = ["count(*)", *(f"count(*) FILTER (WHERE {breaks_of(each.asked)})" for each in counted)]
        where = f" WHERE {span.condition}" if span else ""
        sql = f"SELECT {', '.join(wanted)} FROM {self.relation.sql} AS r{where}"  # noqa: S608 - quoted names
        row = (await self.session.try_to_ask(sql))[0]
        return [cast("int", value) for value in row]

    async def _alone(self, each: Counted, span: Span | None) -> None:
        if each.refused is not None:
            return
        try:
            rows, broken = await self._tally([each], span)
        except Refused as refusal:
            if not refusal.is_about_values or span is None or len(each.raising) >= RAISING:
                each.refused = refusal.sqlstate
                return
        else:
            each.rows = (each.rows or 0) + broken
            return
        if (rows := (await self._tally([], span))[0]) == 0:
            # It fails whatever the row: that is not any row's fault.
            each.refused = "22000"
        elif rows == 1:
            places = await self.session.ask(
                f"SELECT {PLACE}::text FROM {self.relation.sql} AS r WHERE {span.condition}"  # noqa: S608
            )
            each.raising.append(str(places[0][0]))
            each.rows = (each.rows or 0) + 1
        else:
            for half in self._halves(span):
                await self._alone(each, half)

    def _halves(self, span: Span) -> tuple[Span, Span]:
        # The last span has no end: what was added since the size was read lies behind it.
        end = max(self.relation.live.pages * LINES, span.start + 2 * LINES) if span.end is None else span.end
        middle = (span.start + end) // 2
        return Span(span.start, middle), Span(middle, span.end)


async def count_alone(session: Session, asked: Asked) -> Counted:
    """The number of rows that break a demand over several rows."""
    question = asked.demand.question
    try:
        return await _counted(session, asked)
    except Refused as refusal:
        if not refusal.is_about_values or not isinstance(question, Distinct | Apart):
            return Counted(asked, None, refusal.sqlstate)
    tried = Counted(replace(asked, demand=replace(asked.demand, question=RowRule(trial_of(question)))))
    for span in spans_of(asked.relation):
        await _Counter(session, asked.relation, [tried]).read(span)
    if tried.refused is not None:
        return Counted(asked, None, tried.refused)
    return await _counted(session, replace(asked, raising=tuple(tried.raising)))


async def _counted(session: Session, asked: Asked) -> Counted:
    question = asked.demand.question
    if isinstance(question, Apart):
        asked = replace(asked, ranges=await _ranges(session, asked, question))
    rows = cast("int", (await session.try_to_ask(count_of(asked)))[0][0])
    return Counted(asked, rows, raising=list(asked.raising))


async def _ranges(session: Session, asked: Asked, question: Apart) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for operand, operator in question.operands:
        if operator == "&&":
            try:
                answer = await session.try_to_ask(disjointness_of(asked, question, operand))
            except Refused as refusal:
                if refusal.is_about_values:
                    raise
                continue  # it is no range
            found[operand] = cast("bool", answer[0][0])
    return found


async def broken_rows(session: Session, counted: Sequence[Counted]) -> int:
    """How many rows break any of the demands, each counted once."""
    broken = [each for each in counted if each.rows]
    if len(broken) <= 1:
        return sum(each.rows or 0 for each in broken)
    alone = [each.asked for each in broken if isinstance(each.asked.demand.question, RowRule)]
    places = [places_of(each.asked) for each in broken if not isinstance(each.asked.demand.question, RowRule)]
    if alone:
        any_of = " OR ".join(breaks_of(each) for each in alone)
        places.append(places_of(_either(alone[0], any_of)))
    union = " UNION ".join(f"({each})" for each in places)
    return cast("int", (await session.ask(f"SELECT count(*) FROM ({union}) AS found"))[0][0])  # noqa: S608


def _either(one: Asked, breaks: str) -> Asked:
    return replace(one, demand=replace(one.demand, question=RowRule(breaks)), raising=())

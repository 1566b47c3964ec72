"""Verification of the audit log: every row's hash again, every chain from its beginning to its head."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, cast

from platform_db.audit.chain import COVERED, STORED_FORM, stored_chain_hash
from platform_db.domain.audit_logs import CHAINS, GENESIS

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Iterable, Sequence

__all__ = ["HEADS", "ROWS", "Finding", "FindingKind", "Verification", "VerificationReport", "verify"]

_PAGE: Final = 2_000
_EXAMINED: Final = 100
"""Altered rows of one chain that are also tried in other places."""

ROWS: Final = f"""
SELECT chain_id, seq, id, prev_chain_hash, chain_hash, {", ".join(STORED_FORM.values())}
FROM audit_logs ORDER BY audit_logs.chain_id, audit_logs.seq
"""  # noqa: S608 (expressions of our own)
HEADS: Final = "SELECT chain_id, seq, chain_hash FROM audit_chain_heads"
_SEQ: Final = COVERED.index("seq")


class Row(Protocol):
    """A row that gives its values by place, as asyncpg's does."""

    def __getitem__(self, place: slice, /) -> tuple[object, ...]: ...


class Connection(Protocol):
    """What verification needs of a connection inside a transaction; asyncpg's has it."""

    def fetch(self, query: str, /) -> Awaitable[Iterable[Row]]:
        """All rows of a query."""
        ...

    def cursor(self, query: str, /, *, prefetch: int) -> AsyncIterable[Row]:
        """The rows of a query, ``prefetch`` of them in memory at a time."""
        ...


class FindingKind(StrEnum):
    """What is wrong at a place of a chain."""

    ALTERED = "altered"
    """The row does not hash to its ``chain_hash``."""
    MISSING = "missing"
    """Places before this row are empty."""
    REORDERED = "reordered"
    """The row is intact but was written at another place."""
    FORK = "fork"
    """Two rows hold one place, or the row follows another one than its stored predecessor."""
    TRUNCATED = "truncated"
    """The head knows of rows after the last one."""
    HEAD = "head"
    """The chain's head is absent, behind its rows, or names another hash."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One discrepancy. ``seq`` and ``id`` name the row, where there is one."""

    kind: FindingKind
    chain: int
    seq: int | None
    id: int | None
    explanation: str


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The outcome: all findings, in the order of chains and places."""

    rows: int
    chains: int
    findings: tuple[Finding, ...]

    @property
    def verified(self) -> bool:
        """Whether nothing was found. A cut tail with its head set back needs a checkpoint to be seen."""
        return not self.findings


@dataclass(slots=True)
class _Place:
    seq: int
    id: int | None
    stored: str
    computed: str


@dataclass(slots=True)
class _Chain:
    """The walk along one chain: the row before, and what was found."""

    number: int
    last: _Place = field(default_factory=lambda: _Place(0, None, GENESIS, GENESIS))
    findings: list[Finding] = field(default_factory=list)
    altered: list[tuple[_Place, str, Sequence[str | None]]] = field(default_factory=list)

    def note(self, kind: FindingKind, explanation: str, seq: int | None = None, row: int | None = None) -> None:
        self.findings.append(Finding(kind, self.number, seq, row, explanation))

    def step(self, place: _Place, prev: str, texts: Sequence[str | None]) -> None:
        """Take the next row of the chain."""
        last, self.last = self.last, place
        if place.seq == last.seq + 1 and prev == last.stored and place.computed == place.stored:
            return
        seq, row = place.seq, place.id
        if seq == last.seq:
            self.note(FindingKind.FORK, f"another row holds place {seq} too", seq, row)
        elif seq > last.seq + 1:
            gap = f"place {seq - 1} is" if seq == last.seq + 2 else f"places {last.seq + 1} to {seq - 1} are"
            self.note(FindingKind.MISSING, f"{gap} empty", seq, row)
        elif prev != last.stored and last.stored == last.computed and place.stored == place.computed:
            self.note(FindingKind.FORK, "the row follows another one than the row stored before it", seq, row)
        if place.computed != place.stored:
            self.altered.append((place, prev, texts))

    def close(self, head: tuple[int, str] | None) -> tuple[Finding, ...]:
        """Classify the altered rows and compare the end with the chain's head."""
        examined = self.altered[:_EXAMINED]
        places = sorted({place.seq + step for place, *_ in examined for step in (-1, 0, 1)})
        for count, (place, prev, texts) in enumerate(self.altered):
            origin = _origin(place.stored, prev, texts, places) if count < _EXAMINED else None
            if origin is None:
                self.note(FindingKind.ALTERED, "the row does not hash to its chain_hash", place.seq, place.id)
            else:
                self.note(FindingKind.REORDERED, f"the row was written at place {origin}", place.seq, place.id)
        self.findings.sort(key=lambda finding: finding.seq or 0)
        last = self.last
        if head is None:
            self.note(FindingKind.HEAD, "the chain has no head")
        elif head[0] > last.seq:
            self.note(FindingKind.TRUNCATED, f"the head is at place {head[0]}, the last row at {last.seq}", last.seq)
        elif head[0] < last.seq:
            self.note(FindingKind.HEAD, f"the head is at place {head[0]}, behind the last row", last.seq, last.id)
        elif head[1] not in {last.stored, last.computed}:
            self.note(FindingKind.HEAD, "the head names another hash than the last row", last.seq, last.id)
        return tuple(self.findings)


def _origin(stored: str, prev: str, texts: Sequence[str | None], places: Iterable[int]) -> int | None:
    """The place at which the row hashes to its ``chain_hash``."""
    for place in places:
        if _hash(prev, [*texts[:_SEQ], str(place), *texts[_SEQ + 1 :]]) == stored:
            return place
    return None


def _hash(prev: str, texts: Sequence[str | None]) -> str:
    """The row's hash; empty when its payload cannot have come through the trigger."""
    try:
        return stored_chain_hash(prev, texts)
    except ValueError:
        return ""


class Verification:
    """The walk over all rows: `take` each row of ``ROWS`` in its order, then ask for the `report`.

    ``heads`` are the rows of ``HEADS``, read in the same snapshot.
    """

    def __init__(self, heads: Iterable[Row]) -> None:
        self._heads: dict[int, tuple[int, str]] = {}
        for head in heads:
            number, seq, stored = cast("tuple[int, int, str]", head[:])
            self._heads[number] = seq, stored
        self._findings: dict[int, tuple[Finding, ...]] = {}
        self._chain: _Chain | None = None
        self._rows = 0

    def take(self, record: Row) -> None:
        """Check one row."""
        number, seq, row, prev, stored, *texts = cast(
            "tuple[int, int, int, str, str, *tuple[str | None, ...]]", record[:]
        )
        chain = self._chain
        if chain is None or number != chain.number:
            self._close()
            chain = self._chain = _Chain(number)
        self._rows += 1
        chain.step(_Place(seq, row, stored, _hash(prev, texts)), prev, texts)

    def report(self) -> VerificationReport:
        """Compare the ends with the heads and give everything that was found."""
        self._close()
        for number in {*range(CHAINS), *self._heads} - set(self._findings):
            self._findings[number] = _Chain(number).close(self._heads.get(number))
        found = tuple(finding for number in sorted(self._findings) for finding in self._findings[number])
        return VerificationReport(self._rows, len(self._findings), found)

    def _close(self) -> None:
        if self._chain is not None:
            self._findings[self._chain.number] = self._chain.close(self._heads.get(self._chain.number))
            self._chain = None


async def verify(connection: Connection) -> VerificationReport:
    """Hash every row of ``audit_logs`` again and follow each chain from genesis to its head.

    It never stops at the first finding and holds some rows in memory at a time. It
    detects an altered column of any row, an absent, exchanged or doubled row, a rewritten
    row that its successor does not follow, a tail cut off below the head, and a head that
    does not fit. What it cannot see is a chain rewritten to its end together with its
    head: an exported checkpoint shows that.

    ``connection`` is inside a REPEATABLE READ transaction, so that rows and heads belong
    together, in a role that sees all rows of both tables (platform_auditor).
    """
    verification = Verification(await connection.fetch(HEADS))
    async for record in connection.cursor(ROWS, prefetch=_PAGE):
        verification.take(record)
    return verification.report()

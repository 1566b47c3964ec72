"""Rows for the parity test: a valid row with one field or one rule disturbed."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson
import sqlalchemy as sa

from tests.parity.hostile import hostile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.parity.source import Row, Source

__all__ = ["ACCEPTED", "ALONE", "ROWS", "disturbed_rows", "extreme_rows", "swept_rows"]

ROWS: Final = 2000
"""The least number of rows a table is judged by."""

ALONE: Final = 20
"""In how many of them each constraint is the only one that is broken."""

EXTREME: Final = 60
"""Rows at the ends of the whole numbers, for each rule over several of them."""

ACCEPTED: Final = 0.30
"""The least share of rows that both sides accept."""

_ATTEMPTS: Final = 60
_LARGE: Final = 10_000
_VALID: Final = 0.38


def _is_large(value: object) -> bool:
    """Whether a document or a content is so large that it is used only where its size is the point."""
    size = len(orjson.dumps(value)) if isinstance(value, dict | list) else len(value) if isinstance(value, bytes) else 0
    return size > _LARGE


@dataclass
class _Maker:
    """Makes rows of one table from a seed; no row twice."""

    source: Source
    rng: random.Random
    seen: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        source = self.source
        self.pools: dict[str, tuple[object, ...]] = {
            column.name: tuple(value for value in hostile(source, column) if not _is_large(value))
            for column in source.written
        }
        self.names: list[str] = list(self.pools)
        self.legal: list[Mapping[str, object]] = [
            example.legal for example in source.examples.values() if not any(map(_is_large, example.legal.values()))
        ]
        self.valid: list[Row] = [dict(source.row), *({**source.row, **changed} for changed in self.legal)]

    def is_new(self, row: Row) -> bool:
        key = hash(repr(row.values()))
        return key not in self.seen and not self.seen.add(key)

    def near(self, kept: frozenset[str] = frozenset()) -> Row:
        """A valid row: one of the examples' with a few columns, none of ``kept``, changed."""
        row = dict(self.rng.choice(self.valid))
        for _ in range(self.rng.randint(1, 4)):
            changed = self._change()
            if kept.isdisjoint(changed):
                candidate = {**row, **changed}
                if self.source.stays_valid(candidate, changed):
                    row = candidate
        return row

    def _change(self) -> Mapping[str, object]:
        if self.rng.random() < 0.25:
            return self.rng.choice(self.legal)
        column = self.rng.choice(self.names)
        return {column: self.rng.choice(self.pools[column])}

    def disturbed(self, columns: tuple[str, ...]) -> Row:
        """A valid row with a hostile value in one of ``columns``."""
        column = self.rng.choice(columns)
        return {**self.near(), column: self.rng.choice(self.pools[column])}

    def alone(self, name: str) -> Iterator[Row]:
        """Up to :data:`ALONE` rows that break the rule ``name`` and no other (but one that is implied)."""
        example = self.source.examples[name]
        found = 0
        for attempt in range(ALONE * _ATTEMPTS):
            changed = example.every_refused[attempt % len(example.every_refused)]
            if attempt % 3 == 2:
                row = self.disturbed(self.source.checks[name].fields)
            else:
                base = self.source.row if attempt < len(example.every_refused) else self.near(frozenset(changed))
                row = {**base, **changed}
            if self.source.is_example(name, self.source.broken(row)) and self.is_new(row):
                found += 1
                yield row
            if found == ALONE:
                return


def swept_rows(source: Source) -> Iterator[Row]:
    """The valid row with every hostile value in every column, one at a time."""
    for column in source.written:
        for value in hostile(source, column):
            if not _is_large(value):
                yield {**source.row, column.name: value}


def extreme_rows(source: Source, seed: int) -> Iterator[Row]:
    """For each rule over whole numbers: rows near its examples whose numbers are moved to the ends of their types."""
    maker = _Maker(source, random.Random(seed))  # noqa: S311 - reproducible rows, no secrets
    bits = {
        column.name: 16
        if isinstance(column.type, sa.SmallInteger)
        else 64
        if isinstance(column.type, sa.BigInteger)
        else 32
        for column in source.columns
        if isinstance(column.type, sa.Integer)
    }
    for constraint, rule in source.checks.items():
        numbers = [name for name in rule.fields if name in bits]
        example = source.examples[constraint]
        for _ in range(EXTREME if len(numbers) > 1 else 0):
            row = {**maker.near(), **maker.rng.choice((*example.every_refused, example.legal))}
            for name in numbers:
                limit = 2 ** (bits[name] - 1)
                row[name] = maker.rng.choice((-limit, -1, 0, 1, limit - 1, row[name]))
            yield row


def disturbed_rows(source: Source, seed: int, count: int = ROWS) -> Iterator[Row]:
    """At least ``count`` rows, the same for the same seed.

    First each rule's examples on varied valid rows, where they alone are broken; then valid
    rows; then valid rows with one hostile value, whatever it breaks.
    """
    maker = _Maker(source, random.Random(seed))  # noqa: S311 - reproducible rows, no secrets
    made = 0
    for name in source.examples:
        for row in maker.alone(name):
            made += 1
            yield row
    yield from maker.valid
    rest = max(count - made - len(maker.valid), 0)
    total = max(count, math.ceil(made / (1 - _VALID)))
    valid = max(math.ceil(total * _VALID) - len(maker.valid), 0)
    for _ in range(valid):
        yield maker.near()
    for _ in range(max(rest - valid, 0)):
        yield maker.disturbed(tuple(maker.names))

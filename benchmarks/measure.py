"""Timing: contenders take turns in short rounds, and what is compared is what one round saw."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Effort", "Measured", "alternated", "alternated_calls", "at_once", "rotated"]

Operation = Callable[[], Awaitable[object]]
_TARGET_SECONDS: Final = 0.012
"""How long one turn of one contender lasts, about."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: rounds of one task, rounds of many tasks, and seconds of each of the latter."""

    rounds: int
    crowded_rounds: int
    crowded_seconds: float
    rows: int

    @classmethod
    def full(cls) -> Effort:
        return cls(rounds=60, crowded_rounds=7, crowded_seconds=0.5, rows=2_000)

    @classmethod
    def quick(cls) -> Effort:
        return cls(rounds=5, crowded_rounds=2, crowded_seconds=0.1, rows=400)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds an operation, one value a round; the rounds of all contenders of one measurement belong together."""

    rounds: tuple[float, ...]

    @property
    def seconds(self) -> float:
        return median(self.rounds)

    @property
    def best(self) -> float:
        """The least disturbed round."""
        return min(self.rounds)

    @property
    def per_second(self) -> float:
        return 1 / self.seconds

    def times(self, other: Measured) -> float:
        """How many times as long as ``other``: the median of the rounds' own ratios."""
        return median(own / its for own, its in zip(self.rounds, other.rounds, strict=True))


@contextmanager
def _undisturbed() -> Generator[None]:
    # What is there already is not looked through again: that would take longer than a turn.
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


async def alternated(operations: Mapping[str, Operation], rounds: int) -> dict[str, Measured]:
    """Seconds a call of each, one task, in turns that begin with another contender each round."""
    calls = {name: await _calls_for(operation) for name, operation in operations.items()}
    found: dict[str, list[float]] = {name: [] for name in operations}
    for turn in range(rounds):
        for name in rotated(operations, turn):
            operation = operations[name]
            with _undisturbed():
                # Its backend wakes and its caches fill again: that is the turn's beginning, not the operation.
                for _ in range(calls[name] // 4 + 1):
                    await operation()
                begin = time.perf_counter()
                for _ in range(calls[name]):
                    await operation()
                found[name].append((time.perf_counter() - begin) / calls[name])
    return {name: Measured(tuple(values)) for name, values in found.items()}


async def _calls_for(operation: Operation) -> int:
    """How many calls fill a turn; warms caches meanwhile."""
    for _ in range(3):
        await operation()
    begin = time.perf_counter()
    count = 0
    while count < 3 or time.perf_counter() - begin < _TARGET_SECONDS:
        await operation()
        count += 1
    return max(1, count)


def alternated_calls(operations: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Measured]:
    """The same for what is not asynchronous."""
    found: dict[str, list[float]] = {name: [] for name in operations}
    for turn in range(-1, rounds):
        for name in rotated(operations, turn):
            operation = operations[name]
            with _undisturbed():
                count = 0
                begin = time.perf_counter()
                while (spent := time.perf_counter() - begin) < _TARGET_SECONDS or not count:
                    for _ in range(20):
                        operation()
                    count += 20
                if turn >= 0:
                    found[name].append(spent / count)
    return {name: Measured(tuple(values)) for name, values in found.items()}


async def at_once(operations: Mapping[str, Operation], tasks: int, effort: Effort) -> dict[str, Measured]:
    """Seconds of the clock a call of each, ``tasks`` tasks at once; its inverse is operations a second."""
    found: dict[str, list[float]] = {name: [] for name in operations}
    for turn in range(-1, effort.crowded_rounds):
        for name in rotated(operations, turn):
            seconds = effort.crowded_seconds if turn >= 0 else effort.crowded_seconds / 2
            value = await _crowd(operations[name], tasks, seconds)
            if turn >= 0:
                found[name].append(value)
    return {name: Measured(tuple(values)) for name, values in found.items()}


async def _crowd(operation: Operation, tasks: int, seconds: float) -> float:
    done = 0
    end = 0.0

    async def work() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await operation()
            done += 1

    with _undisturbed():
        begin = time.perf_counter()
        end = begin + seconds
        async with asyncio.TaskGroup() as group:
            for _ in range(tasks):
                group.create_task(work())
        return (time.perf_counter() - begin) / done


def rotated(names: Iterable[str], turn: int) -> list[str]:
    order = list(names)
    start = turn % len(order)
    return order[start:] + order[:start]

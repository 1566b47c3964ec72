"""What the command and the processes it starts write for each other, as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter

__all__ = ["RAN", "RECORDED", "TRIALS", "VERDICT", "Ran", "Recorded", "Trial", "Verdict"]


@dataclass(frozen=True, slots=True)
class Ran:
    """One test as it ran with every guard in its place: how long, whether it passed, what it came across."""

    seconds: float
    good: bool
    seen: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Every test by its node id, and what the tree was then: everything but test files as one digest, those by name."""

    tree: str = ""
    files: dict[str, str] = field(default_factory=dict[str, str])
    tests: dict[str, Ran] = field(default_factory=dict[str, Ran])


@dataclass(frozen=True, slots=True)
class Trial:
    """The mutant of one guard, and the tests to try it with, each with the seconds it took."""

    name: str
    without: str | None
    tests: list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant; ``killed`` is None as long as it is tried, ``by`` is the test that noticed."""

    name: str
    killed: bool | None
    by: str


RAN: Final = TypeAdapter(dict[str, Ran])
RECORDED: Final = TypeAdapter(Recorded)
TRIALS: Final = TypeAdapter(list[Trial])
VERDICT: Final = TypeAdapter(Verdict)

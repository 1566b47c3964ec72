"""What importing costs, beside the same foreign modules without this library."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from benchmarks.measure import Measured
from benchmarks.report import Section, Verdict

if TYPE_CHECKING:
    from benchmarks.measure import Effort

__all__ = ["imports"]

_TARGETS: Final = {
    "import platform_db": ("platform_db",),
    "the domain alone": ("platform_db.domain.users", "platform_db.domain.invoices.draft"),
    "everything of a service": ("platform_db.repositories.work",),
}
_DRIVERS: Final = {"sqlalchemy", "asyncpg"}

# Which modules that are not this library's come along, in the order in which their import began.
_LIST: Final = """
import json, sys
before = set(sys.modules)
for name in json.loads(sys.argv[1]):
    __import__(name)
found = [name for name in sys.modules if name not in before and name.partition(".")[0] != "platform_db"]
print(json.dumps(found))
"""
_TIME: Final = """
import json, sys, time
names = json.loads(sys.argv[1])
begin = time.perf_counter()
for name in names:
    try:
        __import__(name)
    except ImportError:
        pass
print(time.perf_counter() - begin)
"""


def imports(effort: Effort) -> list[Section]:
    section = Section(
        "import, new process each, compiled files present", ("ms", "its foreign modules, ms", "×", "how many")
    )
    for title, names in _TARGETS.items():
        foreign: list[str] = json.loads(_answer(_LIST, names))
        own, theirs = _alternated(names, tuple(foreign), effort)
        section.row(title, own.seconds * 1e3, theirs.seconds * 1e3, own.times(theirs), len(foreign))
        if title == "the domain alone":
            drivers = {name.partition(".")[0] for name in foreign} & _DRIVERS
            section.verdicts.append(
                Verdict(f"{title}: of SQLAlchemy and asyncpg it loads", len(drivers), 0, unit="of 2")
            )
        else:
            section.verdicts.append(Verdict(f"{title} / its foreign modules", own.times(theirs), 1.25))
    section.notes = (
        "its foreign modules: the same ones, standard library included, in the same order, without this library",
    )
    return [section]


def _alternated(own: tuple[str, ...], foreign: tuple[str, ...], effort: Effort) -> tuple[Measured, Measured]:
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(max(2, effort.crowded_rounds - 2)):
        for values, names in zip(found, (own, foreign), strict=True):
            values.append(float(_answer(_TIME, names)))
    return Measured(tuple(found[0])), Measured(tuple(found[1]))


def _answer(program: str, names: tuple[str, ...]) -> str:
    command = [sys.executable, "-c", program, json.dumps(names)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own program

"""What each test comes across, kept until the tree changes: then only changed test files are recorded again."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.mutants.files import RAN, RECORDED, Ran, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.mutants.guard import Guard

__all__ = ["CHECKOUT", "FOLDER", "PYTEST", "recorded", "tests_of"]

CHECKOUT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = CHECKOUT / "build" / "mutants"

PYTEST: Final = (
    *(sys.executable, "-m", "pytest", "-q", "-p", "tests.mutants.plugin", "-p", "no:cacheprovider"),
    *("-o", "faulthandler_timeout=0"),
)

_TESTS: Final = (
    *("tests/unit/domain", "tests/unit/repositories", "tests/unit/database", "tests/unit/audit"),
    *("tests/integration", "tests/concurrency"),
    *(f"tests/seed/test_{what}.py" for what in ("never_emptied", "recorded", "touch", "unique")),
)
_NOT: Final = ("tests/integration/preflight",)
"""It compares a database with the schema: it would notice a missing trigger, and no row that came through."""

_PATIENCE: Final = 40.0
"""Seconds of tests, as recorded, that came across the guard itself, and as many of the others."""

_FAR: Final = 3
"""The rank of a test that has nothing to do with a guard."""


def recorded(jobs: int) -> dict[str, Ran]:
    """What every test comes across, by node id; runs the tests that changed since it was last asked."""
    kept = FOLDER / "recorded.json"
    known = RECORDED.validate_json(kept.read_bytes()) if kept.is_file() else Recorded()
    tree = _digest(path for path in _sources() if not path.name.startswith("test_"))
    files = {str(path.relative_to(CHECKOUT)): _digest([path]) for path in _test_files()}
    fresh = known.files if known.tree == tree else {}
    stale = [name for name, digest in files.items() if fresh.get(name) != digest]
    tests = {nodeid: ran for nodeid, ran in known.tests.items() if _file(nodeid) in files.keys() - stale}
    if stale:
        tests |= _run(stale, jobs)
        FOLDER.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(RECORDED.dump_json(Recorded(tree, files, tests)))
    return tests


def _run(files: Sequence[str], jobs: int) -> dict[str, Ran]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*PYTEST, "-n", str(jobs), "--record-to", folder, *files], cwd=CHECKOUT, check=False)
        tests: dict[str, Ran] = {}
        for path in Path(folder).iterdir():
            tests |= RAN.validate_json(path.read_bytes())
        return tests


def tests_of(guard: Guard, tests: dict[str, Ran]) -> list[tuple[str, float]]:
    """The tests to try the guard's mutant with, the likeliest first; a bounded time of them.

    First those that came across the guard itself, then those whose file names it, then those that write its tables.
    Within each the quick ones come first, or where two must meet the crowds.
    """
    good = {nodeid: ran for nodeid, ran in tests.items() if ran.good}
    wrote = {f"wrote {table}" for table in guard.tables}

    def rank(nodeid: str) -> tuple[int, bool, float]:
        ran = good[nodeid]
        near = (
            not ran.seen.isdisjoint(guard.seen),
            any(word in _text(_file(nodeid)) for word in guard.words),
            not ran.seen.isdisjoint(wrote),
        )
        place = near.index(True) if True in near else len(near)
        return place, guard.races and "concurrency" not in _file(nodeid), ran.seconds

    chosen: list[tuple[str, float]] = []
    left = [_PATIENCE, _PATIENCE]
    for (place, _, seconds), nodeid in sorted((rank(nodeid), nodeid) for nodeid in good):
        left[place > 0] -= seconds
        if place < _FAR and left[place > 0] > 0:
            chosen.append((nodeid, seconds))
    return chosen


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


@cache
def _text(file: str) -> str:
    return CHECKOUT.joinpath(file).read_text(encoding="utf-8")


def _test_files() -> list[Path]:
    paths = sorted(path for place in _TESTS for path in _in(CHECKOUT / place))
    return [path for path in paths if not any(path.is_relative_to(CHECKOUT / folder) for folder in _NOT)]


def _in(place: Path) -> Iterable[Path]:
    return [place] if place.is_file() else place.rglob("test_*.py")


def _sources() -> list[Path]:
    return sorted(
        path
        for folder in ("src", "migrations", "tests")
        for path in CHECKOUT.joinpath(folder).rglob("*")
        if path.suffix in {".py", ".sql"} and not path.is_relative_to(CHECKOUT / "tests" / "mutants")
    )


def _digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()

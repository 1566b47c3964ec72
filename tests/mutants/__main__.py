"""``make mutation``: take each guard away in turn and see a test fail.

Exits with 0 only when every mutant was killed, or stands among the equivalent with its reason.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table

from tests.mutants.database import guards_of_the_database
from tests.mutants.equivalent import EQUIVALENT
from tests.mutants.files import TRIALS, VERDICT, Trial, Verdict
from tests.mutants.library import guards_of_the_library
from tests.mutants.recording import CHECKOUT, FOLDER, PYTEST, recorded, tests_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.mutants.guard import Guard

console = Console(highlight=False, soft_wrap=True)

_HUNG: Final = 1
"""The exit code of a process that ``faulthandler`` ends; pytest, which reports no test here, gives others."""

_MODELS: Final = (sys.executable, "-m", "pytest", "-q", "-m", "mutation", "tests/parity")
"""The CHECKs, predicates, rules and bounds of the models; their examples notice, no recording is needed."""

_NO_TEST: Final = "no test comes across it"


def main(arguments: Sequence[str]) -> int:
    """Try the chosen mutants, print each that survives, then the figures of each group."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("-k", action="append", metavar="TEXT", help="only guards whose group or name contains one")
    parser.add_argument("--jobs", type=int, default=2, help="processes, each with a server of its own")
    parser.add_argument("--verbose", action="store_true", help="also name the test that noticed")
    chosen = parser.parse_args(arguments)
    models = 0 if chosen.k else subprocess.run(_MODELS, cwd=CHECKOUT, check=False).returncode
    wanted: list[str] = chosen.k or [""]
    guards = [each for each in _every_guard() if any(text in f"{each.group}: {each.name}" for text in wanted)]
    unknown = EQUIVALENT.keys() - {each.name for each in _every_guard()}
    tests = recorded(chosen.jobs)
    mutants = {each.name: tests_of(each, tests) for each in guards if each.name not in EQUIVALENT}
    verdicts = {name: Verdict(name, killed=False, by=_NO_TEST) for name, found in mutants.items() if not found}
    reached = [each for each in guards if mutants.get(each.name)]
    FOLDER.joinpath("pytest.log").unlink(missing_ok=True)
    shares = [reached[job :: chosen.jobs] for job in range(chosen.jobs)]
    with ThreadPoolExecutor(chosen.jobs) as pool:
        for part in pool.map(_try, shares, [mutants] * len(shares)):
            verdicts |= part
    _report(guards, verdicts, verbose=chosen.verbose)
    for name in sorted(unknown):
        console.print(f"equivalent, but there is no such guard: {name}")
    return 1 if models or unknown or any(not verdict.killed for verdict in verdicts.values()) else 0


def _every_guard() -> list[Guard]:
    """Every guard of the tree, each under a name of its own."""
    named: Counter[str] = Counter()
    guards: list[Guard] = []
    for each in (*guards_of_the_database(), *guards_of_the_library()):
        named[each.name] += 1
        guards.append(each if named[each.name] == 1 else replace(each, name=f"{each.name} ({named[each.name]})"))
    return guards


def _try(guards: Sequence[Guard], tests: dict[str, list[tuple[str, float]]]) -> dict[str, Verdict]:
    """Try them in one process; where a test hangs the process ends, the mutant is killed, and a new one goes on."""
    verdicts: dict[str, Verdict] = {}
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "trials.json"
        told = asked.with_suffix(".verdicts")
        while left := [
            Trial(each.name, each.without, tests[each.name]) for each in guards if each.name not in verdicts
        ]:
            asked.write_bytes(TRIALS.dump_json(left))
            told.write_bytes(b"")
            files = sorted({nodeid.partition("::")[0] for trial in left for nodeid, _ in trial.tests})
            with FOLDER.joinpath("pytest.log").open("a", encoding="utf-8") as log:
                command = [*PYTEST, "--try", asked, *files]
                done = subprocess.run(command, cwd=CHECKOUT, stdout=log, stderr=log, check=False)
            lines = [VERDICT.validate_json(line) for line in told.read_bytes().splitlines()]
            if done.returncode not in {0, _HUNG} or not lines:
                message = f"pytest could not try every mutant; {FOLDER / 'pytest.log'} says why"
                raise RuntimeError(message)
            verdicts |= {verdict.name: verdict for verdict in lines if verdict.killed is not None}
            if done.returncode == _HUNG:
                verdicts[lines[-1].name] = Verdict(lines[-1].name, killed=True, by="a test that did not end")
    return verdicts


def _report(guards: Iterable[Guard], verdicts: dict[str, Verdict], *, verbose: bool) -> None:
    counts: dict[str, Counter[str]] = {}
    for each in guards:
        verdict = verdicts.get(each.name)
        counted = "equivalent" if verdict is None else "killed" if verdict.killed else "survived"
        counts.setdefault(each.group, Counter())[counted] += 1
        if verdict is not None and (verbose or not verdict.killed):
            console.print(f"{counted}: {each.group}: {each.name}: {verdict.by}", markup=False)
    table = Table("guards taken away", title="Mutants")
    for column in ("mutants", "killed", "survived", "equivalent"):
        table.add_column(column, justify="right")
    for group, count in counts.items():
        tried = count["killed"] + count["survived"]
        table.add_row(group, *map(str, (tried, count["killed"], count["survived"], count["equivalent"])))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``make mutation-calculation``: change each statement of the calculation in turn and see a test fail.

Exits with 0 only when every mutant was killed, or stands among the equivalent with its reason.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.mutants.calculation.equivalent import equivalent
from tests.mutants.calculation.mutant import Mutant, mutants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

console = Console(highlight=False, soft_wrap=True)

_CHECKOUT: Final = Path(__file__).resolve().parents[3]
_PYTEST: Final = (
    *(sys.executable, "-m", "pytest", "-q", "-x", "--noconftest"),
    *("--disable-plugin-autoload", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0"),
    *("-p", "pytest_asyncio.plugin", "-p", "tests.mutants.calculation.replaced"),
    "tests/unit/domain/invoices",
)


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"


def main(arguments: Sequence[str]) -> int:
    """Try the chosen mutants, print each that survives, then the figures of each module."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.calculation", description=__doc__)
    parser.add_argument("-k", action="append", metavar="TEXT", help="only mutants whose name contains one")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    chosen = parser.parse_args(arguments)
    every = list(mutants())
    reasons = equivalent()
    unknown = reasons.keys() - {each.name for each in every}
    tried = [each for each in every if any(text in each.name for text in chosen.k or [""])]
    with tempfile.TemporaryDirectory() as folder:
        if not _passes(Path(folder)):
            console.print("the tests fail without a mutant")
            return 1
    with ThreadPoolExecutor(chosen.jobs) as pool:
        verdicts = list(_told(tried, pool.map(partial(_verdict, reasons), tried)))
    for name in sorted(unknown):
        console.print(f"equivalent, but there is no such mutant: {name}", markup=False)
    _report(tried, verdicts)
    return 1 if unknown or Verdict.SURVIVED in verdicts else 0


def _told(tried: Sequence[Mutant], verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """The verdicts as they come; survivors are printed."""
    watched = track(verdicts, "Mutants", len(tried), console=Console(stderr=True))
    for mutant, verdict in zip(tried, watched, strict=True):
        if verdict is Verdict.SURVIVED:
            console.print(f"survived: {mutant.name}", markup=False)
        yield verdict


def _verdict(reasons: Mapping[str, str], mutant: Mutant) -> Verdict:
    if mutant.name in reasons:
        return Verdict.EQUIVALENT
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{mutant.module}.py").write_text(mutant.source, encoding="utf-8")
        return Verdict.SURVIVED if _passes(Path(folder)) else Verdict.KILLED


def _passes(folder: Path) -> bool:
    """Whether every test passes with the modules in the folder; one that fails, or cannot be imported, does not."""
    done = subprocess.run(
        _PYTEST, cwd=_CHECKOUT, env=os.environ | {"MUTANT": str(folder)}, capture_output=True, text=True, check=False
    )
    if done.returncode in {0, 1, 2} or done.returncode < 0:
        return done.returncode == 0
    message = f"pytest could not try the mutant ({done.returncode}):\n{done.stdout}{done.stderr}"
    raise RuntimeError(message)


def _report(tried: Sequence[Mutant], verdicts: Sequence[Verdict]) -> None:
    table = Table("module", title="Mutants of the calculation")
    for verdict in Verdict:
        table.add_column(verdict, justify="right")
    counts = Counter(zip([each.module for each in tried], verdicts, strict=True))
    for module in sorted({each.module for each in tried}):
        table.add_row(module, *[str(counts[module, verdict]) for verdict in Verdict])
    table.add_section()
    table.add_row("all", *[str(verdicts.count(verdict)) for verdict in Verdict])
    console.print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

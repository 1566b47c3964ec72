"""``make test-matrix``: the tests that speak to a server, on every supported server and SQLAlchemy.

Exits with 0 only when every cell ran and no test failed in it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from rich.table import Table

from tests.matrix.environments import CHECKOUT, ENVIRONMENTS, Environment, EnvironmentMissing
from tests.matrix.servers import SERVERS, Server, ServerMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

TESTS: Final = ("tests/migrations", "tests/integration", "tests/parity", "tests/faults/embedded_server")
"""What can differ between servers or drivers; the rest of the suite sees neither."""

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What one cell came to; ``trouble`` is why it could not run, or could not run whole."""

    server: str
    sqlalchemy: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        return self.passed > 0 and not self.failed and not self.trouble


def main(arguments: Sequence[str]) -> int:
    """Run the chosen cells one after the other, then print one table."""
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("--server", action="append", choices=[server.name for server in SERVERS])
    parser.add_argument("--sqlalchemy", action="append", choices=[each.series for each in ENVIRONMENTS])
    parser.add_argument("--tests", nargs="+", default=list(TESTS), metavar="PATH")
    parser.add_argument("--jobs", default="2", help="processes of each cell")
    chosen = parser.parse_args(arguments)
    results = [
        _cell(server, environment, chosen.tests, chosen.jobs)
        for server in SERVERS
        if chosen.server is None or server.name in chosen.server
        for environment in ENVIRONMENTS
        if chosen.sqlalchemy is None or environment.series in chosen.sqlalchemy
    ]
    console.print(_table(results))
    for result in results:
        if result.trouble:
            console.print(f"PostgreSQL {result.server}, SQLAlchemy {result.sqlalchemy}: {result.trouble}")
    return 0 if all(result.is_good for result in results) else 1


def _cell(server: Server, environment: Environment, tests: Sequence[str], jobs: str) -> Result:
    console.rule(f"PostgreSQL {server.name}, SQLAlchemy {environment.series}")
    begin = time.monotonic()
    try:
        folder, python = server.folder(), environment.python()
    except (ServerMissing, EnvironmentMissing) as missing:
        console.print(f"could not run: {missing}")
        return Result(server.name, environment.series, time.monotonic() - begin, trouble=str(missing))
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PLATFORM_DB_")}
    variables |= {"MATRIX_SERVER": server.name, "MATRIX_SQLALCHEMY": environment.series}
    if folder is not None:
        variables["PLATFORM_DB_POSTGRES_BIN"] = str(folder)
    with tempfile.TemporaryDirectory() as reports:
        report = Path(reports) / "report.xml"
        command = [str(python), "-m", "pytest", "-q", "-n", jobs, "-p", "no:cacheprovider", f"--junitxml={report}"]
        begin = time.monotonic()
        done = subprocess.run([*command, *tests], cwd=CHECKOUT, env=variables, check=False)
        seconds = time.monotonic() - begin
        return _read(report, done.returncode, Result(server.name, environment.series, seconds))


def _read(report: Path, exit_code: int, ran: Result) -> Result:
    """The counts of pytest's own report; an end without one, or with another exit code than 0 and 1, is trouble."""
    trouble = (
        "" if exit_code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED} else f"pytest ended with {exit_code}"
    )
    if not report.is_file():
        return Result(ran.server, ran.sqlalchemy, ran.seconds, trouble=trouble or "pytest left no report")
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - pytest has just written it

    def count(*names: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites for name in names)

    failed, skipped = count("failures", "errors"), count("skipped")
    passed = count("tests") - failed - skipped
    return Result(ran.server, ran.sqlalchemy, ran.seconds, passed, failed, skipped, trouble)


def _table(results: Sequence[Result]) -> Table:
    table = Table("PostgreSQL", "SQLAlchemy", title="Test matrix")
    for column in ("passed", "failed", "skipped", "seconds"):
        table.add_column(column, justify="right")
    table.add_column("")
    for result in results:
        verdict = "ok" if result.is_good else "COULD NOT RUN" if not result.passed else "FAILED"
        figures = (result.passed, result.failed, result.skipped, round(result.seconds))
        table.add_row(result.server, result.sqlalchemy, *map(str, figures), verdict)
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

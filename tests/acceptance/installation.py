"""The command as a person runs it: a process of its own, a home of its own, nothing else of this machine."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["CHECKOUT", "Answer", "Finished", "Installation", "answers"]

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "platform_db")

Answer = dict[str, object]
Finished = subprocess.CompletedProcess[str]


class _Connection(Protocol):
    async def fetch(self, query: str, *values: object) -> list[tuple[object, ...]]: ...
    async def execute(self, query: str) -> str: ...
    async def close(self) -> None: ...


_connect = cast("Callable[[str], Awaitable[_Connection]]", asyncpg.connect)


class Installation:
    """One home and its embedded server, started by the first command that needs it."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(CHECKOUT / "src"),
            "HOME": str(folder),
            "PLATFORM_DB_HOME": str(folder / "data"),
            "LC_ALL": "C",
        }

    def run(self, *arguments: str, given: str = "", **variables: str) -> Finished:
        """Run ``platform-db`` with these arguments, this standard input and these further variables."""
        return subprocess.run(
            [*PROGRAM, *arguments],
            input=given,
            env={**self.environment, **variables},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    def url(self, database: str = "platform_db") -> str:
        """The address of a database of the embedded server."""
        return self.run("server", "url", "--database", database).stdout.strip()

    def query(
        self, statement: str, *values: object, at: str | None = None, role: str = "platform_auditor"
    ) -> list[tuple[object, ...]]:
        """The rows of a statement, at an address (else the default database), as a role (none: the login)."""

        async def ask(url: str) -> list[tuple[object, ...]]:
            connection = await _connect(url)
            try:
                if role:
                    await connection.execute(f"SET ROLE {role}")
                return [tuple(row) for row in await connection.fetch(statement, *values)]
            finally:
                await connection.close()

        return asyncio.run(ask(at or self.url()))


def answers(done: Finished) -> list[Answer]:
    """The JSON documents on standard output, one a line."""
    return [cast("Answer", json.loads(line)) for line in done.stdout.splitlines()]

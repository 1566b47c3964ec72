"""The processes of a load, and what they have been told so far."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

__all__ = ["Load", "loaded"]

CHECKOUT = Path(__file__).parents[3]
PATIENCE = 60.0
"""Seconds after which a load that does not go on has failed."""


@dataclass
class Load:
    """What the writers said, in the order in which it was heard."""

    kept: dict[UUID, str] = field(default_factory=dict[UUID, str])
    in_doubt: dict[UUID, str] = field(default_factory=dict[UUID, str])
    taken_back: dict[UUID, str] = field(default_factory=dict[UUID, str])
    _heard: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def goes_on(self, more: int) -> None:
        """Come back when this many further invoices were acknowledged."""
        wanted = len(self.kept) + more
        async with asyncio.timeout(PATIENCE), self._heard:
            await self._heard.wait_for(lambda: len(self.kept) >= wanted)

    async def listen(self, words: asyncio.StreamReader) -> None:
        """Take down every line of a writer, to its end."""
        by_outcome = {"kept": self.kept, "in doubt": self.in_doubt, "taken back": self.taken_back}
        while line := await words.readline():
            told: dict[str, str] = json.loads(line)
            by_outcome[told["outcome"]][UUID(told["ettn"])] = told["number"]
            async with self._heard:
                self._heard.notify_all()


@dataclass
class _Writer:
    """A writer process. It complains on standard error while the server is away; that is shown when it fails."""

    process: asyncio.subprocess.Process
    listening: asyncio.Task[None]
    complaints: IO[bytes]

    @classmethod
    async def started(cls, load: Load, url: str, arguments: Sequence[str]) -> _Writer:
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.load.writer", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
            cwd=CHECKOUT,
            env=_environment(url),
        )
        assert process.stdout is not None
        return cls(process, asyncio.create_task(load.listen(process.stdout)), complaints)

    async def finish(self) -> None:
        """Let it end what it has begun; it ends well."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        async with asyncio.timeout(PATIENCE):
            await self.listening
            code = await self.process.wait()
        self.complaints.seek(0)
        assert code == 0, self.complaints.read()[-4000:].decode()

    async def close(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await asyncio.gather(self.listening, return_exceptions=True)
        self.complaints.close()


def _environment(url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLATFORM_DB_")}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "src"))),
        "PLATFORM_DB_URL": url,
        "PLATFORM_DB_ENVIRONMENT": "testing",
        "PLATFORM_DB_LOCK_TIMEOUT": "60",
        "PLATFORM_DB_RETRY_ATTEMPTS": "100",
    }


@asynccontextmanager
async def loaded(url: str, series: str, users: Sequence[Sequence[int]]) -> AsyncGenerator[Load]:
    """Run a writer process for each group of users, a task for each user; they finish what they have begun."""
    load = Load()
    async with AsyncExitStack() as closing:
        writers: list[_Writer] = []
        for place, group in enumerate(users):
            writer = await _Writer.started(load, url, [series, f"{series}{place}", *map(str, group)])
            closing.push_async_callback(writer.close)
            writers.append(writer)
        yield load
        await asyncio.gather(*(writer.finish() for writer in writers))

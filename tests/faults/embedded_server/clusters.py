"""What these tests do with embedded servers: have them, use them, look at their processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]

from platform_db.operations.server import EmbeddedServer, throwaway_options
from platform_db.operations.server.places import Home
from platform_db.operations.server.processes import Process, cluster_processes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

SOURCE = Path(__file__).parents[3] / "src"


class Clusters:
    """Hands out servers, each in a home of its own under one folder."""

    def __init__(self) -> None:
        self._options = throwaway_options()
        self._made: list[EmbeddedServer] = []
        assert self._options.home is not None
        self.folder = self._options.home

    def server(
        self, home: str = "home", settings: Mapping[str, str] | None = None, binaries: Path | None = None
    ) -> EmbeddedServer:
        """Give the server of ``home``; nothing is started."""
        options = replace(self._options, home=self.folder / home, binaries=binaries, timeout=30.0)
        if settings is not None:
            options = replace(options, settings={**options.settings, **settings})
        server = EmbeddedServer(options)
        self._made.append(server)
        return server

    def environment(self, home: str = "home") -> dict[str, str]:
        """Give the environment of another process that is to use the server of ``home``."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PLATFORM_DB_")}
        return {**kept, "PYTHONPATH": str(SOURCE), "PLATFORM_DB_HOME": str(self.folder / home)}

    def close(self) -> None:
        for server in self._made:
            if server.options.home is not None and server.options.home.exists():
                server.destroy()
        EmbeddedServer(self._options).destroy()


def processes_of(server: EmbeddedServer) -> list[Process]:
    """Give the live processes of ``server``, its first one first."""
    assert server.options.home is not None
    home = Home.at(server.options.home)
    found = cluster_processes(home.cluster, home.data.stat().st_uid)
    return sorted(found, key=lambda process: not process.is_postmaster)


def run_platform_db(*arguments: str, environment: Mapping[str, str]) -> tuple[int, dict[str, object]]:
    """Run ``platform-db … --json``; its exit code and the last line it printed."""
    command = [sys.executable, "-m", "platform_db", *arguments, "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd="/")
    lines = done.stdout.splitlines()
    assert lines, done.stderr
    return done.returncode, cast("dict[str, object]", json.loads(lines[-1]))


async def fetchval(url: str, query: str) -> object:
    """Run one query on a connection of its own; give the first value."""
    connection = await connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def execute(url: str, script: str) -> None:
    """Run a script on a connection of its own."""
    connection = await connect(url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


class _Connection(Protocol):
    async def fetchval(self, query: str) -> object: ...
    async def execute(self, script: str) -> str: ...
    async def close(self) -> None: ...


connect = cast("Callable[[str], Awaitable[_Connection]]", asyncpg.connect)

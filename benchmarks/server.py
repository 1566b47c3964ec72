"""The server that everybody is measured on: PostgreSQL's own durability, this library's schema."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from pydantic import SecretStr

from platform_db.migration import runner
from platform_db.operations.server import EmbeddedServer, ServerOptions
from platform_db.repositories.work import Database
from platform_db.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from benchmarks.driver import Connection

__all__ = ["TASKS", "administer", "cloned", "connected", "migrated", "opened", "settings_in_force", "started"]

TASKS: Final = 16
"""Tasks at once, and connections of each pool."""

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - only ever a parent of mkdtemp
_NEEDED: Final = 2 << 30
_TOLD: Final = ("fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers", "autovacuum")


@contextmanager
def started(*, on_disk: bool) -> Generator[tuple[EmbeddedServer, str]]:
    """A throwaway cluster with PostgreSQL's default settings, and where its data lies.

    In memory a flush of the log costs next to nothing, so that ratios show the cost of code and not of the disk.
    """
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _NEEDED
    parent = _MEMORY if roomy and not on_disk else None
    home = Path(tempfile.mkdtemp(prefix="platform_db-bench-", dir=parent))
    home.chmod(0o711)
    server = EmbeddedServer(ServerOptions(home=home))
    # Told to end, it leaves no server behind; by Ctrl-C neither.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        server.start()
        yield server, "memory" if parent else "disk"
    finally:
        server.destroy()


async def connected(url: str) -> Connection:
    return cast("Connection", await asyncpg.connect(url))  # pyright: ignore[reportUnknownMemberType]


async def administer(url: str, *statements: str) -> None:
    """Run statements as the login, outside any transaction."""
    connection = await connected(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def migrated(server: EmbeddedServer, name: str) -> str:
    """A database with the whole schema, by the library's own migrations."""
    await administer(server.url(), f"CREATE DATABASE {name}")
    await runner.up(server.url(name))
    return server.url(name)


async def cloned(server: EmbeddedServer, template: str, name: str) -> str:
    """A copy of a database that nobody is connected to."""
    await administer(server.url(), f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return server.url(name)


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Database]:
    """The library on a database, with a connection for each task."""
    settings = Settings(url=SecretStr(url), environment="testing", pool_min_size=TASKS, pool_max_size=TASKS)
    async with Database(settings) as database:
        yield database


async def settings_in_force(url: str) -> dict[str, str]:
    """What decides the cost of a commit, as the server tells it."""
    connection = await connected(url)
    try:
        rows = await connection.fetch(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY ($1)", _TOLD
        )
        version = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    told = {str(row[0]): str(row[1]) for row in rows}
    return {"PostgreSQL": str(version)} | {name: told[name] for name in _TOLD}

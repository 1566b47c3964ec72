"""One migrator at a time."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from platform_db.errors import LockTimeout
from platform_db.migration.connection import connection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["LOCK_KEY", "WAIT_SECONDS", "only_migrator"]

LOCK_KEY: Final = int.from_bytes(b"platform", "big", signed=True)
"""The advisory lock of a database's migrator."""

WAIT_SECONDS: Final = 60.0
"""How long a migrator waits for another, unless told."""

POLL_SECONDS: Final = 0.1


@asynccontextmanager
async def only_migrator(url: str, wait: float) -> AsyncGenerator[None]:
    """Hold the migrator's lock of the database, for at most ``wait`` seconds of waiting.

    The lock has a connection of its own and no transaction, so it spans every revision, and a
    waiting migrator holds no snapshot: CREATE INDEX CONCURRENTLY of the one at work would wait
    for it, and it for that one. When the process dies the server gives the lock back.

    Raises
    ------
    LockTimeout
        Another migrator is still at work.
    """
    async with connection(url) as opened:
        deadline = time.monotonic() + wait
        while not await opened.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_KEY):
            if time.monotonic() >= deadline:
                message = f"another migrator has been at work on this database for more than {wait:g} s"
                raise LockTimeout(message)
            await asyncio.sleep(POLL_SECONDS)
        yield

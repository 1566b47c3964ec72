"""A connection of the cluster's superuser to a test's own database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from platform_db.operations.server import BOOTSTRAP_ROLE, LOGIN_ROLE
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["superuser_of"]


@asynccontextmanager
async def superuser_of(database_url: str) -> AsyncGenerator[Raw]:
    """Connected until the block ends."""
    connection = await connect(database_url.replace(f"//{LOGIN_ROLE}@", f"//{BOOTSTRAP_ROLE}@"))
    try:
        yield connection
    finally:
        await connection.close()

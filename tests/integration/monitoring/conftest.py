"""A migrated database of the test's own, and its superuser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest_asyncio

from platform_db.operations.server import BOOTSTRAP_ROLE
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.operations.server import EmbeddedServer


@pytest_asyncio.fixture(loop_scope="session")
async def superuser(server: EmbeddedServer, database_url: str) -> AsyncIterator[Raw]:
    """A connection to the test's database that everything is allowed to."""
    connection = await connect(server.url(urlsplit(database_url).path[1:], user=BOOTSTRAP_ROLE))
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def owner(database_url: str) -> AsyncIterator[Raw]:
    """A connection as platform_owner."""
    connection = await connect(database_url)
    await connection.execute("SET ROLE platform_owner")
    yield connection
    await connection.close()

"""The migrated database as its superuser sees it; what a test changes there is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from platform_db.operations.server import BOOTSTRAP_ROLE
from tests.conftest import LOOP_SCOPE
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.operations.server import EmbeddedServer


@pytest_asyncio.fixture(scope="module", loop_scope=LOOP_SCOPE)
async def migrated(server: EmbeddedServer, shared_database_url: str) -> AsyncIterator[Raw]:
    """A connection to the database behind ``shared_database_url``, for tests that only read or undo."""
    name = shared_database_url.partition("?")[0].rpartition("/")[2]
    connection = await connect(server.url(name, user=BOOTSTRAP_ROLE))
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope=LOOP_SCOPE)
async def undone(migrated: Raw) -> AsyncIterator[Raw]:
    """The same connection inside a transaction that is rolled back."""
    transaction = migrated.transaction()
    await transaction.start()
    yield migrated
    await transaction.rollback()

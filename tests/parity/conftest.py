"""One session for the parity tests: a migrated database, the library's codecs, bare copies of the tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.database.codecs import prepare_connection
from tests.parity.server_side import BareTable, Connection, connect
from tests.parity.source import source_of

if TYPE_CHECKING:
    from platform_db.operations.server import EmbeddedServer

Bare = Callable[[str], Awaitable[BareTable]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def session(server: EmbeddedServer, template: str) -> AsyncIterator[Connection]:
    """As platform_owner, which may copy tables, with the library's codecs, in a migrated database of its own."""
    administrator = await connect(server.url())
    await administrator.execute(f"CREATE DATABASE parity TEMPLATE {template} STRATEGY file_copy")
    connection = await connect(server.url("parity"))
    await connection.execute("SET ROLE platform_owner")
    await prepare_connection(connection)
    yield connection
    await connection.close()
    await administrator.execute("DROP DATABASE parity WITH (FORCE)")
    await administrator.close()


@pytest.fixture(scope="session")
def bare(session: Connection) -> Bare:
    """Give the bare copy of a table, by its name."""

    async def copy(name: str) -> BareTable:
        return await BareTable.make(source_of(name), session)

    return copy

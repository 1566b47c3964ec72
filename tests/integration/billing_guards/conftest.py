"""The database of these tests, and a transaction of the worker that is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.integration.billing_guards.rows import World, as_worker, connect, new_series, new_user

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="session")
def url(shared_database_url: str) -> str:
    return shared_database_url


@pytest_asyncio.fixture(loop_scope="session")
async def world(url: str) -> AsyncIterator[World]:
    connection = await connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await as_worker(connection)
        yield World(connection, await new_user(connection), await new_series(connection))
    finally:
        await transaction.rollback()
        await connection.close()

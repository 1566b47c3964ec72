"""The database of these tests, and a transaction of the worker that is rolled back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.integration.billing_guards.rows import World, as_worker, connect, new_series, new_user

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(scope="session")
def url() -> str:
    """A database with the schema and the law data, and a login that may take both roles."""
    found = os.environ.get("PLATFORM_DB_TEST_URL")
    if found is None:
        pytest.skip("PLATFORM_DB_TEST_URL names no database")
    return found


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

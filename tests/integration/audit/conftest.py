"""A database with the schema, and a transaction of the owner's that is rolled back."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.schema import ddl
from tests.integration.audit.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_NUMBERS = itertools.count(1)


async def _with_schema() -> AsyncIterator[str]:
    server = os.environ.get("PLATFORM_DB_TEST_URL")
    if server is None:
        pytest.skip("PLATFORM_DB_TEST_URL names no server")
    base, _, _ = server.rpartition("/")
    name = f"audit_{os.getpid()}_{next(_NUMBERS)}"
    admin = await connect(server)
    await admin.execute(f"CREATE DATABASE {name}")
    url = f"{base}/{name}"
    connection = await connect(url)
    for statement in ddl.statements():
        await connection.execute(statement)
    await connection.close()
    yield url
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def audit_url() -> AsyncIterator[str]:
    """A database whose rows stay as they are: every test rolls back."""
    async for url in _with_schema():
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def own_audit_url() -> AsyncIterator[str]:
    """A database for one test that commits."""
    async for url in _with_schema():
        yield url


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def reader(audit_url: str) -> AsyncIterator[Raw]:
    """A connection of platform_worker's that stores nothing."""
    connection = await connect(audit_url)
    await connection.execute("SET ROLE platform_worker")
    yield connection
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def owner(audit_url: str) -> AsyncIterator[Raw]:
    """A connection inside a REPEATABLE READ transaction of platform_owner's, rolled back at the end."""
    connection = await connect(audit_url)
    await connection.execute("SET ROLE platform_owner")
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()

"""A database with the schema, and a transaction of the owner's that is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from platform_db.operations.server import BOOTSTRAP_ROLE, LOGIN_ROLE
from tests.raw import Raw, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def _as_superuser(url: str) -> str:
    """These tests break what nobody else may break."""
    return url.replace(f"//{LOGIN_ROLE}@", f"//{BOOTSTRAP_ROLE}@")


@pytest.fixture(scope="session")
def audit_url(shared_database_url: str) -> str:
    """A database whose rows stay as they are: every test rolls back."""
    return _as_superuser(shared_database_url)


@pytest.fixture
def own_audit_url(database_url: str) -> str:
    """A database for one test that commits."""
    return _as_superuser(database_url)


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

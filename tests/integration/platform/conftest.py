"""Connections past the library, each a transaction of its own that is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.integration.platform.session import Session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest_asyncio.fixture(loop_scope="session")
async def session(shared_database_url: str) -> AsyncIterator[Session]:
    """A login's transaction, with two users in it."""
    async with Session.begin(shared_database_url) as begun:
        yield begun

"""A database for many at once, with users and an open series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio
from pydantic import SecretStr

from platform_db.repositories.work import Database
from platform_db.settings import Settings
from tests.concurrency.crowd import Crowd

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(database_url: str) -> AsyncGenerator[Crowd]:
    """Sixteen connections, opened before the test begins, and eight users."""
    settings = Settings(
        url=SecretStr(database_url), environment="testing", pool_min_size=16, pool_max_size=16, lock_timeout=60.0
    )
    async with Database(settings) as database:
        yield await Crowd.gathered(database, database_url)

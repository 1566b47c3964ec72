"""A shop with a buyer and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.integration.commerce.shop import Shop, opened_shop

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


@pytest_asyncio.fixture(loop_scope="session")
async def shop(database: Database, worker: Raw) -> Shop:
    return await opened_shop(database, worker)

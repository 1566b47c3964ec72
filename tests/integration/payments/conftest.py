"""The buyer with two things to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.integration.payments.scene import Shop, opened

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw


@pytest_asyncio.fixture(loop_scope="session")
async def shop(database: Database, worker: Raw) -> Shop:
    return await opened(database, worker)

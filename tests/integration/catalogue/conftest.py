"""A user, who may not change the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.integration.stored import new_user

if TYPE_CHECKING:
    from tests.raw import Raw


@pytest_asyncio.fixture(loop_scope="session")
async def user(worker: Raw) -> int:
    return await new_user(worker, "katalog")

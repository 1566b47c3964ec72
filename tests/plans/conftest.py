"""One filled database for all plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio
from pydantic import SecretStr

from platform_db.operations.server import BOOTSTRAP_ROLE
from platform_db.settings import Settings
from tests.plans.scene import ExplainingDatabase, fill, parents_of_indexes
from tests.raw import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from platform_db.operations.server import EmbeddedServer


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def filled(server: EmbeddedServer, template: str) -> AsyncIterator[ExplainingDatabase]:
    """The library on a database with 100,000 rows a table, freshly analysed; no planner setting is touched."""
    name = "filled"
    maintenance = await connect(server.url(user=BOOTSTRAP_ROLE))
    await maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    superuser = await connect(server.url(name, user=BOOTSTRAP_ROLE))
    await fill(superuser)
    parents = await parents_of_indexes(superuser)
    await superuser.close()
    async with ExplainingDatabase(Settings(url=SecretStr(server.url(name)), environment="testing")) as opened:
        opened.parents = parents
        yield opened
    await maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await maintenance.close()

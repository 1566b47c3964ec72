"""A user, and the open series of the examples' year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from platform_db.domain.invoices.series import NewSeries
from tests.integration.invoices.scene import register
from tests.invoice_examples import DAY, SERIES

if TYPE_CHECKING:
    from platform_db.repositories.work import Database


@pytest_asyncio.fixture(loop_scope="session")
async def user(database: Database) -> int:
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
    return await register(database, "muhasebe")

"""Series are opened, ensured, listed, closed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from platform_db.domain.invoices.series import NewSeries
from platform_db.errors import (
    AlreadyExists,
    NotAllowed,
    NotFound,
    StaleVersion,
)
from tests.integration.invoices.scene import issued, refusing
from tests.invoice_examples import DAY, SERIES

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work

YEAR = DAY.year


async def test_a_series_is_opened_once_and_ensured_often(database: Database) -> None:
    new = NewSeries(series="WEB", fiscal_year=2026, description="Mağaza")

    async def ensure(work: Work) -> int:
        return (await work.invoices.ensure_series(new)).id

    opened = await asyncio.gather(*(database.run(ensure) for _ in range(8)))

    assert len(set(opened)) == 1
    with pytest.raises(AlreadyExists):
        async with database.unit_of_work() as work:
            await work.invoices.open_series(new)
    with pytest.raises(NotFound):
        async with database.unit_of_work() as work:
            await work.invoices.series("WEB", 2027)


async def test_a_closed_series_gives_no_numbers(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        closed = await work.invoices.close_series(await work.invoices.series(SERIES, YEAR))

    assert not closed.is_active
    async with database.unit_of_work(as_user=user) as work, refusing(work, "ck_invoices_number_is_allocated"):
        await issued(work, user)


async def test_a_series_that_moved_on_is_not_closed_by_what_was_read(database: Database) -> None:
    async with database.unit_of_work() as work:
        read = await work.invoices.open_series(NewSeries(series="WEB", fiscal_year=YEAR))
        await work.invoices.close_series(read)
        with pytest.raises(StaleVersion) as refused:
            await work.invoices.close_series(read)
    assert (refused.value.entity, refused.value.fields) == ("invoice_series", ("version",))


async def test_a_user_opens_no_series(database: Database, user: int) -> None:
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=user) as work:
            await work.invoices.open_series(NewSeries(series="WEB", fiscal_year=2026))


async def test_the_series_of_a_year_are_listed_by_code_also_closed_ones(database: Database, user: int) -> None:
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series="WEB", fiscal_year=YEAR))
        await work.invoices.open_series(NewSeries(series="AAA", fiscal_year=YEAR + 1))
        await work.invoices.close_series(await work.invoices.series(SERIES, YEAR))
    async with database.unit_of_work(as_user=user) as work:
        listed = await work.invoices.series_of_year(YEAR)

    assert [(each.series, each.is_active) for each in listed] == [(SERIES, False), ("WEB", True)]

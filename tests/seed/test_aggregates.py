"""An aggregate is written and read whole by as many statements however many parts it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest_asyncio
from pydantic import SecretStr

from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.orders import Cart, CartItem
from platform_db.domain.users import NewUser
from platform_db.settings import Settings
from tests.integration.commerce.shop import DEPOT, product
from tests.invoice_examples import DAY, LINE, SERIES, draft, issue_document
from tests.statements import CountedDatabase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.raw import Raw

MANY: Final = 40


@pytest_asyncio.fixture(loop_scope="session")
async def counted(database_url: str) -> AsyncIterator[CountedDatabase]:
    async with CountedDatabase(Settings(url=SecretStr(database_url), environment="testing")) as opened:
        yield opened


async def test_an_order_and_its_items(counted: CountedDatabase, worker: Raw) -> None:
    async with counted.unit_of_work() as work:
        buyer = (await work.users.register(NewUser(email="satinalma@ornek-imalat.com.tr"))).id
    shelf = [await product(worker, f"urun-{place}") for place in range(MANY)]

    async def sent(parts: int) -> list[int]:
        items = tuple(CartItem(product_id=each, quantity=1) for each in shelf[:parts])
        async with counted.unit_of_work() as work:
            placed = await work.orders.place(Cart(buyer_id=buyer, items=items, shipping=DEPOT))
            placing = work.sent
        async with counted.unit_of_work() as work:
            assert len(await work.orders.items(placed.id)) == parts
            reading = work.sent
        async with counted.unit_of_work() as work:
            await work.orders.cancel(placed, "Vazgeçildi")
            return [placing, reading, work.sent]

    assert await sent(1) == await sent(MANY)


async def test_an_invoice_and_its_parts(counted: CountedDatabase) -> None:
    async with counted.unit_of_work() as work:
        user = (await work.users.register(NewUser(email="muhasebe@ornek-imalat.com.tr"))).id
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))

    async def sent(lines: int) -> list[int]:
        async with counted.unit_of_work() as work:
            drafted = await work.invoices.draft(draft(user, issue_document(lines=[LINE] * lines)))
            drafting = work.sent
        async with counted.unit_of_work() as work:
            assert len((await work.invoices.document(drafted.id)).lines) == lines
            reading = work.sent
        async with counted.unit_of_work() as work:
            await work.invoices.issue(drafted, SERIES)
            return [drafting, reading, work.sent]

    assert await sent(1) == await sent(MANY)

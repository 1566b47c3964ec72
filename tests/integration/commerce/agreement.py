"""An order and its invoice as the library makes them, and how the database refuses a statement past it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from tests.integration.commerce.test_order_invoices import TERMS, confirmed
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.orders import Order
    from platform_db.repositories.work import Database
    from tests.integration.commerce.shop import Shop
    from tests.raw import Raw

CANCEL: Final = "UPDATE orders SET status = 'cancelled', cancelled_at = now(), cancellation_reason = 'x'"


async def refused(worker: Raw, statement: str, *values: object) -> tuple[str | None, str | None, str | None]:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as error:
        await worker.execute(statement, *values)
    return refusal(error.value)


async def ordered(database: Database, shop: Shop, *items: tuple[str, int]) -> Order:
    async with database.unit_of_work() as work:
        return await confirmed(work, shop, *(items or (("freze", 1),)))


async def invoiced(database: Database, order: Order) -> Invoice:
    async with database.unit_of_work() as work:
        return await work.orders.draft_invoice(order, TERMS)

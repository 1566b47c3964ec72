"""An order agrees with its invoices and the money on them, also when the library is bypassed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.invoices.partial_returns import PartialReturn, ReturnedLine
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.money import from_cents
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import AlreadyExists, RuleViolation
from tests.integration.commerce.agreement import CANCEL, invoiced, ordered, refused
from tests.integration.commerce.test_order_invoices import AT, TERMS
from tests.integration.commerce.test_order_operations import placed
from tests.integration.stored import store
from tests.invoice_examples import DAY, SERIES
from tests.raw import refusal

if TYPE_CHECKING:
    from platform_db.domain.invoices.invoice import Invoice
    from platform_db.domain.orders import Order
    from platform_db.repositories.work import Database
    from tests.integration.commerce.shop import Shop
    from tests.raw import Raw

ONCE: Final = ("ck_invoices_order_invoiced_once", "invoices", "order_id")
CONFIRMED: Final = ("ck_invoices_order_is_confirmed", "invoices", "order_id")
UNINVOICED: Final = ("ck_orders_cancelled_has_no_invoice", "orders", "status")
BY_ORDER: Final = ("ck_payments_order_invoice_paid_by_order", "payments", "invoice_id")
CANCEL_INVOICE: Final = """
    UPDATE invoices SET status = 'cancelled', cancelled_at = now(), cancellation_reason = 'x' WHERE id = $1
"""
COPY: Final = """
    INSERT INTO invoices OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(i, jsonb_build_object(
        'id', (SELECT max(id) + 1 FROM invoices), 'ettn', gen_random_uuid()) || $2::text::jsonb)).*
    FROM invoices i WHERE id = $1 RETURNING id
"""


async def issued(database: Database, order: Order) -> Invoice:
    draft = await invoiced(database, order)
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        return await work.invoices.issue(draft, SERIES)


# -- invoices --------------------------------------------------------------------------


async def test_an_order_is_invoiced_once_at_a_time(database: Database, shop: Shop, worker: Raw) -> None:
    # given a draft for an order, and one for none
    order = await ordered(database, shop)
    first = await invoiced(database, order)
    free = await worker.fetchval(COPY, first.id, '{"order_id": null}')
    move = "UPDATE invoices SET order_id = $1 WHERE id = $2"

    assert await refused(worker, COPY, first.id, "{}") == ONCE
    assert await refused(worker, move, order.id, free) == ONCE
    # once the first is gone the other has the order, and is a draft for it again and again
    await worker.execute("DELETE FROM invoices WHERE id = $1", first.id)
    await worker.execute(move, order.id, free)
    await worker.execute("UPDATE invoices SET type_code = 'ISTISNA', order_id = order_id WHERE id = $1", free)
    assert await worker.fetchval("SELECT version FROM orders") == order.version


async def test_the_library_tells_of_the_databases_refusal(database: Database, shop: Shop, worker: Raw) -> None:
    order = await ordered(database, shop)
    first = await invoiced(database, order)
    with pytest.raises(AlreadyExists) as told:
        async with database.unit_of_work() as work:
            await work.orders.draft_invoice(order, TERMS)

    assert (told.value.constraint, told.value.entity, told.value.fields) == (ONCE[0], "invoices", ("order_id",))
    assert await refused(worker, COPY, first.id, "{}") == (told.value.constraint, "invoices", "order_id")


@pytest.mark.parametrize("status", ["pending", "cancelled"])
async def test_only_a_confirmed_order_is_invoiced(database: Database, shop: Shop, worker: Raw, status: str) -> None:
    model = await invoiced(database, await ordered(database, shop))
    order = await placed(database, shop, ("freze", 1))
    if status == "cancelled":
        await worker.execute(f"{CANCEL} WHERE id = $1", order.id)

    assert await refused(worker, COPY, model.id, f'{{"order_id": {order.id}}}') == CONFIRMED


async def test_an_order_with_an_invoice_is_not_cancelled(database: Database, shop: Shop, worker: Raw) -> None:
    order = await ordered(database, shop)
    draft = await invoiced(database, order)

    assert await refused(worker, CANCEL) == UNINVOICED
    await worker.execute("DELETE FROM invoices WHERE id = $1", draft.id)
    await worker.execute(CANCEL)


@pytest.mark.parametrize("since", ["invoiced again", "cancelled"])
async def test_a_return_is_not_cancelled_when_its_order_moved_on(
    database: Database, shop: Shop, worker: Raw, since: str
) -> None:
    # given an invoice that is returned whole, and its order that is invoiced again, or cancelled
    order = await ordered(database, shop)
    sold = await issued(database, order)
    whole = PartialReturn(issue_date=DAY, lines=(ReturnedLine(line_number=1, quantity=Decimal(1)),))
    async with database.unit_of_work() as work:
        back = await work.invoices.issue(await work.invoices.draft_partial_return(sold, whole), SERIES)
        if since == "cancelled":
            await work.orders.cancel(order, "Vazgeçildi")
        else:
            await work.orders.draft_invoice(order, TERMS)
    expected = UNINVOICED if since == "cancelled" else ONCE

    # then the return stands, whoever would cancel it
    with pytest.raises((RuleViolation, AlreadyExists)) as told:
        async with database.unit_of_work() as work:
            await work.invoices.cancel(back, "Yanlış")
    assert expected[0] in str(told.value)
    assert await refused(worker, CANCEL_INVOICE, back.id) == expected


async def test_a_cancelled_return_invoices_its_order_again(database: Database, shop: Shop, worker: Raw) -> None:
    order = await ordered(database, shop)
    sold = await issued(database, order)
    whole = PartialReturn(issue_date=DAY, lines=(ReturnedLine(line_number=1, quantity=Decimal(1)),))
    async with database.unit_of_work() as work:
        back = await work.invoices.issue(await work.invoices.draft_partial_return(sold, whole), SERIES)
    await worker.execute(CANCEL_INVOICE, back.id)

    assert await refused(worker, CANCEL) == UNINVOICED


# -- money on the invoice of an order --------------------------------------------------


async def test_a_charge_is_not_on_the_invoice_of_an_order(database: Database, shop: Shop, worker: Raw) -> None:
    invoice = await issued(database, await ordered(database, shop))
    on_invoice: dict[str, Any] = {
        "user_id": invoice.user_id,
        "invoice_id": invoice.id,
        "order_transaction_id": None,
        "amount_cents": 1,
        "amount_try_cents": 1,
        "fee_cents": 0,
        "refunded_cents": 0,
    }
    told: list[object] = []
    for status, at in (("pending", None), ("processing", None), ("completed", AT.isoformat())):
        with pytest.raises(asyncpg.CheckViolationError) as error:
            await store(worker, "payments", **on_invoice, status=status, paid_at=at, provider_ref=status)
        told.append(refusal(error.value))

    assert told == [BY_ORDER] * 3
    await store(worker, "payments", **on_invoice, status="failed", failure_code="51", paid_at=None, provider_ref="x")


async def test_a_charge_does_not_come_when_its_draft_got_an_order(database: Database, shop: Shop, worker: Raw) -> None:
    # given a charge that is to come on a draft of no order, which then gets one and is issued
    order = await ordered(database, shop)
    model = await invoiced(database, order)
    await worker.execute("UPDATE invoices SET order_id = NULL WHERE id = $1", model.id)
    async with database.unit_of_work() as work:
        new = NewPayment(
            user_id=shop.buyer,
            amount=from_cents(1),
            invoice_id=model.id,
            provider="iyzico",
            provider_ref="r-1",
        )
        charge = await work.payments.record(new)
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
    await worker.execute("UPDATE invoices SET order_id = $1 WHERE id = $2", order.id, model.id)
    async with database.unit_of_work() as work:
        await work.invoices.issue(await work.invoices.get(model.id), SERIES)

    with pytest.raises(RuleViolation) as told:
        async with database.unit_of_work() as work:
            await work.payments.complete(charge, AT)
    assert told.value.rule == BY_ORDER[0]

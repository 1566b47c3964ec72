"""An order's invoice says what the order says; and the whole way from the cart to the door."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.invoices.codes import InvoiceProfile, InvoiceStatus
from platform_db.domain.invoices.partial_returns import CreditedLine, PartialReturn, PriceReduction, ReturnedLine
from platform_db.domain.invoices.parties import Customer, Issuer
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.money import from_cents
from platform_db.domain.order_transactions import GatewayAnswer, NewOrderTransaction, OrderTransactionStatus
from platform_db.domain.orders import Order, OrderStatus
from platform_db.domain.orders.invoicing import OrderInvoice, invoice_draft_of
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import AlreadyExists, NotAllowed, RuleViolation, StaleVersion
from tests.integration.commerce.shop import Shop, counts, events, stock
from tests.invoice_examples import CUSTOMER, DAY, ISSUER, SERIES

if TYPE_CHECKING:
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TERMS = OrderInvoice(
    issue_date=DAY, issuer=Issuer(**ISSUER), customer=Customer(**CUSTOMER), profile=InvoiceProfile.TEMELFATURA
)


async def confirmed(work: Work, shop: Shop, *items: tuple[str, int], **terms: Any) -> Order:  # noqa: ANN401 - fields
    return await work.orders.confirm(await work.orders.place(shop.cart(*(items or (("freze", 1),)), **terms)))


async def test_the_invoice_of_an_order_has_its_lines_and_its_amounts(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        order = await confirmed(
            work, shop, ("freze", 2), ("matkap", 3), ("el-kitabi", 1), discount="100", shipping_cost="49.90"
        )
        drafted = await work.orders.draft_invoice(order, TERMS)
        document = await work.invoices.document(drafted.id)

    invoice = document.invoice
    assert (invoice.order_id, invoice.user_id, invoice.status) == (order.id, shop.buyer, InvoiceStatus.DRAFT)
    assert (invoice.gross_cents, invoice.document_allowance_cents, invoice.document_charge_cents) == (
        108_342,
        10_000,
        4_990,
    )
    assert (invoice.kdv_cents, invoice.payable_cents) == (order.tax_cents, order.total_cents) == (19_490, 122_822)
    assert [(line.description, line.quantity, line.unit_price, line.product_id) for line in document.lines] == [
        ("Ürün freze", Decimal(2), Decimal(450), shop.products["freze"]),
        ("Ürün matkap", Decimal(3), Decimal("19.99"), shop.products["matkap"]),
        ("Ürün el-kitabi", Decimal(1), Decimal("123.45"), shop.products["el-kitabi"]),
    ]
    async with database.unit_of_work() as work:
        assert await events(work, "invoices", invoice.id) == ["invoice.drafted"]


async def test_an_order_has_one_invoice_at_a_time(database: Database, shop: Shop, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        order = await confirmed(work, shop)
        first = await work.invoices.issue(await work.orders.draft_invoice(order, TERMS), SERIES)
        with pytest.raises(AlreadyExists) as refused:
            await work.orders.draft_invoice(order, TERMS)
        await work.invoices.cancel(first, "Yanlış alıcı")
        second = await work.orders.draft_invoice(order, TERMS)

    assert (refused.value.entity, refused.value.fields) == ("invoices", ("order_id",))
    assert second.order_id == order.id
    assert await counts(worker, "invoices") == [2]


async def test_an_order_that_is_not_returned_whole_is_not_invoiced_again(
    database: Database, shop: Shop, worker: Raw
) -> None:
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        order = await confirmed(work, shop, ("freze", 3))
        sold = await work.invoices.issue(await work.orders.draft_invoice(order, TERMS), SERIES)

        async def refused_again() -> None:
            with pytest.raises(AlreadyExists):
                await work.orders.draft_invoice(order, TERMS)

        # given a reduction of the price, and a return of one piece
        cheaper = PriceReduction(
            issue_date=DAY, reason="İndirim", lines=(CreditedLine(line_number=1, amount=Decimal("1.00")),)
        )
        back = PartialReturn(issue_date=DAY, lines=(ReturnedLine(line_number=1, quantity=Decimal(1)),))
        await work.invoices.issue(await work.invoices.draft_price_reduction(sold, cheaper), SERIES)
        sold = await work.invoices.get(sold.id)
        await refused_again()
        await work.invoices.issue(await work.invoices.draft_partial_return(sold, back), SERIES)
        sold = await work.invoices.get(sold.id)
        await refused_again()
        # when the rest is returned, then only its issue makes room
        rest = PartialReturn(issue_date=DAY, lines=(ReturnedLine(line_number=1, quantity=Decimal(2)),))
        last = await work.invoices.draft_partial_return(sold, rest)
        await refused_again()
        await work.invoices.issue(last, SERIES)
        again = await work.orders.draft_invoice(order, TERMS)

    assert again.order_id == order.id
    assert await counts(worker, "invoices") == [5]


async def test_a_draft_that_names_an_order_is_held_to_it_too(database: Database, shop: Shop, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        order = await confirmed(work, shop)
        draft = invoice_draft_of(order, await work.orders.items(order.id), TERMS)
        free = draft.model_copy(update={"order_id": None})
        # twice in one batch, or once more beside the first
        with pytest.raises(AlreadyExists) as twice:
            await work.invoices.draft_many([draft, draft])
        first, other = await work.invoices.draft_many([draft, free])
        for act in (
            work.invoices.draft(draft),
            work.invoices.draft_many([free, draft]),
            work.invoices.replace(other, draft),
        ):
            with pytest.raises(AlreadyExists) as refused:
                await act
            assert (refused.value.entity, refused.value.fields) == ("invoices", ("order_id",))
        # the draft itself may be replaced
        await work.invoices.replace(first, draft)
        pending = await work.orders.place(shop.cart(("matkap", 1)))
        with pytest.raises(RuleViolation) as early:
            await work.invoices.draft(draft.model_copy(update={"order_id": pending.id}))

    assert twice.value.fields == ("order_id",)
    assert early.value.rule == "ck_invoices_order_is_confirmed"
    assert await counts(worker, "invoices") == [2]


async def test_a_buyer_drafts_the_invoice_of_an_order_until_it_is_packed(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        order = await confirmed(work, shop)
        draft = invoice_draft_of(order, await work.orders.items(order.id), TERMS)
        await work.orders.start_processing(order)

    with pytest.raises(NotAllowed, match="until it is packed"):
        async with database.unit_of_work(as_user=shop.buyer) as work:
            await work.invoices.draft(draft)


async def test_an_order_with_an_invoice_is_not_cancelled(database: Database, shop: Shop, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))
        order = await confirmed(work, shop)
        draft = await work.orders.draft_invoice(order, TERMS)

    # given its draft, or the issued invoice, when shop or buyer cancel
    async def refused_to(user: int | None) -> None:
        with pytest.raises(RuleViolation) as refused:
            async with database.unit_of_work(as_user=user) as work:
                await work.orders.cancel(order, "Vazgeçildi")
        assert (refused.value.rule, refused.value.fields) == ("ck_orders_cancelled_has_no_invoice", ("status",))

    await refused_to(None)
    async with database.unit_of_work() as work:
        issued = await work.invoices.issue(draft, SERIES)
    await refused_to(None)
    await refused_to(shop.buyer)
    assert await stock(worker, shop.products["freze"]) == [9]

    # then it is once the invoice is cancelled
    async with database.unit_of_work() as work:
        await work.invoices.cancel(issued, "Vazgeçildi")
        cancelled = await work.orders.cancel(order, "Vazgeçildi")
    assert cancelled.status is OrderStatus.CANCELLED
    assert await stock(worker, shop.products["freze"]) == [10]


async def test_only_a_confirmed_order_as_it_is_now_is_invoiced(database: Database, shop: Shop, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        pending = await work.orders.place(shop.cart(("freze", 1)))
        with pytest.raises(RuleViolation) as refused:
            await work.orders.draft_invoice(pending, TERMS)
        assert refused.value.rule == "ck_invoices_order_is_confirmed"
        order = await work.orders.confirm(pending)
        await work.orders.cancel(order, "Vazgeçildi")
        with pytest.raises(StaleVersion):
            await work.orders.draft_invoice(order, TERMS)

    assert await counts(worker, "invoices") == [0]


async def test_an_order_whose_tax_is_not_its_items_is_neither_confirmed_nor_invoiced(
    database: Database, shop: Shop, worker: Raw
) -> None:
    # given an order whose tax was made up before the database asked
    async with database.unit_of_work() as work:
        pending = await work.orders.place(shop.cart(("freze", 1)))
    await worker.execute("SET ROLE platform_owner; ALTER TABLE orders DISABLE TRIGGER orders_sum_of_items")
    await worker.execute("UPDATE orders SET tax_cents = 9001, total_cents = 54001, total_try_cents = 54001")
    await worker.execute("ALTER TABLE orders ENABLE TRIGGER orders_sum_of_items; SET ROLE platform_worker")

    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as unconfirmed:
            await work.orders.confirm(await work.orders.get(pending.id))
    await worker.execute("UPDATE orders SET status = 'confirmed', confirmed_at = now()")
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation) as refused:
            await work.orders.draft_invoice(await work.orders.get(pending.id), TERMS)

    assert (unconfirmed.value.rule, unconfirmed.value.fields) == ("ck_orders_tax_follows_from_items", ("tax_cents",))
    assert (refused.value.rule, refused.value.fields) == (
        "invoice_matches_order",
        ("tax_cents", "total_cents", "total_try_cents"),
    )
    assert await counts(worker, "invoices") == [0]


async def test_from_the_cart_to_the_door(database: Database, shop: Shop, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.invoices.open_series(NewSeries(series=SERIES, fiscal_year=DAY.year))

    # given a buyer who places an order and starts to pay
    async with database.unit_of_work(as_user=shop.buyer) as work:
        order = await work.orders.place(shop.cart(("freze", 2), ("matkap", 1), discount="50", shipping_cost="30"))
        attempt = await work.order_transactions.start(
            order.id,
            NewOrderTransaction(transaction_reference="TX-1", gateway="iyzico", method=PaymentMethod.CREDIT_CARD),
        )
        charge = await work.payments.record(
            NewPayment(
                user_id=shop.buyer,
                amount=from_cents(attempt.amount_cents),
                order_transaction_id=attempt.id,
                provider="iyzico",
                provider_ref=attempt.transaction_reference,
            )
        )

    # when the gateway tells that the money came
    async with database.unit_of_work() as work:
        await work.payments.complete(charge, AT)
        collected = await work.order_transactions.get(attempt.id)
        approved = await work.order_transactions.approve(collected, GatewayAnswer(gateway_transaction_id="G-1"))
        confirmed_order = await work.orders.confirm(order)

    # and the shop invoices, packs and sends
    async with database.unit_of_work() as work:
        packed = await work.orders.start_processing(confirmed_order)
        invoice = await work.invoices.issue(await work.orders.draft_invoice(packed, TERMS), SERIES)
        arrived = await work.orders.deliver(await work.orders.ship(packed, "Kargo A.Ş.", "TK1"))

    # then every sum is the same, and the log tells it all
    assert (approved.status, arrived.status) == (OrderTransactionStatus.APPROVED, OrderStatus.DELIVERED)
    assert (invoice.status, invoice.number) == (InvoiceStatus.ISSUED, "ABC2025000000001")
    assert order.total_cents == approved.paid_cents == invoice.payable_cents == 107_999
    assert await stock(worker, *shop.products.values()) == [8, 9, 10]
    async with database.unit_of_work() as work:
        assert await events(work, "orders", order.id) == [
            "order.placed",
            "order.confirmed",
            "order.processing",
            "order.shipped",
            "order.delivered",
        ]
        assert await events(work, "order_transactions", attempt.id) == [
            "order_transaction.started",
            "order_transaction.approved",
        ]
        assert await events(work, "payments", charge.id) == ["payment.recorded", "payment.completed"]
        assert await events(work, "invoices", invoice.id) == ["invoice.drafted", "invoice.issued"]

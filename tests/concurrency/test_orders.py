"""Sixteen buyers at once: nobody sells what is not there, nobody waits in a ring, nothing is given back twice."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

import pytest

from platform_db.database import Isolation, TransactionOptions
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.parties import Customer, Issuer
from platform_db.domain.order_transactions import NewOrderTransaction, OrderTransaction
from platform_db.domain.orders import Cart, CartItem, Order, OrderStatus, ShippingEvent
from platform_db.domain.orders.invoicing import OrderInvoice, invoice_draft_of
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.errors import AlreadyExists, RuleViolation, StaleVersion
from tests.concurrency.crowd import SIZE
from tests.integration.commerce.shop import DEPOT, counts, product, stock
from tests.integration.commerce.test_order_operations import AT, shipped
from tests.invoice_examples import CUSTOMER, DAY, ISSUER

if TYPE_CHECKING:
    from platform_db.domain.invoices.draft import InvoiceDraft
    from platform_db.repositories.work import Work
    from tests.concurrency.crowd import Crowd
    from tests.raw import Raw

SHORT = "ck_products_stock_quantity_non_negative"


def cart(buyer: int, *items: tuple[int, int], number: str | None = None) -> Cart:
    wanted = tuple(CartItem(product_id=product_id, quantity=quantity) for product_id, quantity in items)
    named: dict[str, Any] = {} if number is None else {"order_number": number}
    return Cart(buyer_id=buyer, items=wanted, shipping=DEPOT, **named)


async def place(crowd: Crowd, wanted: Cart) -> Order:
    async with crowd.database.unit_of_work(as_user=wanted.buyer_id) as work:
        return await work.orders.place(wanted)


def _every_third(member: int, isolation: Isolation) -> TransactionOptions:
    """Some of the crowd keep a snapshot, the others do not."""
    return TransactionOptions(isolation="read committed" if member % 3 else isolation)


async def sold(worker: Raw, product_id: int) -> int:
    """How many pieces the orders that live have of a product."""
    return await worker.fetchval(
        "SELECT coalesce(sum(i.quantity), 0)::int FROM order_items i JOIN orders o ON o.id = i.order_id "
        "WHERE i.product_id = $1 AND o.status <> 'cancelled'",
        product_id,
    )


async def test_the_last_pieces_are_sold_once(crowd: Crowd, worker: Raw) -> None:
    # given ten pieces, when sixteen buyers want one each
    last = await product(worker, "son")
    outcomes = await crowd.at_once(lambda member: place(crowd, cart(crowd.owner(member), (last, 1))))

    # then ten have one, and six are told that it is short
    refused = [outcome for outcome in outcomes if isinstance(outcome, RuleViolation)]
    assert sum(isinstance(outcome, Order) for outcome in outcomes) == 10
    assert [(error.rule, error.fields) for error in refused] == [(SHORT, ("items.0.quantity",))] * 6
    assert await stock(worker, last) == [0]
    assert await sold(worker, last) == 10


async def test_opposite_carts_do_not_wait_in_a_ring(crowd: Crowd, worker: Raw) -> None:
    # given four products of a hundred pieces, when half of the crowd names them backwards
    shelf = [await product(worker, f"r{place}", stock_quantity=100) for place in range(4)]

    async def buy(member: int) -> list[int]:
        return [
            (
                await place(
                    crowd, cart(crowd.owner(member), *((it, 1) for it in (shelf if member % 2 else reversed(shelf))))
                )
            ).id
            for _ in range(5)
        ]

    outcomes = await crowd.at_once(buy)

    # then all eighty orders are placed, and nobody met a deadlock
    assert [type(outcome) for outcome in outcomes] == [list] * SIZE
    assert await stock(worker, *shelf) == [20] * 4
    assert await counts(worker, "orders", "order_items") == [80, 320]


async def test_placing_and_cancelling_balance(crowd: Crowd, worker: Raw) -> None:
    # given orders of two products, when they are cancelled while others buy the same, backwards
    one, two = [await product(worker, sku, stock_quantity=40) for sku in ("bir", "iki")]
    placed = [await place(crowd, cart(crowd.owner(member), (one, 1), (two, 2))) for member in range(8)]

    async def act(member: int) -> Order:
        if member % 2:
            return await place(crowd, cart(crowd.owner(member), (two, 1), (one, 3)))
        order = placed[member // 2]
        async with crowd.database.unit_of_work(as_user=order.buyer_id) as work:
            return await work.orders.cancel(order, "Vazgeçildi")

    outcomes = await crowd.at_once(act)

    assert [type(outcome) for outcome in outcomes] == [Order] * SIZE
    for product_id in (one, two):
        assert await stock(worker, product_id) == [40 - await sold(worker, product_id)]


async def test_pieces_come_back_once_however_many_cancel(crowd: Crowd, worker: Raw) -> None:
    only = await product(worker, "tek")
    order = await place(crowd, cart(crowd.owner(0), (only, 4)))

    async def cancel(_: int) -> Order:
        async with crowd.database.unit_of_work() as work:
            return await work.orders.cancel(order, "Vazgeçildi")

    outcomes = await crowd.at_once(cancel)

    assert sum(isinstance(outcome, Order) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == 15
    assert await stock(worker, only) == [10]


async def test_one_number_is_one_order(crowd: Crowd, worker: Raw) -> None:
    # given the last piece, when one cart comes sixteen times at once
    last = await product(worker, "son", stock_quantity=1)
    same = cart(crowd.owner(0), (last, 1), number="S-1")
    outcomes = await crowd.at_once(lambda _: place(crowd, same))

    assert {outcome.id for outcome in outcomes if isinstance(outcome, Order)} == {1}
    assert [type(outcome) for outcome in outcomes] == [Order] * SIZE
    assert await stock(worker, last) == [0]
    assert await counts(worker, "orders", "order_items") == [1, 1]


async def test_other_items_move_the_stock_by_one_difference(crowd: Crowd, worker: Raw) -> None:
    one, two = [await product(worker, sku) for sku in ("bir", "iki")]
    order = await place(crowd, cart(crowd.owner(0), (one, 5)))

    async def replace(member: int) -> Order:
        items = (CartItem(product_id=two, quantity=1), CartItem(product_id=one, quantity=1 + member % 5))
        async with crowd.database.unit_of_work() as work:
            return await work.orders.replace_items(order, items)

    outcomes = await crowd.at_once(replace)

    assert sum(isinstance(outcome, Order) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == 15
    for product_id in (one, two):
        assert await stock(worker, product_id) == [10 - await sold(worker, product_id)]


async def test_no_report_of_a_courier_is_lost_and_none_kept_twice(crowd: Crowd, worker: Raw) -> None:
    order = await place(crowd, cart(crowd.owner(0), (await product(worker, "kutu"), 1)))
    async with crowd.database.unit_of_work() as work:
        await shipped(work, order)

    async def report(member: int) -> Order:
        # every report comes twice
        event = ShippingEvent(status=f"Adım {member // 2}", at=AT)
        async with crowd.database.unit_of_work() as work:
            return await work.orders.append_shipping_event(order.id, event)

    outcomes = await crowd.at_once(report)

    assert [type(outcome) for outcome in outcomes] == [Order] * SIZE
    async with crowd.database.unit_of_work() as work:
        kept = (await work.orders.get(order.id)).shipping_events
    assert sorted(str(event) for event in kept) == sorted(
        str(ShippingEvent(status=f"Adım {step}", at=AT).stored) for step in range(SIZE // 2)
    )


@pytest.mark.parametrize("isolation", get_args(Isolation))
@pytest.mark.parametrize(("amount", "most"), [(None, 1), ("4.00", 3)])
async def test_attempts_at_once_never_come_to_more_than_the_order(
    crowd: Crowd, worker: Raw, amount: str | None, most: int, isolation: Isolation
) -> None:
    # given an order of 12,00, when sixteen start to collect all of it, or a third
    order = await place(crowd, cart(crowd.owner(0), (await product(worker, "kutu", 1_000), 1)))

    async def start(member: int) -> OrderTransaction:
        new = NewOrderTransaction.model_validate(
            {
                "transaction_reference": f"TX-{member}",
                "gateway": "iyzico",
                "method": PaymentMethod.CREDIT_CARD,
                "amount": amount,
            }
        )

        async def begin(work: Work) -> OrderTransaction:
            return await work.order_transactions.start(order.id, new)

        options = _every_third(member, isolation)
        return await crowd.database.run(begin, as_user=order.buyer_id, options=options, attempts=50)

    outcomes = await crowd.at_once(start)

    assert sum(isinstance(outcome, OrderTransaction) for outcome in outcomes) == most
    assert {it.rule for it in outcomes if isinstance(it, RuleViolation)} == {
        "ck_order_transactions_amount_within_order"
    }
    assert await worker.fetchval("SELECT sum(amount_cents)::int FROM order_transactions") == 1_200


@pytest.mark.parametrize("isolation", get_args(Isolation))
async def test_no_order_falls_below_what_is_being_collected(crowd: Crowd, worker: Raw, isolation: Isolation) -> None:
    # given an order of five pieces of 12,00, when half of the crowd collects 12,00 and the other half wants one piece
    only = await product(worker, "kutu", 1_000, stock_quantity=100)
    order = await place(crowd, cart(crowd.owner(0), (only, 5)))

    async def act(member: int) -> OrderTransaction | Order:
        async def decide(work: Work) -> OrderTransaction | Order:
            if member % 2:
                new = NewOrderTransaction(
                    transaction_reference=f"TX-{member}",
                    gateway="iyzico",
                    method=PaymentMethod.CREDIT_CARD,
                    amount=Decimal("12.00"),
                )
                return await work.order_transactions.start(order.id, new)
            fewer = (CartItem(product_id=only, quantity=1 + member // 4),)
            return await work.orders.replace_items(await work.orders.get(order.id), fewer)

        return await crowd.database.run(decide, options=_every_third(member, isolation), attempts=50)

    outcomes = await crowd.at_once(act)

    # then whatever was first, the order covers its attempts
    refused = {it.rule for it in outcomes if isinstance(it, RuleViolation)}
    assert refused <= {"ck_orders_total_covers_attempts", "ck_order_transactions_amount_within_order"}
    others = [it for it in outcomes if not isinstance(it, (RuleViolation, Order, OrderTransaction))]
    assert [type(it) for it in others] == [StaleVersion] * len(others)
    left = await worker.fetchval(
        "SELECT total_cents - (SELECT coalesce(sum(amount_cents), 0)::int FROM order_transactions) FROM orders"
    )
    assert left >= 0
    assert await stock(worker, only) == [100 - await sold(worker, only)]


@pytest.mark.parametrize("isolation", get_args(Isolation))
async def test_whoever_invoices_or_cancels_first_decides(crowd: Crowd, worker: Raw, isolation: Isolation) -> None:
    terms = OrderInvoice(issue_date=DAY, issuer=Issuer(**ISSUER), customer=Customer(**CUSTOMER))
    only = await product(worker, "kutu", stock_quantity=100)
    for _ in range(4):
        # given a confirmed order, when half of the crowd drafts its invoice and the other half cancels it
        placed = await place(crowd, cart(crowd.owner(0), (only, 1)))
        async with crowd.database.unit_of_work() as work:
            order = await work.orders.confirm(placed)
            draft = invoice_draft_of(order, await work.orders.items(order.id), terms)

        async def act(member: int, order: Order = order, draft: InvoiceDraft = draft) -> Order | Invoice:
            async def decide(work: Work) -> Order | Invoice:
                if member % 4 == 0:
                    return await work.orders.draft_invoice(order, terms)
                if member % 4 == 2:
                    return await work.invoices.draft(draft)
                return await work.orders.cancel(order, "Vazgeçildi")

            return await crowd.database.run(decide, options=_every_third(member, isolation), attempts=50)

        outcomes = await crowd.at_once(act)

        # then one of them did, and the others are told of it
        assert sum(isinstance(it, (Order, Invoice)) for it in outcomes) == 1
        told = {it.rule for it in outcomes if isinstance(it, RuleViolation)}
        assert len(told) == 1
        assert told <= {"ck_orders_cancelled_has_no_invoice", "ck_invoices_order_is_confirmed"}


async def test_one_reference_is_one_attempt(crowd: Crowd, worker: Raw) -> None:
    order = await place(crowd, cart(crowd.owner(0), (await product(worker, "kutu"), 1)))
    new = NewOrderTransaction(transaction_reference="TX", gateway="iyzico", method=PaymentMethod.CREDIT_CARD)

    async def start(_: int) -> OrderTransaction:
        async with crowd.database.unit_of_work() as work:
            return await work.order_transactions.start(order.id, new)

    outcomes = await crowd.at_once(start)

    assert [outcome.id for outcome in outcomes if isinstance(outcome, OrderTransaction)] == [1] * SIZE
    assert await counts(worker, "order_transactions") == [1]


async def test_an_order_is_invoiced_once(crowd: Crowd, worker: Raw) -> None:
    order = await place(crowd, cart(crowd.owner(0), (await product(worker, "kutu"), 1)))
    async with crowd.database.unit_of_work() as work:
        order = await work.orders.confirm(order)
    terms = OrderInvoice(issue_date=DAY, issuer=Issuer(**ISSUER), customer=Customer(**CUSTOMER))

    async def invoice(_: int) -> Invoice:
        async with crowd.database.unit_of_work() as work:
            return await work.orders.draft_invoice(order, terms)

    outcomes = await crowd.at_once(invoice)

    assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == 15
    assert await counts(worker, "invoices", "invoice_lines") == [1, 1]
    assert order.status is OrderStatus.CONFIRMED

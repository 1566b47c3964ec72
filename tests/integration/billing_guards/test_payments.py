"""Payments: terms, transitions and sums, and the orders they are for."""

from __future__ import annotations

import pytest

from tests.integration.billing_guards.rows import (
    World,
    as_owner,
    as_worker,
    insert,
    legal,
    refused,
    unique,
)


async def test_payments_carry_an_invoice_through_its_states(world: World) -> None:
    invoice = await world.issued()
    payable = (await world.invoice(invoice))["payable_cents"]

    async def state() -> tuple[object, ...]:
        row = await world.invoice(invoice)
        return row["status"], row["paid_cents"], row["refunded_cents"], row["paid_at"] is not None

    # given an overdue invoice, when part, then all of it is paid, and it is refunded in two steps
    pending = await world.pay(invoice, 100, status="pending", paid_at=None)
    assert await state() == ("issued", 0, 0, False)
    first = await world.pay(invoice, 1000)
    assert await state() == ("partial", 1000, 0, False)
    rest = await world.pay(invoice, payable - 1000, status="processing", paid_at=None)
    await world.connection.execute("UPDATE payments SET status = 'completed', paid_at = now() WHERE id = $1", rest)
    assert await state() == ("paid", payable, 0, True)
    await world.refund(first, invoice, 400)
    assert await state() == ("partial", payable, 400, True)
    assert await _payment(world, first) == ("partial_refund", 400)
    await world.refund(first, invoice, 600)
    await world.refund(rest, invoice, payable - 1000)
    assert await state() == ("refunded", payable, payable, True)
    assert await _payment(world, first) == ("refunded", 1000)
    # then it can be cancelled, and late money is refused
    await world.connection.execute(
        "UPDATE invoices SET status = 'cancelled', cancelled_at = now(), cancellation_reason = 'iade' WHERE id = $1",
        invoice,
    )
    late = "UPDATE payments SET status = 'completed', paid_at = now() WHERE id = $1"
    await world.refuses("ck_invoices_status_matches_payments", "invoices", late, pending)


async def _payment(world: World, payment: int) -> tuple[object, ...]:
    return tuple(await world.connection.fetchrow("SELECT status, refunded_cents FROM payments WHERE id = $1", payment))


async def test_a_dispute_stays_open_until_everything_went_back(world: World) -> None:
    invoice = await world.issued()
    charge = await world.pay(invoice, 1000)
    await world.connection.execute("UPDATE payments SET status = 'disputed' WHERE id = $1", charge)
    await world.refund(charge, invoice, 400)
    assert await _payment(world, charge) == ("disputed", 400)
    await world.refund(charge, invoice, 600)
    assert await _payment(world, charge) == ("refunded", 1000)
    assert (await world.invoice(invoice))["status"] == "refunded"


async def test_an_invoice_takes_no_more_than_is_payable_and_a_draft_nothing(world: World) -> None:
    invoice = await world.issued()
    pay = "UPDATE payments SET status = 'completed', paid_at = now() WHERE id = $1"
    too_much = await world.pay(
        invoice, (await world.invoice(invoice))["payable_cents"] + 1, status="pending", paid_at=None
    )
    await world.refuses("ck_invoices_paid_within_payable", "invoices", pay, too_much)
    early = await world.pay(await world.store(legal()), 100, status="pending", paid_at=None)
    await world.refuses("ck_invoices_status_matches_payments", "invoices", pay, early)


@pytest.mark.parametrize(
    "change",
    [
        "paid_cents = 1000, status = 'partial'",
        "paid_cents = payable_cents, status = 'paid', paid_at = now()",
        "paid_cents = 500",
    ],
)
async def test_paid_amounts_come_from_payments_only(world: World, change: str) -> None:
    statement = f"UPDATE invoices SET {change} WHERE id = $1"  # noqa: S608
    await world.refuses("ck_invoices_paid_is_sum_of_payments", "invoices", statement, await world.issued())


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("terms_are_fixed", "amount_cents = amount_cents + 1, amount_try_cents = amount_try_cents + 1"),
        ("terms_are_fixed", "provider_ref = 'x'"),
        ("terms_are_fixed", "paid_at = paid_at - interval '1 day'"),
        ("transition_allowed", "status = 'pending', paid_at = paid_at"),
        ("transition_allowed", "status = 'failed', failure_code = 'x'"),
        ("refunded_is_sum_of_refunds", "status = 'partial_refund', refunded_cents = 100"),
        ("refunded_is_sum_of_refunds", "status = 'refunded', refunded_cents = amount_cents"),
    ],
)
async def test_a_completed_payment_keeps_its_terms(world: World, constraint: str, change: str) -> None:
    charge = await world.pay(await world.issued(), 1000)
    await world.refuses(f"ck_payments_{constraint}", "payments", f"UPDATE payments SET {change} WHERE id = $1", charge)  # noqa: S608


async def test_payments_are_kept_and_begin_without_refunds(world: World) -> None:
    invoice = await world.issued()
    charge = await world.pay(invoice, 1000)
    await as_owner(world.connection)
    error = await world.refuses("ck_payments_is_kept", "payments", "DELETE FROM payments WHERE id = $1", charge)
    assert error.sqlstate == "23001"
    await as_worker(world.connection)
    for constraint, row in (
        ("ck_payments_refunded_is_sum_of_refunds", {"status": "refunded", "refunded_cents": 100}),
        ("ck_payments_transition_allowed", {"status": "disputed"}),
    ):
        with refused(constraint, "payments"):
            async with world.connection.transaction():
                await world.pay(invoice, 100, **row)


async def test_refunds_match_their_charge_and_stay_within_it(world: World) -> None:
    invoice, other = await world.issued(), await world.issued()
    charge = await world.pay(invoice, 1000)
    open_charge = await world.pay(invoice, 1000, status="pending", paid_at=None)
    back = await world.refund(charge, invoice, 600)
    for constraint, refund in (
        ("ck_payments_refund_matches_charge", (charge, other, 100)),
        ("ck_payments_refund_matches_charge", (open_charge, invoice, 100)),
        ("ck_payments_refund_matches_charge", (back, invoice, 100)),
        ("ck_payments_refunds_within_charge", (charge, invoice, 401)),
    ):
        with refused(constraint, "payments"):
            async with world.connection.transaction():
                await world.refund(*refund)
        with refused(constraint, "payments"):
            async with world.connection.transaction():
                await world.refund(*refund, status="pending", paid_at=None)
    assert await _payment(world, charge) == ("partial_refund", 600)


async def _order(world: World, subtotal: int = 5000, *items: int) -> int:
    order = await insert(
        world.connection,
        "orders",
        {
            "order_number": unique(),
            "buyer_id": world.user,
            "subtotal_cents": subtotal,
            "total_cents": subtotal,
            "total_try_cents": subtotal,
            "shipping_name": "Deneme Makine",
            "shipping_phone": "+903121234567",
            "shipping_address": "Atatürk Bulvarı 2",
            "shipping_city": "Ankara",
        },
    )
    product = await insert(world.connection, "products", {"sku": unique(), "name": "Freze"})
    for number, price in enumerate(items, 1):
        item = {
            "product_name": "Freze",
            "product_sku": "F-1",
            "quantity": 1,
            "unit_price_cents": price,
            "total_price_cents": price,
            "kdv_rate": 0,
        }
        await insert(
            world.connection, "order_items", {"order_id": order, "product_id": product, "line_number": number, **item}
        )
    return order


async def test_an_order_is_the_sum_of_its_items_at_commit(world: World) -> None:
    name = "ck_orders_subtotal_is_sum_of_items"
    order = await _order(world, 5000, 3000, 2000)
    await world.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    await world.connection.execute("SET CONSTRAINTS ALL DEFERRED")
    await as_owner(world.connection)
    await world.refuses(name, "orders", "DELETE FROM order_items WHERE order_id = $1 AND line_number = 2", order)
    await world.refuses(
        name, "orders", "UPDATE order_items SET unit_price_cents = 1, total_price_cents = 1 WHERE order_id = $1", order
    )
    more = "UPDATE orders SET subtotal_cents = 5001, total_cents = 5001, total_try_cents = 5001 WHERE id = $1"
    await world.refuses(name, "orders", more, order)
    with refused(name, "orders"):
        async with world.connection.transaction():
            await _order(world, 5000, 3000)
            await world.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    await world.connection.execute("SET CONSTRAINTS ALL DEFERRED")


async def test_an_order_transaction_is_paid_by_payments_only(world: World) -> None:
    name, table = "ck_order_transactions_paid_is_sum_of_payments", "order_transactions"
    row = {
        "order_id": await _order(world, 5000, 5000),
        "buyer_id": world.user,
        "amount_cents": 5000,
        "method": "credit_card",
        "gateway": "iyzico",
    }
    transaction = await insert(world.connection, table, {"transaction_reference": unique(), **row})
    approve = "UPDATE order_transactions SET status = 'approved', confirmed_at = now() WHERE id = $1"
    # given nothing paid, when it is called approved or paid, then it is refused
    await world.refuses(name, table, approve, transaction)
    await world.refuses(name, table, "UPDATE order_transactions SET paid_cents = 5000 WHERE id = $1", transaction)
    with refused(name, table):
        async with world.connection.transaction():
            await insert(world.connection, table, {"transaction_reference": "x", "paid_cents": 1, **row})
    # when the money came, then it is approved, and stays so when part of it goes back
    target = {"invoice_id": None, "order_transaction_id": transaction}
    charge = await world.pay(0, 5000, **target)
    await world.connection.execute(approve, transaction)
    await world.refund(charge, 0, 2000, **target)
    stored = await world.connection.fetchrow(
        "SELECT status, paid_cents, refunded_cents FROM order_transactions WHERE id = $1", transaction
    )
    assert tuple(stored) == ("approved", 5000, 2000)

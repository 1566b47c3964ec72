"""A role that sees less, taken while a statement runs, passes no sum: the guards say what is hidden from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest

from platform_db.domain.money import from_cents
from platform_db.domain.order_transactions import NewOrderTransaction
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments.inputs import NewPayment
from tests.integration.commerce.test_order_operations import paid, placed

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.integration.commerce.shop import Shop
    from tests.raw import Raw

LESSER = "set_config('role', 'platform_app', true) > ''"
OF_THE_ORDER = "order_transaction_id IN (SELECT id FROM order_transactions WHERE order_id = $1)"

HIDDEN = [
    (
        "UPDATE orders SET status = 'cancelled', cancelled_at = now(), cancellation_reason = 'x' WHERE id = $1",
        "this role cannot see the transactions that it sums",
    ),
    (
        "UPDATE order_transactions SET paid_cents = 0 WHERE order_id = $1",
        "this role cannot see the payments that it sums",
    ),
    (
        f"UPDATE payments SET refunded_cents = 1, status = 'partial_refund' WHERE {OF_THE_ORDER}",  # noqa: S608
        "this role cannot see the refunds that it sums",
    ),
]


@pytest.mark.parametrize(("statement", "told"), HIDDEN, ids=["orders", "order_transactions", "payments"])
async def test_a_sum_that_the_role_cannot_see_is_refused_as_hidden(
    database: Database, shop: Shop, worker: Raw, statement: str, told: str
) -> None:
    # given an order that holds money
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        await paid(work, order)

    # when its rows are changed by a statement that hides them on its way
    with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
        await worker.execute(f"{statement} AND {LESSER}", order.id)

    # then the guard itself says so
    assert str(refused.value) == told


async def test_money_that_comes_for_what_the_role_cannot_see_is_refused_as_hidden(
    database: Database, shop: Shop, worker: Raw
) -> None:
    # given a payment that is on its way to an order
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        new = NewOrderTransaction(transaction_reference="TX-1", gateway="iyzico", method=PaymentMethod.CREDIT_CARD)
        attempt = await work.order_transactions.start(order.id, new)
        await work.payments.record(
            NewPayment(
                user_id=order.buyer_id,
                amount=from_cents(order.total_cents),
                order_transaction_id=attempt.id,
                provider="iyzico",
                provider_ref="r-1",
            )
        )

    # when it comes by a statement that hides the order on its way
    with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
        await worker.execute(f"UPDATE payments SET status = 'completed', paid_at = now() WHERE {LESSER}")  # noqa: S608

    # then the guard itself says so
    assert str(refused.value) == "this role cannot change what the payment is for"

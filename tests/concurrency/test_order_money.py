"""An order is given up, or paid, at the same moment: it is not cancelled once money came."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, get_args

import pytest

from platform_db.database import Isolation, TransactionOptions
from platform_db.domain.order_transactions import NewOrderTransaction
from platform_db.domain.orders import Order
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments import Payment
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import RuleViolation, StaleVersion
from tests.concurrency.crowd import SIZE, somebody_waits
from tests.concurrency.test_orders import cart, place
from tests.integration.commerce.shop import product
from tests.integration.commerce.test_order_operations import AT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_db.repositories.work import Work
    from tests.concurrency.crowd import Crowd
    from tests.raw import Raw


async def charge(crowd: Crowd, order: Order, reference: str) -> Payment:
    """A charge of one lira that is still to complete, on an attempt of its own."""
    async with crowd.database.unit_of_work() as work:
        attempt = await work.order_transactions.start(
            order.id,
            NewOrderTransaction(
                transaction_reference=f"TX-{reference}",
                gateway="iyzico",
                method=PaymentMethod.CREDIT_CARD,
                amount=Decimal("1.00"),
            ),
        )
        new = NewPayment(
            user_id=order.buyer_id,
            amount=Decimal("1.00"),
            order_transaction_id=attempt.id,
            provider="iyzico",
            provider_ref=reference,
        )
        return await work.payments.record(new)


@pytest.mark.parametrize("isolation", get_args(Isolation))
async def test_an_order_is_not_cancelled_after_money_came(crowd: Crowd, worker: Raw, isolation: Isolation) -> None:
    # given orders of 8,00 with a charge for each lira, still to be told of
    only = await product(worker, "kutu", 800, rate="0", stock_quantity=100)
    for round_ in range(4):
        order = await place(crowd, cart(crowd.owner(0), (only, 1)))
        charges = [await charge(crowd, order, f"{round_}-{place_}") for place_ in range(SIZE // 2)]

        async def act(member: int, order: Order = order, charges: Sequence[Payment] = charges) -> Order | Payment:
            if member % 2:
                async with crowd.database.unit_of_work() as work:
                    return await work.payments.complete(charges[member // 2], AT)

            async def cancel(work: Work) -> Order:
                return await work.orders.cancel(await work.orders.get(order.id), "Vazgeçildi")

            return await crowd.database.run(cancel, options=TransactionOptions(isolation=isolation), attempts=50)

        # when eight charges complete while eight cancel
        outcomes = await crowd.at_once(act)

        # then all the money is recorded, and whoever cancelled did so before any of it came
        assert [type(it) for it in outcomes[1::2]] == [Payment] * (SIZE // 2)
        told = [it.rule for it in outcomes[::2] if isinstance(it, RuleViolation)]
        cancelled = [it for it in outcomes[::2] if isinstance(it, Order)]
        stale = [it for it in outcomes[::2] if isinstance(it, StaleVersion)]
        assert len(told) + len(cancelled) + len(stale) == SIZE // 2
        assert set(told) <= {"ck_orders_transition_allowed" if cancelled else "ck_orders_cancelled_holds_no_money"}
        sequence = await worker.fetch(
            "SELECT event_type FROM audit_logs WHERE event_type = 'order.cancelled' AND entity_id = $1 "
            "OR event_type = 'payment.completed' AND entity_id = ANY ($2::bigint[]) ORDER BY id",
            order.id,
            [it.id for it in charges],
        )
        completed = ["payment.completed"] * (SIZE // 2)
        assert [row["event_type"] for row in sequence] == ["order.cancelled"] * len(cancelled) + completed


async def test_who_cancels_waits_for_money_that_is_coming(crowd: Crowd, worker: Raw) -> None:
    order = await place(crowd, cart(crowd.owner(0), (await product(worker, "kutu", 800, rate="0"), 1)))
    coming = await charge(crowd, order, "1")

    async def cancel() -> Order:
        async with crowd.database.unit_of_work(as_user=order.buyer_id) as work:
            return await work.orders.cancel(order, "Vazgeçildi")

    # given a charge that is completed and not committed, when the buyer cancels
    async with crowd.database.unit_of_work() as work:
        await work.payments.complete(coming, AT)
        cancelling = asyncio.create_task(cancel())
        await somebody_waits(crowd.url)

    # then the buyer is told once the money is there
    with pytest.raises(RuleViolation) as refused:
        await cancelling
    assert (refused.value.rule, refused.value.fields) == ("ck_orders_cancelled_holds_no_money", ("status",))
    assert await worker.fetchval("SELECT status::text FROM orders") == "pending"

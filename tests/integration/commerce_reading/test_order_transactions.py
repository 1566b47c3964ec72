"""Order transactions are found by their references and watched until the gateway answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from pydantic import ValidationError

from platform_db.domain.order_transactions import OrderTransactionStatus
from platform_db.errors import NotFound
from platform_db.repositories.order_transactions import WaitingTransactions
from tests.integration.clock import ago
from tests.integration.stored import new_user, store, to_the_end

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

SCENE = {
    "T-1": {"status": "processing", "created_at": ago(hours=3)},
    "T-2": {"status": "pending", "created_at": ago(hours=2)},
    "T-3": {"status": "declined", "failure_code": "51", "created_at": ago(hours=2)},
    "T-4": {"status": "pending", "created_at": ago(hours=2)},
    "T-5": {"status": "pending", "created_at": ago(minutes=1)},
}


@dataclass(frozen=True)
class Sale:
    """An order of ``buyer``, paid with a stored way to pay in every attempt but the last."""

    buyer: int
    other: int
    order: int
    method: int


@pytest_asyncio.fixture(loop_scope="session")
async def sale(worker: Raw) -> Sale:
    buyer, other = [await new_user(worker, name) for name in ("alici", "baska.alici")]
    amounts = {"subtotal_cents": 0, "tax_cents": 0, "shipping_cents": 111_000, "discount_cents": 0}
    order = await store(worker, "orders", buyer_id=buyer, **amounts)
    method = await store(worker, "payment_methods", buyer_id=buyer)
    for reference, columns in SCENE.items():
        await store(
            worker,
            "order_transactions",
            **{
                "transaction_reference": reference,
                "gateway_transaction_id": reference.lower(),
                "order_id": order,
                "buyer_id": buyer,
                "amount_cents": 1_000,
                "payment_method_id": None if reference == "T-5" else method,
                "paid_cents": 0,
                "refunded_cents": 0,
                "confirmed_at": None,
                "processed_at": None,
                **columns,
            },
        )
    return Sale(buyer, other, order, method)


async def test_a_transaction_is_found_by_either_reference(database: Database, sale: Sale) -> None:
    async with database.unit_of_work(as_user=sale.buyer) as work:
        ours = await work.order_transactions.by_reference("T-3")
        theirs = await work.order_transactions.by_gateway("iyzico", "t-3")
        with pytest.raises(NotFound):
            await work.order_transactions.by_gateway("paytr", "t-3")
    async with database.unit_of_work(as_user=sale.other) as work:
        with pytest.raises(NotFound):
            await work.order_transactions.get(ours.id)

    assert ours == theirs
    assert (ours.status, ours.failure_code) == (OrderTransactionStatus.DECLINED, "51")


async def test_an_order_has_its_attempts(database: Database, sale: Sale) -> None:
    async with database.unit_of_work(as_user=sale.buyer) as work:
        attempts = await work.order_transactions.of_order(sale.order)
    async with database.unit_of_work(as_user=sale.other) as work:
        hidden = await work.order_transactions.of_order(sale.order)

    assert [attempt.transaction_reference for attempt in attempts] == ["T-1", "T-2", "T-3", "T-4", "T-5"]
    assert hidden == ()


async def test_a_payment_method_has_its_attempts_newest_first(database: Database, sale: Sale) -> None:
    async with database.unit_of_work() as work:
        attempts = await to_the_end(
            lambda after: work.order_transactions.of_payment_method(sale.method, after=after, limit=1)
        )

    assert [attempt.transaction_reference for attempt in attempts] == ["T-4", "T-3", "T-2", "T-1"]


@pytest.mark.usefixtures("sale")
async def test_what_waits_for_an_answer_comes_by_status_and_age(database: Database) -> None:
    async with database.unit_of_work() as work:
        every = await to_the_end(lambda after: work.order_transactions.waiting(after=after, limit=1))
        stuck = WaitingTransactions(status=OrderTransactionStatus.PENDING, older_than=timedelta(minutes=15))
        late = await to_the_end(lambda after: work.order_transactions.waiting(stuck, after=after, limit=1))

    assert [attempt.transaction_reference for attempt in every] == ["T-2", "T-4", "T-5", "T-1"]
    assert [attempt.transaction_reference for attempt in late] == ["T-2", "T-4"]


def test_what_is_answered_does_not_wait() -> None:
    with pytest.raises(ValidationError):
        WaitingTransactions.model_validate({"status": OrderTransactionStatus.APPROVED})
    with pytest.raises(ValidationError):
        WaitingTransactions(older_than=timedelta(seconds=-1))

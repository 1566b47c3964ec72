"""An attempt to collect is started once, answered once, and approved only when its money is here."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from platform_db.domain.order_transactions import (
    GatewayAnswer,
    GatewayRefusal,
    NewOrderTransaction,
    OrderTransaction,
    OrderTransactionStatus,
    collected,
)
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import AlreadyExists, IdempotencyMismatch, NotAllowed, NotFound, RuleViolation, StaleVersion
from tests.integration.commerce.shop import Shop, counts, events
from tests.integration.stored import store
from tests.raw import refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from platform_db.domain.orders import Order
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
NUMBERED = GatewayAnswer(gateway_transaction_id="G-1", response={"durum": "3ds"})
REFUSAL = GatewayRefusal(code="51", reason="Yetersiz bakiye", response={"hata": "51"})


def attempt(**changes: Any) -> NewOrderTransaction:  # noqa: ANN401 - fields
    given: dict[str, Any] = {"transaction_reference": "TX-1", "gateway": "iyzico", "method": PaymentMethod.CREDIT_CARD}
    return NewOrderTransaction(**{**given, **changes})


@asynccontextmanager
async def refusing(rule: str) -> AsyncGenerator[None]:
    with pytest.raises(RuleViolation) as refused:
        yield
    assert refused.value.rule == rule


async def charged(work: Work, transaction: OrderTransaction, amount: str, reference: str = "r-1") -> OrderTransaction:
    """Bring money for an attempt; the attempt as it is then."""
    new = NewPayment(
        user_id=transaction.buyer_id,
        amount=Decimal(amount),
        order_transaction_id=transaction.id,
        provider="iyzico",
        provider_ref=reference,
    )
    await work.payments.complete(await work.payments.record(new), AT)
    return await work.order_transactions.get(transaction.id)


@pytest_asyncio.fixture(loop_scope="session")
async def order(database: Database, shop: Shop) -> Order:
    """An order of 540,00."""
    async with database.unit_of_work(as_user=shop.buyer) as work:
        return await work.orders.place(shop.cart(("freze", 1)))


# -- started ---------------------------------------------------------------------------


async def test_a_buyer_starts_an_attempt_for_all_that_is_to_be_collected(
    database: Database, shop: Shop, order: Order
) -> None:
    async with database.unit_of_work(as_user=shop.buyer) as work:
        started = await work.order_transactions.start(order.id, attempt())

    assert (started.order_id, started.buyer_id, started.currency) == (order.id, shop.buyer, "TRY")
    assert (started.status, started.amount_cents, started.paid_cents) == (OrderTransactionStatus.PENDING, 54_000, 0)
    async with database.unit_of_work() as work:
        (entry,) = (await work.audit.history("order_transactions", started.id)).items
    assert (entry.action, entry.event_type) == ("create", "order_transaction.started")
    assert entry.payload == {
        "after": {
            "transaction_reference": "TX-1",
            "order_id": order.id,
            "status": "pending",
            "amount_cents": 54_000,
            "currency": "TRY",
            "method": "credit_card",
            "gateway": "iyzico",
        }
    }


async def test_the_same_reference_again_is_the_attempt_started_first(database: Database, order: Order) -> None:
    async with database.unit_of_work() as work:
        first = await work.order_transactions.start(order.id, attempt())
        processing = await work.order_transactions.start_processing(first)

        assert await work.order_transactions.start(order.id, attempt()) == processing
        assert await work.order_transactions.start(order.id, attempt(amount="540")) == processing
    async with database.unit_of_work() as work:
        assert await events(work, "order_transactions", first.id) == [
            "order_transaction.started",
            "order_transaction.processing",
        ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "539.99"}, "amount_cents"),
        ({"gateway": "paytr"}, "gateway"),
        ({"method": PaymentMethod.DEBIT_CARD}, "method"),
    ],
)
async def test_one_reference_for_something_else_is_a_conflict(
    database: Database, order: Order, change: dict[str, object], field: str
) -> None:
    async with database.unit_of_work() as work:
        await work.order_transactions.start(order.id, attempt())
        with pytest.raises(IdempotencyMismatch) as refused:
            await work.order_transactions.start(order.id, attempt(**change))

    assert refused.value.fields == (field,)


async def test_a_reference_of_another_order_is_a_conflict(database: Database, shop: Shop, order: Order) -> None:
    async with database.unit_of_work() as work:
        await work.order_transactions.start(order.id, attempt())
        other = await work.orders.place(shop.cart(("matkap", 1)))
        with pytest.raises(IdempotencyMismatch) as refused:
            await work.order_transactions.start(other.id, attempt())

    assert refused.value.fields == ("transaction_reference",)


async def test_attempts_never_come_to_more_than_the_order(database: Database, order: Order, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        start = work.order_transactions.start
        # given two open attempts of 340,00 and 200,00
        first = await start(order.id, attempt(amount="340"))
        second = await start(order.id, attempt(transaction_reference="TX-2"))
        assert second.amount_cents == 20_000
        for amount in (None, "0.01"):
            async with refusing("ck_order_transactions_amount_within_order"):
                await start(order.id, attempt(transaction_reference="TX-3", amount=amount))
        # when one is declined, then its amount is free; money that came is not
        await work.order_transactions.decline(second, REFUSAL)
        await charged(work, first, "340")
        async with refusing("ck_order_transactions_amount_within_order"):
            await start(order.id, attempt(transaction_reference="TX-3", amount="200.01"))
        third = await start(order.id, attempt(transaction_reference="TX-3"))
        every = await work.order_transactions.of_order(order.id)

    assert third.amount_cents == 20_000
    sums = collected(every)
    assert (sums.paid_cents, sums.refunded_cents, sums.open_cents, sums.held_cents) == (34_000, 0, 20_000, 34_000)
    assert await counts(worker, "order_transactions") == [3]


async def test_nothing_is_collected_for_a_cancelled_order(database: Database, order: Order, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        await work.orders.cancel(order, "Vazgeçildi")
        async with refusing("ck_order_transactions_order_is_live"):
            await work.order_transactions.start(order.id, attempt())

    assert await counts(worker, "order_transactions") == [0]


async def test_only_the_buyers_stored_way_to_pay_is_used(database: Database, order: Order, worker: Raw) -> None:
    stranger = await worker.fetchval("INSERT INTO users (email) VALUES ('depo@ornek.com.tr') RETURNING id")
    theirs = await store(worker, "payment_methods", buyer_id=stranger, gateway="paytr")
    own = await store(worker, "payment_methods", buyer_id=order.buyer_id)

    async with database.unit_of_work() as work:
        for method in (theirs, 10**9):
            async with refusing("ck_order_transactions_payment_method_of_buyer"):
                await work.order_transactions.start(order.id, attempt(payment_method_id=method))
        started = await work.order_transactions.start(order.id, attempt(payment_method_id=own))

    assert started.payment_method_id == own


async def test_a_deactivated_way_to_pay_is_not_used(database: Database, order: Order, worker: Raw) -> None:
    own = await store(worker, "payment_methods", buyer_id=order.buyer_id)
    async with database.unit_of_work() as work:
        first = await work.order_transactions.start(order.id, attempt(amount="1", payment_method_id=own))
    await worker.execute("UPDATE payment_methods SET is_default = false, is_active = false")

    async with database.unit_of_work() as work:
        async with refusing("ck_order_transactions_payment_method_is_active"):
            await work.order_transactions.start(order.id, attempt(transaction_reference="TX-2", payment_method_id=own))
        # what was started before is still that attempt
        assert await work.order_transactions.start(order.id, attempt(amount="1", payment_method_id=own)) == first

    assert await counts(worker, "order_transactions") == [1]


async def test_who_pays_sees_the_order_and_pays_before_it_is_packed(
    database: Database, shop: Shop, order: Order, worker: Raw
) -> None:
    stranger = await worker.fetchval("INSERT INTO users (email) VALUES ('depo@ornek.com.tr') RETURNING id")
    with pytest.raises(NotFound):
        async with database.unit_of_work(as_user=stranger) as work:
            await work.order_transactions.start(order.id, attempt())

    async with database.unit_of_work() as work:
        await work.orders.start_processing(await work.orders.confirm(order))
    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=shop.buyer) as work:
            await work.order_transactions.start(order.id, attempt())
    assert await counts(worker, "order_transactions") == [0]


# -- answered --------------------------------------------------------------------------


async def test_an_attempt_is_approved_when_its_whole_amount_came(database: Database, order: Order) -> None:
    async with database.unit_of_work() as work:
        started = await work.order_transactions.start(order.id, attempt())
        processing = await work.order_transactions.start_processing(started, NUMBERED)
        partly = await charged(work, processing, "539.99")
        async with refusing("ck_order_transactions_paid_is_sum_of_payments"):
            await work.order_transactions.approve(partly)
        whole = await charged(work, partly, "0.01", "r-2")
        with pytest.raises(StaleVersion):
            await work.order_transactions.approve(partly.model_copy(update={"paid_cents": 54_000}))
        approved = await work.order_transactions.approve(whole, GatewayAnswer(gateway_reference="SLIP-1"))

    assert (approved.status, approved.paid_cents) == (OrderTransactionStatus.APPROVED, 54_000)
    assert approved.confirmed_at == approved.processed_at
    assert approved.confirmed_at is not None
    told = (approved.gateway_transaction_id, approved.gateway_reference, approved.gateway_response)
    assert told == ("G-1", "SLIP-1", {"durum": "3ds"})
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("order_transactions", started.id)).items
    assert [(it.event_type, it.payload) for it in entries[:2]] == [
        (
            "order_transaction.approved",
            {
                "before": {"status": "processing", "gateway_reference": None},
                "after": {"status": "approved", "gateway_reference": "[personal]"},
            },
        ),
        (
            "order_transaction.processing",
            {
                "before": {"status": "pending", "gateway_transaction_id": None},
                "after": {"status": "processing", "gateway_transaction_id": "G-1"},
            },
        ),
    ]


@pytest.mark.parametrize(("how", "status"), [("decline", "declined"), ("fail", "error")])
async def test_a_refusal_is_kept_in_the_gateways_words_and_is_final(
    database: Database, order: Order, how: str, status: str
) -> None:
    async with database.unit_of_work() as work:
        started = await work.order_transactions.start(order.id, attempt())
        refused = await getattr(work.order_transactions, how)(started, REFUSAL)
        for again in ("decline", "fail"):
            async with refusing("ck_order_transactions_transition_allowed"):
                await getattr(work.order_transactions, again)(refused, REFUSAL)
        async with refusing("ck_order_transactions_transition_allowed"):
            await work.order_transactions.cancel(refused)

    kept = (refused.status, refused.failure_code, refused.failure_reason, refused.gateway_response)
    assert kept == (status, "51", "Yetersiz bakiye", {"hata": "51"})
    assert refused.processed_at is not None
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("order_transactions", started.id)).items[0]
    assert entry.event_type == f"order_transaction.{'declined' if how == 'decline' else 'failed'}"
    assert entry.payload["after"] == {"status": status, "failure_code": "51", "failure_reason": "[personal]"}


async def test_a_buyer_gives_up_what_the_gateway_has_not_begun(database: Database, shop: Shop, order: Order) -> None:
    async with database.unit_of_work(as_user=shop.buyer) as work:
        started = await work.order_transactions.start(order.id, attempt())
        cancelled = await work.order_transactions.cancel(started)
        second = await work.order_transactions.start(order.id, attempt(transaction_reference="TX-2"))
    async with database.unit_of_work() as work:
        processing = await work.order_transactions.start_processing(second)
        assert await events(work, "order_transactions", started.id) == [
            "order_transaction.started",
            "order_transaction.cancelled",
        ]
    with pytest.raises((NotAllowed, StaleVersion)):
        async with database.unit_of_work(as_user=shop.buyer) as work:
            await work.order_transactions.cancel(processing)

    assert (cancelled.status, second.amount_cents) == (OrderTransactionStatus.CANCELLED, 54_000)


async def test_the_gateways_own_number_is_one_attempt_and_stays(database: Database, order: Order) -> None:
    async with database.unit_of_work() as work:
        first = await work.order_transactions.start(order.id, attempt(amount="1"))
        second = await work.order_transactions.start(order.id, attempt(amount="1", transaction_reference="TX-2"))
        numbered = await work.order_transactions.start_processing(first, NUMBERED)
        async with refusing("ck_order_transactions_gateway_transaction_is_final"):
            await work.order_transactions.decline(numbered, GatewayRefusal(code="05", gateway_transaction_id="G-2"))
        with pytest.raises(AlreadyExists) as refused:
            async with work.savepoint():
                await work.order_transactions.start_processing(second, NUMBERED)

    assert refused.value.constraint == "uq_order_transactions_gateway_gateway_transaction_id"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("status = 'pending'", "ck_order_transactions_transition_allowed"),
        ("status = 'approved', confirmed_at = now()", "ck_order_transactions_transition_allowed"),
        ("amount_cents = 1", "ck_order_transactions_terms_are_fixed"),
        ("gateway = 'x'", "ck_order_transactions_terms_are_fixed"),
        ("gateway_transaction_id = NULL", "ck_order_transactions_gateway_transaction_is_final"),
    ],
)
async def test_the_database_refuses_the_same_past_the_library(
    database: Database, order: Order, worker: Raw, statement: str, constraint: str
) -> None:
    async with database.unit_of_work() as work:
        started = await work.order_transactions.start(order.id, attempt())
        await charged(work, started, "540")
        numbered = await work.order_transactions.start_processing(
            await work.order_transactions.get(started.id), NUMBERED
        )
        await work.order_transactions.decline(numbered, REFUSAL)

    with pytest.raises(Exception) as refused:  # noqa: PT011 - the driver's error, by its constraint
        await worker.execute(f"UPDATE order_transactions SET {statement}")  # noqa: S608 - this suite's

    assert refusal(refused.value)[:2] == (constraint, "order_transactions")

"""An order goes to the door step by step, by the database's clock; or it is given up, and its goods come back."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest

from platform_db.domain.money import from_cents
from platform_db.domain.order_transactions import NewOrderTransaction
from platform_db.domain.orders import Order, OrderStatus, ShippingEvent
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments.inputs import NewPayment
from platform_db.errors import NotFound, RuleViolation, StaleVersion
from tests.concurrency.crowd import somebody_waits
from tests.integration.commerce.shop import DEPOT, Shop, events, shipped, stock
from tests.raw import refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pydantic import JsonValue

    from platform_db.domain.audit_logs import AuditLog
    from platform_db.repositories.work import Database, Work
    from tests.raw import Raw

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ELSEWHERE = DEPOT.model_copy(update={"city": "Kocaeli", "email": None})


@asynccontextmanager
async def refusing(rule: str) -> AsyncGenerator[None]:
    with pytest.raises(RuleViolation) as refused:
        yield
    assert refused.value.rule == rule


async def placed(database: Database, shop: Shop, *items: tuple[str, int]) -> Order:
    async with database.unit_of_work(as_user=shop.buyer) as work:
        return await work.orders.place(shop.cart(*(items or (("freze", 4), ("matkap", 1), ("freze", 1)))))


async def paid(work: Work, order: Order) -> int:
    """Collect the order's total; the payment's id."""
    new = NewOrderTransaction(transaction_reference="TX-1", gateway="iyzico", method=PaymentMethod.CREDIT_CARD)
    attempt = await work.order_transactions.start(order.id, new)
    charge = await work.payments.record(
        NewPayment(
            user_id=order.buyer_id,
            amount=from_cents(order.total_cents),
            order_transaction_id=attempt.id,
            provider="iyzico",
            provider_ref="r-1",
        )
    )
    return (await work.payments.complete(charge, AT)).id


def commitments(entry: AuditLog) -> dict[str, JsonValue]:
    """What the log keeps of personal values, by their place."""
    return cast("dict[str, JsonValue]", entry.payload["personal"])


# -- to the door -----------------------------------------------------------------------


async def test_an_order_goes_to_the_door_and_each_step_is_stamped_and_told(database: Database, shop: Shop) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        confirmed = await work.orders.confirm(order)
        packed = await work.orders.start_processing(confirmed)
        sent = await work.orders.ship(packed, "Kargo A.Ş.", "TK123", AT)
        arrived = await work.orders.deliver(sent)

    steps = [it.status for it in (order, confirmed, packed, sent, arrived)]
    assert steps == ["pending", "confirmed", "processing", "shipped", "delivered"]
    assert (sent.courier, sent.tracking_number, sent.estimated_delivery) == ("Kargo A.Ş.", "TK123", AT)
    stamps = (arrived.confirmed_at, arrived.shipped_at, arrived.delivered_at)
    assert stamps == (confirmed.confirmed_at, sent.shipped_at, arrived.delivered_at)
    assert None not in stamps
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("orders", order.id)).items
    told = [(entry.event_type, entry.payload.get("before"), entry.payload.get("after")) for entry in entries]
    assert told[:4] == [
        ("order.delivered", {"status": "shipped"}, {"status": "delivered"}),
        (
            "order.shipped",
            {"status": "processing", "estimated_delivery": None},
            {"status": "shipped", "estimated_delivery": "2026-03-02T09:00:00+00:00"},
        ),
        ("order.processing", {"status": "confirmed"}, {"status": "processing"}),
        ("order.confirmed", {"status": "pending"}, {"status": "confirmed"}),
    ]
    assert sorted(commitments(entries[1])) == ["after.courier", "after.tracking_number"]
    assert "TK123" not in str([entry.payload for entry in entries])


async def test_a_transaction_that_began_earlier_does_not_stamp_earlier(database: Database, shop: Shop) -> None:
    order = await placed(database, shop)

    # given a unit of work that began before the order was confirmed
    async with database.unit_of_work() as late:
        await late.orders.get(order.id)
        await asyncio.sleep(0.01)
        async with database.unit_of_work() as work:
            packed = await work.orders.start_processing(await work.orders.confirm(order))
        sent = await late.orders.ship(packed, "Kargo A.Ş.")

    assert sent.shipped_at == packed.confirmed_at


@pytest.mark.parametrize("step", ["confirm", "start_processing", "deliver", "mark_refunded"])
async def test_no_step_is_left_out_or_taken_twice(database: Database, shop: Shop, step: str) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        sent = await shipped(work, order)
        cancelled = await work.orders.cancel(sent, "Teslim alınmadı")
        async with refusing("ck_orders_transition_allowed"):
            await getattr(work.orders, step)(cancelled)
        if step in {"confirm", "start_processing"}:
            async with refusing("ck_orders_transition_allowed"):
                await getattr(work.orders, step)(sent)

        assert await work.orders.get(order.id) == cancelled


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("status = 'confirmed', confirmed_at = now()", "ck_orders_transition_allowed"),
        ("status = 'delivered', delivered_at = now()", "ck_orders_transition_allowed"),
        (
            "subtotal_cents = subtotal_cents + 1, total_cents = total_cents + 1, total_try_cents = total_try_cents + 1",
            "ck_orders_terms_are_fixed",
        ),
        (
            "discount_cents = 1, total_cents = total_cents - 1, total_try_cents = total_try_cents - 1",
            "ck_orders_terms_are_fixed",
        ),
        ("order_number = 'S-2'", "ck_orders_buyer_and_number_are_fixed"),
        ("buyer_id = (SELECT max(id) FROM users)", "ck_orders_buyer_and_number_are_fixed"),
    ],
)
async def test_the_database_refuses_the_same_past_the_library(
    database: Database, shop: Shop, worker: Raw, statement: str, constraint: str
) -> None:
    order = await placed(database, shop)
    await worker.execute("INSERT INTO users (email) VALUES ('depo@ornek.com.tr')")
    async with database.unit_of_work() as work:
        await work.orders.start_processing(await work.orders.confirm(order))

    with pytest.raises(Exception) as refused:  # noqa: PT011 - the driver's error, by its constraint
        await worker.execute(f"UPDATE orders SET {statement} WHERE id = $1", order.id)  # noqa: S608 - this suite's

    assert refusal(refused.value)[:2] == (constraint, "orders")


async def test_of_two_who_read_one_version_the_second_reads_again(database: Database, shop: Shop) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        await work.orders.confirm(order)
        with pytest.raises(StaleVersion):
            await work.orders.cancel(order, "Vazgeçildi")


# -- the address -----------------------------------------------------------------------


async def test_a_buyer_sends_the_order_elsewhere_and_the_log_keeps_commitments(database: Database, shop: Shop) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        order = await work.orders.confirm(order)
    async with database.unit_of_work(as_user=shop.buyer) as work:
        changed = await work.orders.change_address(order, ELSEWHERE)
        assert await work.orders.change_address(changed, ELSEWHERE) == changed

    assert (changed.shipping_city, changed.shipping_email, changed.version) == ("Kocaeli", None, order.version + 1)
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("orders", order.id)).items[0]
    assert (entry.event_type, sorted(entry.payload)) == ("order.address_changed", ["personal"])
    named = ["after.shipping_city", "before.shipping_city", "before.shipping_email"]
    assert sorted(commitments(entry)) == named
    assert not {"Kocaeli", "İstanbul"} & set(commitments(entry).values())


async def test_the_address_of_a_packed_order_stays(database: Database, shop: Shop) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        packed = await work.orders.start_processing(await work.orders.confirm(order))
        async with refusing("address_before_packing"):
            await work.orders.change_address(packed, ELSEWHERE)


# -- the parcel ------------------------------------------------------------------------


async def test_a_courier_reports_and_the_same_report_is_kept_once(database: Database, shop: Shop) -> None:
    picked_up = ShippingEvent(status="Teslim alındı", at=AT, place="Ümraniye şubesi")
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        async with refusing("shipping_events_of_parcel"):
            await work.orders.append_shipping_event(order.id, picked_up)
        sent = await shipped(work, order)
        first = await work.orders.append_shipping_event(sent.id, picked_up)
        again = await work.orders.append_shipping_event(sent.id, picked_up)
        second = await work.orders.append_shipping_event(sent.id, ShippingEvent(status="Yolda", at=AT))
        with pytest.raises(NotFound):
            await work.orders.append_shipping_event(10**9, picked_up)

    at = "2026-03-02T09:00:00+00:00"
    assert again == first
    assert second.shipping_events == [
        {"at": at, "status": "Teslim alındı", "place": "Ümraniye şubesi"},
        {"at": at, "status": "Yolda"},
    ]
    async with database.unit_of_work() as work:
        entries = (await work.audit.history("orders", order.id)).items
    assert [(it.event_type, it.payload) for it in entries[:2]] == [
        ("order.shipping_event_added", {"before": {"events": 1}, "after": {"events": 2}}),
        ("order.shipping_event_added", {"before": {"events": 0}, "after": {"events": 1}}),
    ]


async def test_a_report_on_a_parcel_that_is_just_leaving_is_kept(
    database: Database, database_url: str, shop: Shop
) -> None:
    order = await placed(database, shop)
    picked_up = ShippingEvent(status="Teslim alındı", at=AT)

    async def report() -> Order:
        async with database.unit_of_work() as work:
            return await work.orders.append_shipping_event(order.id, picked_up)

    # given an order that is shipped and not committed, when the courier reports
    async with database.unit_of_work() as work:
        await shipped(work, order)
        reporting = asyncio.create_task(report())
        await somebody_waits(database_url)

    # then the report waits for it and stands in the order
    assert (await reporting).shipping_events == [picked_up.stored]
    async with database.unit_of_work() as work:
        assert (await events(work, "orders", order.id))[-1] == "order.shipping_event_added"


async def test_reports_beyond_the_room_are_refused_by_name(database: Database, shop: Shop, worker: Raw) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        await shipped(work, order)
    await worker.execute("UPDATE orders SET shipping_events = jsonb_build_array(repeat('x', 65000))")

    async with refusing("ck_orders_shipping_events_size"), database.unit_of_work() as work:
        event = ShippingEvent(status="Yolda", at=AT, description="y" * 500)
        await work.orders.append_shipping_event(order.id, event)


# -- given up --------------------------------------------------------------------------


async def test_a_buyer_cancels_and_every_piece_is_back_once(database: Database, shop: Shop, worker: Raw) -> None:
    order = await placed(database, shop)
    assert await stock(worker, *shop.products.values()) == [5, 9, 10]

    async with database.unit_of_work(as_user=shop.buyer) as work:
        cancelled = await work.orders.cancel(order, "Yanlış ürün")
        async with refusing("ck_orders_transition_allowed"):
            await work.orders.cancel(cancelled, "Yanlış ürün")
        with pytest.raises(StaleVersion):
            await work.orders.cancel(order, "Yanlış ürün")

    assert (cancelled.status, cancelled.cancellation_reason) == (OrderStatus.CANCELLED, "Yanlış ürün")
    assert cancelled.cancelled_at is not None
    assert await stock(worker, *shop.products.values()) == [10, 10, 10]
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("orders", order.id)).items[0]
    assert (entry.event_type, entry.payload) == (
        "order.cancelled",
        {"before": {"status": "pending"}, "after": {"status": "cancelled"}, "personal": commitments(entry)},
    )
    assert list(commitments(entry)) == ["after.cancellation_reason"]
    assert "Yanlış" not in str(entry.payload)


async def test_an_order_that_holds_money_is_not_cancelled(database: Database, shop: Shop, worker: Raw) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        charge = await paid(work, order)
        async with refusing("ck_orders_cancelled_holds_no_money"):
            await work.orders.cancel(order, "Vazgeçildi")
        refund = await work.payments.refund(await work.payments.get(charge), order.total, "İptal", "i-1")
        await work.payments.complete(refund, AT)
        cancelled = await work.orders.cancel(order, "Vazgeçildi")

    assert cancelled.status is OrderStatus.CANCELLED
    assert await stock(worker, *shop.products.values()) == [10, 10, 10]


async def test_an_order_is_refunded_when_all_the_money_went_back(database: Database, shop: Shop, worker: Raw) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        charge = await paid(work, order)
        arrived = await work.orders.deliver(await shipped(work, order))
        first = await work.payments.refund(await work.payments.get(charge), "1.00", "Hasar", "i-1")
        await work.payments.complete(first, AT)
        async with refusing("ck_orders_refunded_when_money_is_back"):
            await work.orders.mark_refunded(arrived)
        left = order.total - first.amount
        second = await work.payments.refund(await work.payments.get(charge), left, "Hasar", "i-2")
        await work.payments.complete(second, AT)
        refunded = await work.orders.mark_refunded(arrived)

    assert refunded.status is OrderStatus.REFUNDED
    assert await stock(worker, *shop.products.values()) == [5, 9, 10]
    async with database.unit_of_work() as work:
        assert (await events(work, "orders", order.id))[-1] == "order.refunded"


async def test_an_unpaid_order_is_not_refunded(database: Database, shop: Shop) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        arrived = await work.orders.deliver(await shipped(work, order))
        async with refusing("ck_orders_refunded_when_money_is_back"):
            await work.orders.mark_refunded(arrived)

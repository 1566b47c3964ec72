"""An order agrees with its attempts and its tax, also when the library is bypassed."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_db.domain.money import from_cents
from platform_db.domain.order_transactions import GatewayRefusal
from platform_db.domain.orders.totals import TaxedItem, order_totals
from tests.concurrency.crowd import somebody_waits
from tests.integration.commerce.agreement import CANCEL, invoiced, ordered, refused
from tests.integration.commerce.shop import shipped
from tests.integration.commerce.test_order_guards import as_buyer
from tests.integration.commerce.test_order_invoices import AT
from tests.integration.commerce.test_order_operations import paid, placed
from tests.integration.commerce.test_order_transaction_operations import attempt
from tests.integration.stored import new_user, store
from tests.raw import connect, refusal

if TYPE_CHECKING:
    from platform_db.domain.orders import Order
    from platform_db.repositories.work import Database
    from tests.integration.commerce.shop import Shop
    from tests.raw import Raw

WITHIN: Final = ("ck_order_transactions_amount_within_order", "order_transactions", "amount_cents")
LIVE: Final = ("ck_order_transactions_order_is_live", "order_transactions", "order_id")


async def tried(worker: Raw, order: Order, cents: int, **columns: object) -> int:
    """Store an attempt to collect past the library."""
    return await store(
        worker,
        "order_transactions",
        **{
            "order_id": order.id,
            "buyer_id": order.buyer_id,
            "amount_cents": cents,
            "status": "pending",
            "payment_method_id": None,
            "paid_cents": 0,
            "refunded_cents": 0,
            "processed_at": None,
            "confirmed_at": None,
            "transaction_reference": f"HAM-{cents}",
            "gateway_transaction_id": None,
            **columns,
        },
    )


async def no_attempt(worker: Raw, order: Order, cents: int, **columns: object) -> tuple[str | None, ...]:
    with pytest.raises(asyncpg.CheckViolationError) as error:
        await tried(worker, order, cents, **columns)
    return refusal(error.value)


# -- attempts --------------------------------------------------------------------------


async def test_attempts_come_to_at_most_the_total(database: Database, shop: Shop, worker: Raw) -> None:
    # given an order of 540,00 of which 500,00 are being collected, and an attempt that was declined
    order = await ordered(database, shop)
    async with database.unit_of_work() as work:
        declined = await work.order_transactions.start(order.id, attempt())
        await work.order_transactions.decline(declined, GatewayRefusal(code="51"))
    await tried(worker, order, 50_000)

    assert await no_attempt(worker, order, 4_001) == WITHIN
    # one that ended brings nothing
    await tried(worker, order, 4_001, status="cancelled")
    await tried(worker, order, 4_000)
    assert await no_attempt(worker, order, 1) == WITHIN


async def test_what_went_back_may_be_collected_again(database: Database, shop: Shop, worker: Raw) -> None:
    order = await ordered(database, shop)
    async with database.unit_of_work() as work:
        charge = await work.payments.get(await paid(work, order))
        await work.payments.complete(await work.payments.refund(charge, Decimal(40), "Kırık", "r-2"), AT)

    assert await no_attempt(worker, order, 4_001) == WITHIN
    await tried(worker, order, 4_000)


async def test_nothing_is_collected_for_a_cancelled_order(database: Database, shop: Shop, worker: Raw) -> None:
    order = await placed(database, shop)
    await worker.execute(CANCEL)

    assert await no_attempt(worker, order, 1) == LIVE
    assert await no_attempt(worker, order, 1, status="cancelled") == LIVE


async def test_nothing_is_collected_for_a_refunded_order(database: Database, shop: Shop, worker: Raw) -> None:
    order = await placed(database, shop)
    async with database.unit_of_work() as work:
        charge = await work.payments.get(await paid(work, order))
        back = await work.payments.refund(charge, from_cents(order.total_cents), "Kırık", "r-2")
        await work.payments.complete(back, AT)
        await work.orders.mark_refunded(await shipped(work, order))

    assert await no_attempt(worker, order, 1) == LIVE


async def test_a_stored_way_to_pay_is_the_buyers_and_in_use(database: Database, shop: Shop, worker: Raw) -> None:
    order = await ordered(database, shop)
    stranger = await new_user(worker, "baskasi")
    theirs = await store(worker, "payment_methods", buyer_id=stranger, is_default=False)
    mine: dict[str, Any] = {"buyer_id": shop.buyer, "is_default": False}
    gone = await store(worker, "payment_methods", **mine, is_active=False, gateway_token_hash="1f" * 32)
    own = await store(worker, "payment_methods", **mine, gateway_token_hash="2f" * 32)
    column = ("order_transactions", "payment_method_id")

    told = [await no_attempt(worker, order, 1, payment_method_id=method) for method in (theirs, gone)]
    first = await tried(worker, order, 1, payment_method_id=own)
    moved = [
        await refused(worker, "UPDATE order_transactions SET payment_method_id = $1 WHERE id = $2", method, first)
        for method in (theirs, gone)
    ]

    assert told == moved
    assert told == [
        ("ck_order_transactions_payment_method_of_buyer", *column),
        ("ck_order_transactions_payment_method_is_active", *column),
    ]
    # a method that was deactivated since stays with its attempt
    await worker.execute("UPDATE payment_methods SET is_active = false, is_default = false WHERE id = $1", own)
    await worker.execute("UPDATE order_transactions SET gateway_reference = 'x' WHERE id = $1", first)


async def test_an_attempt_waits_for_the_end_of_its_way_to_pay(
    database: Database, shop: Shop, worker: Raw, database_url: str
) -> None:
    # given somebody who deactivates a stored way to pay, and has not committed
    order = await ordered(database, shop)
    own = await store(worker, "payment_methods", buyer_id=shop.buyer, is_default=False)
    other = await connect(database_url)
    await other.execute("SET ROLE platform_worker")
    ending = other.transaction()
    await ending.start()
    await other.execute("UPDATE payment_methods SET is_active = false WHERE id = $1", own)

    late = asyncio.create_task(no_attempt(worker, order, 1, payment_method_id=own))
    await somebody_waits(database_url)
    await ending.commit()
    await other.close()

    assert (await late)[0] == "ck_order_transactions_payment_method_is_active"


async def test_a_buyer_neither_pays_nor_invoices_a_packed_order(
    database: Database, shop: Shop, worker: Raw, database_url: str
) -> None:
    # given an order that is being packed, and an attempt and a draft as a buyer stores them
    packed, other = await ordered(database, shop), await ordered(database, shop)
    tried_once = await tried(worker, other, 1)
    model = await invoiced(database, other)
    async with database.unit_of_work() as work:
        await work.orders.start_processing(packed)
    again = """
        INSERT INTO order_transactions
            (transaction_reference, order_id, buyer_id, amount_cents, currency, method, gateway)
        SELECT 'TX-2', $2, buyer_id, amount_cents, currency, method, gateway FROM order_transactions WHERE id = $1
    """

    async with as_buyer(database_url, shop) as buyer:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="cannot change the order of the attempt"):
            await buyer.execute(again, tried_once, packed.id)
    async with as_buyer(database_url, shop) as buyer:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="cannot change the order of the invoice"):
            await buyer.execute("UPDATE invoices SET order_id = $2 WHERE id = $1", model.id, packed.id)


async def test_the_total_covers_its_attempts(database: Database, shop: Shop, worker: Raw) -> None:
    order = await placed(database, shop, ("freze", 1))
    await tried(worker, order, 50_000)
    cheaper = """
        UPDATE orders SET discount_cents = $1::bigint, tax_cents = (45000 - $1) / 5,
            total_cents = (45000 - $1) / 5 * 6, total_try_cents = (45000 - $1) / 5 * 6
    """

    told = await refused(worker, cheaper, 3_335)
    await worker.execute(cheaper, 3_330)

    assert told == ("ck_orders_total_covers_attempts", "orders", "total_cents")
    assert await worker.fetchval("SELECT total_cents FROM orders") == 50_004


# -- tax -------------------------------------------------------------------------------


async def test_an_order_has_the_tax_of_its_items(database: Database, shop: Shop, worker: Raw) -> None:
    await placed(database, shop, ("freze", 1))
    other = """
        UPDATE orders SET tax_cents = tax_cents + $1, total_cents = total_cents + $1, total_try_cents = total_cents + $1
    """

    for cents in (-1, 1):
        assert await refused(worker, other, cents) == ("ck_orders_tax_follows_from_items", "orders", "tax_cents")
    rate = "UPDATE order_items SET kdv_rate = 10"
    assert await refused(worker, rate) == ("ck_orders_tax_follows_from_items", "orders", "tax_cents")


_Items = st.lists(
    st.builds(
        TaxedItem,
        st.one_of(st.integers(1, 60), st.integers(1, 10**15)),
        st.one_of(st.sampled_from([Decimal(0), Decimal(1), Decimal(10), Decimal(20)]), st.decimals(0, 100, places=2)),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=_Items, terms=st.tuples(st.integers(0, 100), st.integers(0, 10**12)))
async def test_the_server_taxes_an_order_as_the_library_does(
    shop: Shop, worker: Raw, items: list[TaxedItem], terms: tuple[int, int]
) -> None:
    discounted, shipping = terms
    discount = sum(item.total_price_cents for item in items) * discounted // 100
    product = shop.products["freze"]
    # given an order that is never stored: its sums are judged at COMMIT only
    never = worker.transaction()
    await never.start()
    try:
        order = await store(worker, "orders", order_number="H-1", buyer_id=shop.buyer)
        await worker.execute(
            "INSERT INTO order_items (order_id, product_id, line_number, quantity, unit_price_cents, "
            "total_price_cents, kdv_rate, product_name, product_sku) SELECT $1, $2, line, 1, net, net, rate, 'x', 'x' "
            "FROM unnest($3::bigint[], $4::numeric[]) WITH ORDINALITY AS item (net, rate, line)",
            order,
            product,
            [item.total_price_cents for item in items],
            [item.kdv_rate for item in items],
        )
        found = await worker.fetchval("SELECT tax_of_order($1, $2::bigint, $3::bigint)", order, discount, shipping)
    finally:
        await never.rollback()

    assert found == order_totals(items, discount, shipping).tax_cents

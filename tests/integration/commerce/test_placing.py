"""A cart becomes an order all at once, at the catalogue's prices, or nothing happens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from platform_db.domain.money import Currency
from platform_db.domain.order_transactions import NewOrderTransaction
from platform_db.domain.orders import Cart, CartItem, OrderStatus
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.errors import IdempotencyMismatch, NotAllowed, RuleViolation
from tests.integration.commerce.shop import DEPOT, Shop, counts, events, product, shipped, stock

if TYPE_CHECKING:
    from platform_db.repositories.work import Database
    from tests.raw import Raw

THREE = (("freze", 2), ("matkap", 3), ("el-kitabi", 1))
TERMS: dict[str, Any] = {"discount": "100.00", "shipping_cost": Decimal("49.90"), "notes": "Kapıda bekleyin"}


async def refused(database: Database, cart: Cart) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(RuleViolation) as refusal:
        async with database.unit_of_work(as_user=cart.buyer_id) as work:
            await work.orders.place(cart)
    return [(violation.rule, violation.fields) for violation in refusal.value.violations]


async def test_a_buyer_places_an_order_at_the_catalogues_prices(database: Database, shop: Shop, worker: Raw) -> None:
    # given a cart of three products with a discount and a shipping cost
    cart = shop.cart(*THREE, **TERMS, expected_total="1228.22")

    # when its buyer places it
    async with database.unit_of_work(as_user=shop.buyer) as work:
        order = await work.orders.place(cart)
        items = await work.orders.items(order.id)

    # then amounts, items and stock follow
    assert (order.order_number, order.buyer_id, order.status) == (cart.order_number, shop.buyer, OrderStatus.PENDING)
    amounts = (order.subtotal_cents, order.discount_cents, order.shipping_cents, order.tax_cents, order.total_cents)
    assert amounts == (108_342, 10_000, 4_990, 19_490, 122_822)
    assert (order.total_try_cents, order.shipping_phone, order.shipping_city) == (122_822, "+902161234567", "İstanbul")
    assert [(it.line_number, it.product_sku, it.quantity, it.unit_price_cents, it.kdv_rate) for it in items] == [
        (1, "freze", 2, 45_000, Decimal(20)),
        (2, "matkap", 3, 1_999, Decimal(20)),
        (3, "el-kitabi", 1, 12_345, Decimal(10)),
    ]
    assert await stock(worker, *shop.products.values()) == [8, 7, 9]


async def test_the_entry_tells_amounts_and_items_and_nothing_of_the_address(database: Database, shop: Shop) -> None:
    async with database.unit_of_work() as work:
        order = await work.orders.place(shop.cart(("freze", 2), discount="1"))
    async with database.unit_of_work() as work:
        (entry,) = (await work.audit.history("orders", order.id)).items

    assert (entry.action, entry.event_type) == ("create", "order.placed")
    assert entry.payload == {
        "after": {
            "order_number": order.order_number,
            "status": "pending",
            "currency": "TRY",
            "subtotal_cents": 90_000,
            "discount_cents": 100,
            "shipping_cents": 0,
            "tax_cents": 17_980,
            "total_cents": 107_880,
            "items": [{"product_id": shop.products["freze"], "quantity": 2, "unit_price_cents": 45_000}],
        }
    }


async def test_every_item_that_cannot_be_had_is_told_and_nothing_is_taken(
    database: Database, shop: Shop, worker: Raw
) -> None:
    # given products that are not on sale, gone, priced in euro, and short
    inactive = await product(worker, "pasif", status="inactive")
    gone = await product(worker, "kalkan", deleted_at="2026-01-01T00:00:00Z")
    euro = await product(worker, "ithal", currency="EUR")
    wanted = [(shop.products["freze"], 6), (inactive, 1), (gone, 1), (euro, 1), (10**9, 1), (shop.products["freze"], 5)]
    items = tuple(CartItem(product_id=product_id, quantity=quantity) for product_id, quantity in wanted)

    told = await refused(database, Cart(buyer_id=shop.buyer, items=items, shipping=DEPOT))

    # then each is named at its place; six and five of ten are short at the second
    assert told == [
        ("products_on_sale", ("items.1.product_id",)),
        ("products_on_sale", ("items.2.product_id",)),
        ("product_in_currency_of_order", ("items.3.product_id",)),
        ("products_on_sale", ("items.4.product_id",)),
        ("ck_products_stock_quantity_non_negative", ("items.5.quantity",)),
    ]
    assert await stock(worker, shop.products["freze"], inactive, gone, euro) == [10, 10, 10, 10]
    assert await counts(worker, "orders", "order_items") == [0, 0]


async def test_a_refusal_within_a_unit_that_goes_on_has_taken_nothing(
    database: Database, shop: Shop, worker: Raw
) -> None:
    async with database.unit_of_work() as work:
        with pytest.raises(RuleViolation):
            await work.orders.place(shop.cart(("freze", 1), ("matkap", 11)))

    assert await stock(worker, *shop.products.values()) == [10, 10, 10]


async def test_another_total_than_the_buyer_saw_is_refused(database: Database, shop: Shop, worker: Raw) -> None:
    cart = shop.cart(("freze", 1), expected_total="540.00")
    await worker.execute("UPDATE products SET sale_price_cents = 45001 WHERE sku = 'freze'")

    assert await refused(database, cart) == [("total_as_expected", ("expected_total",))]
    assert await stock(worker, shop.products["freze"]) == [10]


async def test_a_discount_beyond_the_subtotal_is_refused(database: Database, shop: Shop) -> None:
    cart = shop.cart(("matkap", 1), discount="20.00", shipping_cost="50")

    assert await refused(database, cart) == [("ck_orders_discount_within_subtotal", ("discount",))]


async def test_a_wholly_discounted_cart_is_no_order(database: Database, shop: Shop) -> None:
    cart = shop.cart(("matkap", 1), discount="19.99")

    assert await refused(database, cart) == [("ck_orders_total_positive", ("total_cents",))]


async def test_an_order_in_euro_carries_its_rate(database: Database, shop: Shop, worker: Raw) -> None:
    euro = await product(worker, "ithal", 1_000, currency="EUR")
    rate: dict[str, Any] = {
        "exchange_rate": Decimal("45.123456"),
        "exchange_rate_date": date(2026, 3, 2),
        "exchange_rate_source": "TCMB",
    }
    cart = Cart(
        buyer_id=shop.buyer,
        items=(CartItem(product_id=euro, quantity=3, variant={"renk": "mavi"}),),
        shipping=DEPOT,
        currency=Currency.EUR,
        **rate,
    )

    async with database.unit_of_work(as_user=shop.buyer) as work:
        order = await work.orders.place(cart)
        (item,) = await work.orders.items(order.id)

    assert (order.currency, order.total_cents, order.total_try_cents) == ("EUR", 3_600, 162_444)
    assert item.variant_attributes == {"renk": "mavi"}


# -- the same again --------------------------------------------------------------------


async def test_the_same_cart_again_is_the_order_placed_first(database: Database, shop: Shop, worker: Raw) -> None:
    # given a cart that took the last pieces, whose product then left the catalogue
    cart = shop.cart(("freze", 10), expected_total="5400.00")
    async with database.unit_of_work(as_user=shop.buyer) as work:
        first = await work.orders.place(cart)
    await worker.execute("UPDATE products SET status = 'inactive', sale_price_cents = 1 WHERE sku = 'freze'")

    # when it comes again, then it is the first order and takes nothing
    async with database.unit_of_work(as_user=shop.buyer) as work:
        again = await work.orders.place(cart)

    assert again == first
    assert await stock(worker, shop.products["freze"]) == [0]
    assert await counts(worker, "orders", "order_items") == [1, 1]
    async with database.unit_of_work() as work:
        assert await events(work, "orders", first.id) == ["order.placed"]


async def test_the_same_cart_again_takes_no_piece_of_what_is_left(database: Database, shop: Shop, worker: Raw) -> None:
    cart = shop.cart(("freze", 3), ("matkap", 1))
    async with database.unit_of_work(as_user=shop.buyer) as work:
        first = await work.orders.place(cart)
    async with database.unit_of_work(as_user=shop.buyer) as work:
        assert await work.orders.place(cart) == first

    assert await stock(worker, *shop.products.values()) == [7, 9, 10]


async def test_another_cart_under_the_number_is_a_conflict(database: Database, shop: Shop, worker: Raw) -> None:
    async with database.unit_of_work(as_user=shop.buyer) as work:
        await work.orders.place(shop.cart(("freze", 1), order_number="S-1"))

    for cart, fields in (
        (shop.cart(("freze", 2), order_number="S-1"), ("items",)),
        (shop.cart(("freze", 1), order_number="S-1", discount="1"), ("discount_cents",)),
        (shop.cart(("freze", 99), order_number="S-1"), ("items",)),
    ):
        with pytest.raises(IdempotencyMismatch) as refusal:
            async with database.unit_of_work(as_user=shop.buyer) as work:
                await work.orders.place(cart)
        assert refusal.value.fields == fields
    assert await stock(worker, shop.products["freze"]) == [9]


async def test_a_number_of_another_buyer_is_a_conflict_that_tells_nothing(
    database: Database, shop: Shop, worker: Raw
) -> None:
    async with database.unit_of_work(as_user=shop.buyer) as work:
        await work.orders.place(shop.cart(("freze", 1), order_number="S-1"))
    stranger = await worker.fetchval("INSERT INTO users (email) VALUES ('depo@ornek.com.tr') RETURNING id")

    with pytest.raises(IdempotencyMismatch) as refusal:
        async with database.unit_of_work(as_user=stranger) as work:
            await work.orders.place(shop.cart(("freze", 1), order_number="S-1", buyer_id=stranger))

    assert refusal.value.fields == ("order_number",)
    assert await stock(worker, shop.products["freze"]) == [9]


async def test_nobody_buys_for_another(database: Database, shop: Shop, worker: Raw) -> None:
    stranger = await worker.fetchval("INSERT INTO users (email) VALUES ('depo@ornek.com.tr') RETURNING id")

    with pytest.raises(NotAllowed):
        async with database.unit_of_work(as_user=stranger) as work:
            await work.orders.place(shop.cart(("freze", 1)))

    assert await stock(worker, shop.products["freze"]) == [10]


# -- other items -----------------------------------------------------------------------


async def test_a_pending_order_takes_other_items_and_the_stock_moves_by_the_difference(
    database: Database, shop: Shop, worker: Raw
) -> None:
    # given an order of all ten milling cutters
    async with database.unit_of_work() as work:
        order = await work.orders.place(shop.cart(("freze", 10), ("matkap", 2), discount="100"))

        # when it shall have nine of them and another product, nothing of the drill
        changed = await work.orders.replace_items(order, shop.items(("freze", 9), ("el-kitabi", 1)))
        items = await work.orders.items(order.id)

    assert [(it.line_number, it.product_sku, it.quantity) for it in items] == [(1, "freze", 9), (2, "el-kitabi", 1)]
    assert (changed.subtotal_cents, changed.discount_cents, changed.tax_cents) == (417_345, 10_000, 80_264)
    assert changed.total_cents == 417_345 - 10_000 + 80_264
    assert await stock(worker, *shop.products.values()) == [1, 10, 9]
    async with database.unit_of_work() as work:
        entry = (await work.audit.history("orders", order.id)).items[0]
    assert (entry.event_type, entry.payload["before"], entry.payload["after"]) == (
        "order.items_replaced",
        {
            "subtotal_cents": 453_998,
            "tax_cents": 88_800,
            "total_cents": 532_798,
            "total_try_cents": 532_798,
            "items": [
                {"product_id": shop.products["freze"], "quantity": 10, "unit_price_cents": 45_000},
                {"product_id": shop.products["matkap"], "quantity": 2, "unit_price_cents": 1_999},
            ],
        },
        {
            "subtotal_cents": 417_345,
            "tax_cents": 80_264,
            "total_cents": 487_609,
            "total_try_cents": 487_609,
            "items": [
                {"product_id": shop.products["freze"], "quantity": 9, "unit_price_cents": 45_000},
                {"product_id": shop.products["el-kitabi"], "quantity": 1, "unit_price_cents": 12_345},
            ],
        },
    )


async def test_items_that_cannot_be_had_leave_the_order_as_it_was(database: Database, shop: Shop, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        order = await work.orders.place(shop.cart(("freze", 10)))
        with pytest.raises(RuleViolation) as refusal:
            await work.orders.replace_items(order, shop.items(("freze", 11)))
        assert [item.quantity for item in await work.orders.items(order.id)] == [10]

    assert refusal.value.rule == "ck_products_stock_quantity_non_negative"
    assert await stock(worker, shop.products["freze"]) == [0]


async def test_other_items_cover_what_is_being_collected(database: Database, shop: Shop, worker: Raw) -> None:
    # given an order of 1.080,00 of which 540,01 are being collected
    async with database.unit_of_work() as work:
        order = await work.orders.place(shop.cart(("freze", 2), shipping_cost="0"))
        new = NewOrderTransaction(
            transaction_reference="TX-1", gateway="iyzico", method=PaymentMethod.CREDIT_CARD, amount=Decimal("540.01")
        )
        attempt = await work.order_transactions.start(order.id, new)

    # when it shall come to 540,00, or to nothing
    for items, rule in ((shop.items(("freze", 1)), "ck_orders_total_covers_attempts"), ((), "cart_has_items")):
        with pytest.raises(RuleViolation) as refusal:
            async with database.unit_of_work() as work:
                await work.orders.replace_items(order, items)
        assert (refusal.value.rule, refusal.value.fields) == (rule, ("items",))
    assert await stock(worker, shop.products["freze"]) == [8]

    # then it does once the attempt is given up
    async with database.unit_of_work() as work:
        await work.order_transactions.cancel(attempt)
        changed = await work.orders.replace_items(order, shop.items(("freze", 1)))
    assert changed.total_cents == 54_000


async def test_the_items_of_a_confirmed_order_stay(database: Database, shop: Shop, worker: Raw) -> None:
    async with database.unit_of_work() as work:
        order = await shipped(work, await work.orders.place(shop.cart(("freze", 1))))
        with pytest.raises(RuleViolation) as refusal:
            await work.orders.replace_items(order, shop.items(("freze", 2)))

    assert refusal.value.rule == "ck_orders_terms_are_fixed"
    assert await stock(worker, shop.products["freze"]) == [9]

"""What becomes of a cart and of an order is decided over frozen values, before any statement."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from platform_db.domain.order_items import OrderItem
from platform_db.domain.order_transactions import Collected, NewOrderTransaction, OrderTransaction, collected
from platform_db.domain.order_transactions import operations as attempts
from platform_db.domain.orders import Cart, CartItem, Order, OrderStatus, ShippingAddress, operations
from platform_db.domain.orders.placing import demand_tax, placed, replaced
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.products import Product
from platform_db.errors import RuleViolation
from tests.parity.examples import order_items, order_transactions, orders, products

DEPOT = ShippingAddress(name="Depo", phone="0212 293 00 00", address="Liman Cad. 4", city="İzmir")
NOTHING = Collected(0, 0, 0)
CONFIRMED = Order.parse(orders.ROW)
PENDING = Order.parse({**orders.ROW, "status": "pending", "confirmed_at": None})
SHIPPED_AT = datetime(2026, 3, 3, 14, tzinfo=UTC)
SHIPPED = Order.parse({**orders.ROW, "status": "shipped", "shipped_at": SHIPPED_AT})


def product(key: int, **changes: Any) -> Product:  # noqa: ANN401 - columns
    return Product.parse({**products.ROW, "id": key, "sku": f"SKU-{key}", **changes})


def cart(*items: tuple[int, int], **terms: Any) -> Cart:  # noqa: ANN401 - fields
    wanted = tuple(CartItem(product_id=key, quantity=quantity) for key, quantity in items)
    return Cart(buyer_id=41, items=wanted, shipping=DEPOT, **terms)


def attempt(**changes: Any) -> OrderTransaction:  # noqa: ANN401 - columns
    return OrderTransaction.parse({**order_transactions.ROW, **changes})


def refused(act: Any, *given: Any) -> str:  # noqa: ANN401 - a decision and what it is about
    with pytest.raises(RuleViolation) as error:
        act(*given)
    return error.value.rule


# -- a cart ----------------------------------------------------------------------------


def test_pieces_of_one_product_leave_the_stock_together_in_the_order_of_ids() -> None:
    rows = placed(cart((9, 1), (7, 2), (9, 3)), {7: product(7), 9: product(9)})

    assert list(rows.taken.items()) == [(7, 2), (9, 4)]
    assert [row["line_number"] for row in rows.items] == [1, 2, 3]


def test_an_amount_beyond_64_bits_is_told_at_its_item() -> None:
    dear = product(7, sale_price_cents=2**62, stock_quantity=100)

    with pytest.raises(RuleViolation) as error:
        placed(cart((7, 3)), {7: dear})

    assert error.value.fields == ("items.0.total_price_cents",)


def test_a_wholly_discounted_cart_is_refused_before_any_statement() -> None:
    stored = {7: product(7, sale_price_cents=10_000)}

    with pytest.raises(RuleViolation) as error:
        placed(cart((7, 1), discount="100"), stored)

    assert error.value.rule == "ck_orders_total_positive"


def test_what_an_order_holds_counts_as_in_stock_when_its_items_change() -> None:
    stored = {7: product(7, stock_quantity=0), 9: product(9)}
    five = {"product_id": 7, "quantity": 5, "unit_price_cents": 100, "total_price_cents": 500}
    held = (OrderItem.parse({**order_items.ROW, **five}),)
    order = PENDING.model_copy(update={"discount_cents": 0, "shipping_cents": 0})

    fewer = replaced(order, held, cart((7, 2), (9, 1)).items, stored, NOTHING)

    assert dict(fewer.taken) == {7: -3, 9: 1}
    six, one = cart((7, 6)).items, cart((7, 1)).items
    assert refused(replaced, order, held, six, stored, NOTHING) == "ck_products_stock_quantity_non_negative"
    assert refused(replaced, CONFIRMED, held, one, stored, NOTHING) == "ck_orders_terms_are_fixed"


def test_a_confirmed_order_keeps_its_items_also_when_others_cost_the_same() -> None:
    stored, one = {7: product(7)}, cart((7, 1)).items
    order = PENDING.model_copy(update={"discount_cents": 0, "shipping_cents": 0})
    sums = replaced(order, (), one, stored, NOTHING).order
    confirmed = order.model_copy(update={**sums, "status": OrderStatus.CONFIRMED})

    assert refused(replaced, confirmed, (), one, stored, NOTHING) == "ck_orders_terms_are_fixed"


def test_a_pending_order_keeps_at_least_one_item_and_at_most_five_hundred() -> None:
    stored = {7: product(7, stock_quantity=1_000)}
    shipped_for_free = PENDING.model_copy(update={"shipping_cents": 0})
    one = cart((7, 1)).items

    for order in (PENDING, shipped_for_free):
        for items in ((), one * 501):
            assert refused(replaced, order, (), items, stored, NOTHING) == "cart_has_items"


@pytest.mark.parametrize(
    ("money", "is_kept"), [(Collected(9_000, 1_000, 4_000), True), (Collected(9_000, 0, 3_001), False)]
)
def test_other_items_cover_what_is_collected_or_being_collected(money: Collected, is_kept: bool) -> None:  # noqa: FBT001 - a column of the table
    # given a product of 100,00 and 20 % KDV
    stored = {7: product(7, sale_price_cents=10_000, kdv_rate=Decimal(20))}
    order = PENDING.model_copy(update={"discount_cents": 0, "shipping_cents": 0})

    if is_kept:
        assert replaced(order, (), cart((7, 1)).items, stored, money).order["total_cents"] == 12_000
    else:
        assert refused(replaced, order, (), cart((7, 1)).items, stored, money) == "ck_orders_total_covers_attempts"


def test_a_total_beyond_64_bits_in_lira_is_told_at_the_rate() -> None:
    dear = product(7, sale_price_cents=2**61, stock_quantity=10, currency="EUR")
    terms = {
        "currency": "EUR",
        "exchange_rate": "40",
        "exchange_rate_date": "2026-03-02",
        "exchange_rate_source": "TCMB",
    }

    with pytest.raises(RuleViolation) as error:
        placed(cart((7, 1), **terms), {7: dear})

    assert [(it.rule, it.fields, it.entity) for it in error.value.violations] == [
        ("amount_range", ("exchange_rate",), "orders")
    ]


def test_the_tax_follows_from_the_items() -> None:
    given = {"unit_price_cents": 10_000, "quantity": 1, "total_price_cents": 10_000, "kdv_rate": Decimal(20)}
    item = OrderItem.parse({**order_items.ROW, **given})
    order = PENDING.model_copy(update={"discount_cents": 1_000, "shipping_cents": 500})

    demand_tax(order.model_copy(update={"tax_cents": 1_900}), (item,))
    for tax in (1_899, 0):
        assert (
            refused(demand_tax, order.model_copy(update={"tax_cents": tax}), (item,))
            == "ck_orders_tax_follows_from_items"
        )


# -- an order --------------------------------------------------------------------------


def test_each_step_gives_the_columns_without_the_stamp() -> None:
    assert operations.confirmed(PENDING) == {"status": OrderStatus.CONFIRMED}
    assert operations.processing(CONFIRMED) == {"status": OrderStatus.PROCESSING}
    assert operations.delivered(SHIPPED) == {"status": OrderStatus.DELIVERED}
    assert operations.cancelled(SHIPPED, "Kayıp", NOTHING) == {
        "status": OrderStatus.CANCELLED,
        "cancellation_reason": "Kayıp",
    }


def test_a_step_that_is_not_next_is_refused_by_the_name_of_the_rule() -> None:
    rule = "ck_orders_transition_allowed"

    assert refused(operations.delivered, CONFIRMED) == rule
    assert refused(operations.confirmed, CONFIRMED) == rule
    assert refused(operations.refunded, CONFIRMED, Collected(1, 1, 0)) == rule


def test_money_decides_whether_an_order_ends() -> None:
    assert operations.refunded(SHIPPED, Collected(100, 100, 0)) == {"status": OrderStatus.REFUNDED}
    for money in (NOTHING, Collected(100, 99, 0)):
        assert refused(operations.refunded, SHIPPED, money) == "ck_orders_refunded_when_money_is_back"
    assert refused(operations.cancelled, CONFIRMED, "x", Collected(100, 99, 0)) == "ck_orders_cancelled_holds_no_money"
    assert refused(operations.cancelled, CONFIRMED, "", NOTHING) == "ck_orders_cancellation_reason_length"


# -- attempts --------------------------------------------------------------------------


def test_what_attempts_may_still_bring_is_not_left() -> None:
    open_one = attempt(status="pending", amount_cents=500, paid_cents=200, refunded_cents=0, confirmed_at=None)
    back = attempt(amount_cents=900, paid_cents=900, refunded_cents=300)
    gone = attempt(status="declined", failure_code="51", amount_cents=700, paid_cents=0, refunded_cents=0)

    sums = collected([open_one, back, gone])

    assert (sums.paid_cents, sums.refunded_cents, sums.open_cents) == (1_100, 300, 300)
    assert (sums.held_cents, sums.left_of(1_500), sums.left_of(1_000)) == (800, 400, 0)


@pytest.mark.parametrize(
    ("amount", "before", "outcome"),
    [
        (None, NOTHING, 111_000),
        ("1110.00", NOTHING, 111_000),
        ("1110.01", NOTHING, "ck_order_transactions_amount_within_order"),
        (None, Collected(100_000, 0, 11_000), "ck_order_transactions_amount_within_order"),
        ("100.00", Collected(111_000, 10_000, 0), 10_000),
        ("0", NOTHING, "ck_order_transactions_amount_positive"),
    ],
)
def test_an_attempt_is_for_what_is_left(amount: str | None, before: Collected, outcome: object) -> None:
    given = {"transaction_reference": "TX", "gateway": "iyzico", "method": PaymentMethod.CREDIT_CARD}
    new = NewOrderTransaction.model_validate({**given, "amount": amount})

    if isinstance(outcome, str):
        assert refused(attempts.started, CONFIRMED, new, before) == outcome
    else:
        assert attempts.started(CONFIRMED, new, before)["amount_cents"] == outcome

"""A cart is judged before anything is asked of the database, at its own paths."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from platform_db.domain.orders import (
    Cart,
    CartItem,
    ShippingAddress,
    ShippingEvent,
    is_order_number,
    new_order_number,
)
from platform_db.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

DEPOT: dict[str, Any] = {"name": "Depo", "phone": "0212 293 00 00", "address": "Liman Cad. 4", "city": "İzmir"}
FREZE = CartItem(product_id=1, quantity=2)


def told(make: Callable[..., object], **given: object) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(RuleViolation) as refused:
        make(**given)
    return [(violation.rule, violation.fields) for violation in refused.value.violations]


def cart(**changes: Any) -> Cart:  # noqa: ANN401 - fields
    given: dict[str, Any] = {"buyer_id": 1, "items": (FREZE,), "shipping": ShippingAddress(**DEPOT), **changes}
    return Cart(**given)


def test_a_cart_draws_a_number_and_keeps_it() -> None:
    drawn = cart()

    assert is_order_number(drawn.order_number)
    assert drawn.columns["order_number"] == drawn.order_number
    assert drawn.order_number != cart().order_number


def test_amounts_are_lira() -> None:
    given = cart(discount="1.5", shipping_cost=Decimal("49.90")).columns

    assert (given["discount_cents"], given["shipping_cents"]) == (150, 4_990)
    with pytest.raises(ValidationError):
        cart(discount=1.5)


def test_every_broken_rule_of_a_cart_is_told_at_its_path() -> None:
    found = told(
        Cart,
        buyer_id=1,
        items=(),
        shipping=ShippingAddress(**DEPOT),
        currency="EUR",
        discount=Decimal(-1),
        notes="",
        order_number="S" * 51,
    )

    assert sorted(found) == [
        ("cart_has_items", ("items",)),
        ("ck_orders_currency_policy", ("currency", "exchange_rate", "exchange_rate_date", "exchange_rate_source")),
        ("ck_orders_discount_non_negative", ("discount",)),
        ("ck_orders_notes_length", ("notes",)),
        ("ck_orders_order_number_length", ("order_number",)),
    ]


def test_a_cart_has_at_most_five_hundred_items() -> None:
    assert len(cart(items=(FREZE,) * 500).items) == 500
    with pytest.raises(RuleViolation) as refused:
        cart(items=(FREZE,) * 501)
    assert refused.value.rule == "cart_has_items"


def test_an_item_is_judged_by_the_rules_of_its_table() -> None:
    assert told(CartItem, product_id=1, quantity=0, image_url="") == [
        ("ck_order_items_quantity_positive", ("quantity",)),
        ("ck_order_items_product_image_url_length", ("image_url",)),
    ]


def test_an_address_is_judged_by_the_rules_of_the_order() -> None:
    assert told(ShippingAddress, **{**DEPOT, "name": " ", "country": "tr", "city": "ş" * 101}) == [
        ("ck_orders_shipping_name_not_empty", ("name",)),
        ("ck_orders_shipping_city_length", ("city",)),
        ("ck_orders_shipping_country_format", ("country",)),
    ]


def test_plain_values_are_judged_at_their_places() -> None:
    plain = {"buyer_id": 1, "items": [{"product_id": 1, "quantity": 2}], "shipping": DEPOT, "discount": "1.50"}
    made = Cart.parse(plain)
    assert (made.items, made.shipping, made.discount) == ((FREZE,), ShippingAddress(**DEPOT), Decimal("1.50"))

    items = [{"product_id": 1, "quantity": 2}, {"product_id": 1, "quantity": 0}, {"quantity": "2"}]
    assert told(Cart.parse, data={**plain, "items": items}) == [
        ("ck_order_items_quantity_positive", ("items.1.quantity",)),
        ("order_items_product_id_not_null", ("items.2.product_id",)),
        ("order_items_quantity_type", ("items.2.quantity",)),
    ]
    assert told(Cart.parse, data={**plain, "shipping": {**DEPOT, "city": ""}}) == [
        ("ck_orders_shipping_city_length", ("shipping.city",))
    ]


def test_a_copy_with_another_city_says_so() -> None:
    moved = ShippingAddress(**DEPOT)
    assert moved.columns["shipping_city"] == "İzmir"

    assert moved.model_copy(update={"city": "Kocaeli"}).columns["shipping_city"] == "Kocaeli"


def test_an_event_is_stored_in_utc_without_what_is_absent() -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=3)))

    assert ShippingEvent(status="Yolda", at=at).stored == {"at": "2026-03-02T09:00:00+00:00", "status": "Yolda"}
    with pytest.raises(ValidationError):
        ShippingEvent(status="Y" * 101, at=datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize("place", [4, 5, 6, 7, 9, 12, 14, 17, 19])
def test_one_mistyped_character_of_a_number_is_found(place: int) -> None:
    number = new_order_number()
    other = "0" if number[place] != "0" else "1"

    assert is_order_number(number)
    if number[place] != "-":
        assert not is_order_number(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "SIP", "SIP-7K3Q-9VTR-AM00", "S-1", "SIP-7K3Q-9VTR-AMOO-2", "SIP-7K3-Q9VTR-AM00-2"]
)
def test_what_is_written_otherwise_is_no_number(text: str) -> None:
    assert not is_order_number(text)

"""From a cart and the catalogue to the rows of an order: decided before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.columns import columns_of
from platform_db.domain.money import in_try, to_cents
from platform_db.domain.order_items import OrderItem
from platform_db.domain.orders.inputs import GIVEN, Cart, CartItem, cart_paths, demand_items
from platform_db.domain.orders.order import Order
from platform_db.domain.orders.states import OrderStatus
from platform_db.domain.orders.totals import TaxedItem, order_totals
from platform_db.domain.products import Product
from platform_db.domain.products.operations import NOT_ON_SALE
from platform_db.domain.rules import Message
from platform_db.errors import IdempotencyMismatch, RuleViolation, Violation

if TYPE_CHECKING:
    from decimal import Decimal

    from platform_db.domain.money import Currency
    from platform_db.domain.order_transactions import Collected

__all__ = [
    "AMOUNTS",
    "ITEM",
    "PLACED",
    "OrderRows",
    "demand_tax",
    "placed",
    "replaced",
    "same_or_mismatch",
]

AMOUNTS: Final = ("subtotal_cents", "tax_cents", "total_cents", "total_try_cents")
"""What the items decide."""

PLACED: Final = (*GIVEN, *AMOUNTS)
"""The columns with which an order is placed; the server makes the others."""

ITEM: Final = tuple(name for name in OrderItem.model_fields if name not in {"id", "order_id", "created_at"})
"""The columns with which an item is stored, beside its order."""

_Placed: Final = columns_of(Order, PLACED)
_Item: Final = columns_of(OrderItem, ITEM)

_AVAILABLE: Final = replace(NOT_ON_SALE, fields=("product_id",))
_CURRENCY: Final = Violation(
    rule="product_in_currency_of_order",
    fields=("product_id",),
    message=Message(
        "Ürünün fiyatı siparişin para biriminde değil", "The product's price is in another currency than the order"
    ),
    entity=Product.entity,
)
_IN_STOCK: Final = Product.field_rules()["stock_quantity"][0].violation(Product.entity)
_EXPECTED: Final = Violation(
    rule="total_as_expected",
    fields=("expected_total",),
    message=Message(
        "Toplam, alıcının gördüğünden farklı; fiyatlar değişmiş olabilir",
        "The total is not the one that the buyer saw; prices may have changed",
    ),
    entity=Order.entity,
)


@dataclass(frozen=True, slots=True)
class OrderRows:
    """What is written: the order's columns, its items in order, and how many pieces leave the stock by product.

    A negative number of pieces comes back.
    """

    order: Mapping[str, object]
    items: tuple[Mapping[str, object], ...]
    taken: Mapping[int, int]


def placed(cart: Cart, products: Mapping[int, Product]) -> OrderRows:
    """The rows of a cart at the catalogue's prices; all of it, or nothing.

    ``products`` are those of the cart that there are, by id, and nobody changes them meanwhile.

    Raises
    ------
    RuleViolation
        With every item that cannot be had: the product is not on sale, has a price in another
        currency, or is short (``ck_products_stock_quantity_non_negative``), at
        ``items.<place>``; the discount exceeds the subtotal; the total is not the expected one.
    """
    items = _priced(cart.items, products, cart.currency, {})
    given = cart.columns
    columns: dict[str, object] = {**given, **_amounts(items, given)}
    _demand(columns)
    if cart.expected_total is not None and columns["total_cents"] != to_cents(cart.expected_total, cart.currency):
        raise RuleViolation(_EXPECTED)
    return OrderRows(columns, items, _pieces(cart.items))


def replaced(
    order: Order,
    held: Sequence[OrderItem],
    items: Sequence[CartItem],
    products: Mapping[int, Product],
    collected: Collected,
) -> OrderRows:
    """The rows of a pending order with other items, at today's prices; discount and shipping cost stay.

    ``held`` are its items so far: their pieces count as in stock.

    Raises
    ------
    RuleViolation
        The order is not pending (``ck_orders_terms_are_fixed``); there are too few items, or too
        many (``cart_has_items``); the new total is less than what is collected, or is being
        collected (``ck_orders_total_covers_attempts``); as :func:`placed`.
    """
    if order.status is not OrderStatus.PENDING:
        raise RuleViolation(Order.refusal("terms_are_fixed"))
    demand_items(items)
    before = _pieces(held)
    rows = _priced(items, products, order.currency, before)
    amounts = order.checked(_amounts(rows, dict(order)))
    if collected.held_cents + collected.open_cents > cast("int", amounts["total_cents"]):
        raise RuleViolation(replace(Order.refusal("total_covers_attempts"), fields=("items",)))
    after = _pieces(items)
    moved = {product: after.get(product, 0) - before.get(product, 0) for product in {*before, *after}}
    return OrderRows(amounts, rows, {product: pieces for product, pieces in sorted(moved.items()) if pieces})


def demand_tax(order: Order, items: Sequence[OrderItem]) -> None:
    """Refuse an order without items, or whose tax does not follow from them (``ck_orders_tax_follows_from_items``)."""
    demand_items(items)
    taxed = [TaxedItem(item.total_price_cents, item.kdv_rate) for item in items]
    if order.tax_cents != order_totals(taxed, order.discount_cents, order.shipping_cents).tax_cents:
        raise RuleViolation(Order.refusal("tax_follows_from_items"))


def same_or_mismatch(first: Order | None, items: Sequence[OrderItem], cart: Cart) -> Order:
    """The order that was placed first under the cart's number, when it is of this very cart.

    Compared with the order as it stands: an address or items that were changed since are others.

    Raises
    ------
    IdempotencyMismatch
        It is of another cart, or of somebody this identity may not see; ``fields`` names what differs.
    """
    if first is None:
        differing = ["order_number"]
    else:
        differing = [name for name, value in cart.columns.items() if getattr(first, name) != value]
        if list(map(_wanted, items)) != [_wanted(item) for item in cart.items]:
            differing.append("items")
        if not differing:
            return first
    message = "an order of this number is placed already, and it is of another cart"
    raise IdempotencyMismatch(message, entity=Order.entity, fields=tuple(differing))


def _wanted(item: CartItem | OrderItem) -> tuple[object, ...]:
    if isinstance(item, CartItem):
        return item.product_id, item.quantity, item.variant, item.image_url
    return item.product_id, item.quantity, item.variant_attributes, item.product_image_url


def _pieces(items: Iterable[CartItem | OrderItem]) -> dict[int, int]:
    """How many pieces of each product, by id."""
    pieces: dict[int, int] = {}
    for item in sorted(items, key=lambda each: each.product_id):
        pieces[item.product_id] = pieces.get(item.product_id, 0) + item.quantity
    return pieces


def _priced(
    items: Sequence[CartItem], products: Mapping[int, Product], currency: Currency, held: Mapping[int, int]
) -> tuple[Mapping[str, object], ...]:
    found: list[Violation] = []
    rows: list[Mapping[str, object]] = []
    wanted: dict[int, int] = {}
    for place, item in enumerate(items):
        product = products.get(item.product_id)
        if product is None or not product.is_on_sale:
            found.append(_AVAILABLE.under("items", place))
            continue
        if product.currency is not currency:
            found.append(_CURRENCY.under("items", place))
            continue
        wanted[product.id] = wanted.get(product.id, 0) + item.quantity
        if wanted[product.id] > product.stock_quantity + held.get(product.id, 0):
            found.append(replace(_IN_STOCK, fields=(f"items.{place}.quantity",)))
        try:
            rows.append(_item_row(place, item, product))
        except RuleViolation as refused:
            found.extend(violation.under("items", place) for violation in refused.violations)
    if found:
        raise RuleViolation(*found)
    return tuple(rows)


def _item_row(place: int, item: CartItem, product: Product) -> Mapping[str, object]:
    price = cast("int", product.sale_price_cents)  # what is available has one: ck_products_available_has_price
    columns = {
        **item.columns,
        "line_number": place + 1,
        "unit_price_cents": price,
        "total_price_cents": price * item.quantity,
        "product_name": product.name,
        "product_sku": product.sku,
        "kdv_rate": product.kdv_rate,
    }
    _Item.parse(columns)
    return columns


def _amounts(items: Sequence[Mapping[str, object]], given: Mapping[str, object]) -> dict[str, object]:
    taxed = [TaxedItem(cast("int", row["total_price_cents"]), cast("Decimal", row["kdv_rate"])) for row in items]
    try:
        totals = order_totals(taxed, cast("int", given["discount_cents"]), cast("int", given["shipping_cents"]))
    except RuleViolation as refused:
        raise RuleViolation(*map(cart_paths, refused.violations)) from None
    rate = cast("Decimal | None", given["exchange_rate"])
    return {
        "subtotal_cents": totals.subtotal_cents,
        "tax_cents": totals.tax_cents,
        "total_cents": totals.total_cents,
        "total_try_cents": in_try(totals.total_cents, rate, Order.entity),
    }


def _demand(columns: Mapping[str, object]) -> None:
    try:
        _Placed.parse(columns)
    except RuleViolation as refused:
        raise RuleViolation(*map(cart_paths, refused.violations)) from None

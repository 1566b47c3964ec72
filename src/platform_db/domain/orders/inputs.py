"""What a caller gives to place an order, to send it elsewhere, or to tell where the parcel is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date
from decimal import Decimal
from typing import Annotated, Final, Self, cast

from pydantic import AwareDatetime, BeforeValidator, Field, StrictInt, StrictStr, model_validator

from platform_db.domain.columns import columns_of
from platform_db.domain.fields import Instant, Text
from platform_db.domain.identity import EmailAddress, Phone
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.money import Currency, Lira, to_cents
from platform_db.domain.order_items import OrderItem
from platform_db.domain.orders.numbers import new_order_number
from platform_db.domain.orders.order import Order
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation

__all__ = [
    "ANONYMISED_PHONE",
    "MOST_ITEMS",
    "Cart",
    "CartItem",
    "ShippingAddress",
    "ShippingEvent",
    "cart_paths",
    "demand_items",
]

MOST_ITEMS: Final = 500
"""Lines of one order."""

ANONYMISED_PHONE: Final = "+902000000000"
"""Nobody's number, which the format admits."""

_NOTHING: Final = Decimal("0.00")
_PREFIX: Final = "shipping_"
_PATHS: Final[Mapping[str, str]] = {"shipping_cents": "shipping_cost", "discount_cents": "discount"}

_HAS_ITEMS: Final = Violation(
    rule="cart_has_items",
    fields=("items",),
    message=Message(f"Sepette 1 ile {MOST_ITEMS} arasında kalem bulunur", f"A cart has from 1 to {MOST_ITEMS} items"),
    entity=Order.entity,
)


class CartItem(InputModel):
    """A product in a cart. ``variant`` is what was chosen, such as colour and size."""

    entity = "order_items"

    product_id: StrictInt
    quantity: StrictInt
    variant: JsonObject | None = None
    image_url: StrictStr | None = None

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        try:
            _GivenItem.parse(self.columns)
        except RuleViolation as refused:
            paths = {"variant_attributes": ("variant",), "product_image_url": ("image_url",)}
            found = (replace(it, fields=paths.get(it.fields[0], it.fields)) for it in refused.violations)
            raise RuleViolation(*found) from None
        return self

    @property
    def columns(self) -> dict[str, object]:
        """The item's columns that the cart decides."""
        return {
            "product_id": self.product_id,
            "quantity": self.quantity,
            "variant_attributes": self.variant,
            "product_image_url": self.image_url,
        }


_GivenItem: Final = columns_of(OrderItem, ("product_id", "quantity", "variant_attributes", "product_image_url"))


class ShippingAddress(InputModel):
    """Where a parcel goes, and to whom.

    ``phone`` takes any way of writing a number of any country and is stored as E.164;
    ``city`` is the il, ``state`` the ilçe (or a state abroad).

    >>> ShippingAddress(name="Depo", phone="0212 293 00 00", address="Liman Cad. 4", city="İzmir").phone
    '+902122930000'

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``orders`` is broken; ``violations`` has every one.
    """

    entity = "orders"

    name: StrictStr
    phone: Phone
    address: StrictStr
    city: StrictStr
    state: StrictStr | None = None
    postal_code: StrictStr | None = None
    country: StrictStr = "TR"
    email: EmailAddress | None = None

    @property
    def columns(self) -> Mapping[str, object]:
        """The address as the columns of an order."""
        return {f"{_PREFIX}{name}": getattr(self, name) for name in type(self).model_fields}

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        try:
            _Shipping.parse(self.columns)
        except RuleViolation as refused:
            found = (
                replace(it, fields=tuple(name.removeprefix(_PREFIX) for name in it.fields)) for it in refused.violations
            )
            raise RuleViolation(*found) from None
        return self


SHIPPING: Final = tuple(f"{_PREFIX}{name}" for name in ShippingAddress.model_fields)
"""The columns that say where an order goes; they name a person."""

_Shipping: Final = columns_of(Order, SHIPPING)


def _parsed_items(given: object) -> object:
    """Judge items that come as plain values (JSON) each at its place."""
    if not isinstance(given, list | tuple):
        return given
    made: list[object] = []
    found: list[Violation] = []
    for place, item in enumerate(cast("Sequence[object]", given)):
        if not isinstance(item, dict):
            made.append(item)
            continue
        try:
            made.append(CartItem.parse(cast("Mapping[str, object]", item)))
        except RuleViolation as refused:
            found.extend(violation.under("items", place) for violation in refused.violations)
    if found:
        raise RuleViolation(*found)
    return tuple(made)


def _parsed_address(given: object) -> object:
    if not isinstance(given, dict):
        return given
    try:
        return ShippingAddress.parse(cast("Mapping[str, object]", given))
    except RuleViolation as refused:
        raise RuleViolation(*(violation.under("shipping") for violation in refused.violations)) from None


class Cart(InputModel):
    """What a buyer wants, and on which terms; prices and KDV rates are the catalogue's.

    ``discount`` and ``shipping_cost`` are in units of ``currency`` (lira, not kuruş) without
    KDV, and the shop's to decide (a voucher, a tariff), never the buyer's: take neither from
    a request. The database holds a buyer's items to the catalogue's prices; what stands over
    them it leaves to the service. ``expected_total`` is the total the buyer saw: another one
    refuses the order. Rate, day and source are required unless TRY.

    ``order_number`` is the order: placing a cart of the same number again gives the order
    placed first. A cart that is given none draws one when it is made.

    Raises
    ------
    RuleViolation
        When it is made: a rule of ``orders`` or ``order_items`` is broken; ``violations`` has every one.
    """

    entity = "orders"

    buyer_id: StrictInt
    items: Annotated[tuple[CartItem, ...], BeforeValidator(_parsed_items)]
    shipping: Annotated[ShippingAddress, BeforeValidator(_parsed_address)]
    currency: Currency = Currency.TRY
    exchange_rate: Decimal | None = None
    exchange_rate_date: date | None = None
    exchange_rate_source: StrictStr | None = None
    discount: Lira = _NOTHING
    shipping_cost: Lira = _NOTHING
    expected_total: Lira | None = None
    notes: StrictStr | None = None
    order_number: StrictStr = Field(default_factory=new_order_number)

    @property
    def columns(self) -> Mapping[str, object]:
        """The columns of the order that the cart decides."""
        return {
            "order_number": self.order_number,
            "buyer_id": self.buyer_id,
            "currency": self.currency,
            "exchange_rate": self.exchange_rate,
            "exchange_rate_date": self.exchange_rate_date,
            "exchange_rate_source": self.exchange_rate_source,
            "discount_cents": to_cents(self.discount, self.currency),
            "shipping_cents": to_cents(self.shipping_cost, self.currency),
            "notes": self.notes,
            **self.shipping.columns,
        }

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        found: list[Violation] = []
        try:
            _Given.parse(self.columns)
        except RuleViolation as refused:
            found.extend(map(cart_paths, refused.violations))
        try:
            demand_items(self.items)
        except RuleViolation as refused:
            found.extend(refused.violations)
        if found:
            raise RuleViolation(*found)
        return self


GIVEN: Final = (
    "order_number",
    "buyer_id",
    "currency",
    "exchange_rate",
    "exchange_rate_date",
    "exchange_rate_source",
    "discount_cents",
    "shipping_cents",
    "notes",
    *SHIPPING,
)
"""The columns of an order that its cart decides."""

_Given: Final = columns_of(Order, GIVEN)


def cart_paths(violation: Violation) -> Violation:
    """The violation at the cart's paths (``discount``, ``shipping.city``) instead of the columns' names."""
    return replace(violation, fields=tuple(map(_path, violation.fields)))


def _path(column: str) -> str:
    if column in SHIPPING:
        return f"shipping.{column.removeprefix(_PREFIX)}"
    return _PATHS.get(column, column)


def demand_items(items: Sequence[CartItem | OrderItem]) -> None:
    """Refuse an order of no items, or of too many (``cart_has_items``)."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise RuleViolation(_HAS_ITEMS)


class ShippingEvent(InputModel):
    """What a courier reports: a state, when (aware), and where it stands so.

    The same report again is the same event.
    """

    entity = "orders"

    status: Annotated[str, Text(max=100)]
    at: Annotated[AwareDatetime, Instant()]
    place: Annotated[str | None, Text(max=200)] = None
    description: Annotated[str | None, Text(max=500)] = None

    @property
    def stored(self) -> JsonObject:
        """The event as it stands in the order: what is absent is left out, the moment is ISO 8601 in UTC."""
        told = self.model_dump(exclude_none=True, exclude={"at"})
        return {"at": self.at.astimezone(UTC).isoformat(), **told}

"""What an order is made of; the prices and names stay as they were when it was placed."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from platform_db.domain.fields import BigInteger, Integer, Json, Numeric, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Created
from platform_db.domain.rules import Guard, Message, Rule

__all__ = ["OrderItem"]


def _total_calculation(total: int, price: int, quantity: int) -> bool:
    return total == price * quantity


class OrderItem(Created):
    """A product in an order, with name, code and price as they were."""

    entity = "order_items"

    order_id: Annotated[int, BigInteger()] = Field(description="The order this item belongs to.")
    product_id: Annotated[int, BigInteger()] = Field(description="The product that was ordered.")
    unit_price_cents: Annotated[int, BigInteger(gt=0, name="unit_price_positive")] = Field(
        description="Price of one, in minor units of the order's currency."
    )
    total_price_cents: Annotated[int, BigInteger()] = Field(description="Unit price times quantity; minor units.")
    line_number: Annotated[int, Integer(gt=0, name="line_number_positive")] = Field(
        description="Place in the order, from 1."
    )
    quantity: Annotated[int, Integer(gt=0, name="quantity_positive")] = Field(description="How many pieces.")
    product_name: Annotated[str, Text(max=500, not_blank=True, name="product_name_not_empty")] = Field(
        description="Name of the product when it was ordered."
    )
    product_sku: Annotated[str, Text(max=100, not_blank=True, name="product_sku_not_empty")] = Field(
        description="Stock code of the product when it was ordered."
    )
    product_image_url: Annotated[str | None, Text(max=1000)] = Field(
        default=None, description="Picture shown with the item."
    )
    kdv_rate: Annotated[Decimal, Numeric(places=2, ge=0, le=100, name="kdv_rate_valid")] = Field(
        default=Decimal(20), description="KDV rate in percent."
    )
    variant_attributes: Annotated[JsonObject | None, Json()] = Field(
        default=None, description="Chosen variant, such as colour and size."
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            name="order_is_pending",
            fields=("order_id",),
            message=Message(
                "Onaylanan siparişin kalemleri değişmez", "The items of an order change only while it is pending"
            ),
        ),
        Guard(
            name="price_is_products",
            fields=("unit_price_cents", "kdv_rate", "product_name", "product_sku"),
            message=Message(
                "Alıcı, satıştaki ürünü kendi adı ve fiyatıyla sipariş eder",
                "A buyer orders a product on sale by its own name and price",
            ),
        ),
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="total_calculation",
            fields=("total_price_cents", "unit_price_cents", "quantity"),
            holds=_total_calculation,
            sql="total_price_cents = unit_price_cents::numeric * quantity",
            message=Message(
                "Kalem tutarı, birim fiyat çarpı miktardır", "An item's total is its unit price times its quantity"
            ),
        ),
    )

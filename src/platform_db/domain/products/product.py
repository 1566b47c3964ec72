"""The article of the shared catalogue, with its prices and stock, and what may become of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field

from platform_db.domain.changes import ChangeRule, StateMachine
from platform_db.domain.fields import BigInteger, Column, Instant, Integer, Json, Numeric, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.money import Currency, money
from platform_db.domain.rules import Message, Rule

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["PRODUCT_STATES", "Product", "ProductStatus"]


class ProductStatus(StrEnum):
    """The way of an article from the draft of its listing to its sale."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    IN_TRANSIT = "in_transit"
    VERIFIED = "verified"
    AVAILABLE = "available"
    SOLD = "sold"
    INACTIVE = "inactive"


PRODUCT_STATES: Final = StateMachine(
    "status",
    {
        ProductStatus.DRAFT: {ProductStatus.PENDING},
        ProductStatus.PENDING: {ProductStatus.APPROVED, ProductStatus.REJECTED, ProductStatus.DRAFT},
        ProductStatus.REJECTED: {ProductStatus.DRAFT, ProductStatus.PENDING},
        ProductStatus.APPROVED: {ProductStatus.IN_TRANSIT, ProductStatus.AVAILABLE},
        ProductStatus.IN_TRANSIT: {ProductStatus.VERIFIED, ProductStatus.REJECTED},
        ProductStatus.VERIFIED: {ProductStatus.AVAILABLE, ProductStatus.INACTIVE},
        ProductStatus.AVAILABLE: {ProductStatus.SOLD, ProductStatus.INACTIVE},
        ProductStatus.SOLD: {ProductStatus.AVAILABLE, ProductStatus.INACTIVE},
        ProductStatus.INACTIVE: {ProductStatus.AVAILABLE, ProductStatus.DRAFT},
    },
    Message("Ürün bu duruma geçirilemez", "The product cannot take this status"),
)
"""What a product may become: nothing is on sale that was not approved, or verified when it arrived."""


def _on_sale_has_price(price: int | None, status: ProductStatus | None) -> bool:
    return status != ProductStatus.AVAILABLE or price is not None


def _removed_keeps_status(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    return after["deleted_at"] is None or after["status"] == before["status"]


def _available_has_price(price: int, status: ProductStatus) -> bool:
    return status != ProductStatus.AVAILABLE or price > 0


class Product(Versioned):
    """An article on sale.

    In Spanish shops precio_venta is ``sale_price_cents``, precio_costo ``cost_price_cents``,
    comision_mestocker ``commission_cents``, peso ``weight_kg``, dimensiones ``dimensions``,
    categoria ``category`` and vendedor_id ``vendor_id``.
    """

    entity = "products"

    sku: Annotated[
        str,
        Text(
            max=50,
            not_blank=True,
            name="sku_not_empty",
            message=Message("Stok kodu boş olamaz", "The stock code must not be empty"),
        ),
        Column(bytewise=True),
    ] = Field(description="Stock keeping unit, unique, compared byte by byte.")
    vendor_id: Annotated[int | None, BigInteger()] = Field(default=None, description="User who sells the article.")
    created_by_user_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="User who listed the article."
    )
    updated_by_user_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="User who last changed the article."
    )
    sale_price_cents: Annotated[
        int | None,
        BigInteger(
            ge=0,
            name="sale_price_non_negative",
            message=Message("Satış fiyatı sıfırdan küçük olamaz", "The sale price must not be negative"),
        ),
    ] = Field(default=None, description="Sale price of one piece without KDV, in minor units of currency.")
    cost_price_cents: Annotated[
        int | None,
        BigInteger(
            ge=0,
            name="cost_price_non_negative",
            message=Message("Maliyet fiyatı sıfırdan küçük olamaz", "The cost price must not be negative"),
        ),
    ] = Field(default=None, description="What one piece costs the vendor, in minor units of currency.")
    commission_cents: Annotated[
        int | None,
        BigInteger(
            ge=0,
            name="commission_non_negative",
            message=Message("Komisyon sıfırdan küçük olamaz", "The commission must not be negative"),
        ),
    ] = Field(default=None, description="Commission of the shop on one piece, in minor units of currency.")
    name: Annotated[
        str,
        Text(
            max=200,
            not_blank=True,
            name="name_not_empty",
            message=Message("Ürün adı boş olamaz", "The product name must not be empty"),
        ),
    ] = Field(description="Name shown to buyers.")
    description: Annotated[str | None, Text(max=10_000)] = Field(default=None, description="Text shown to buyers.")
    category: Annotated[str | None, Text(max=100)] = Field(default=None, description="Category of the catalogue.")
    status: ProductStatus = Field(
        default=ProductStatus.IN_TRANSIT, description="Where the article stands between its listing and its sale."
    )
    currency: Currency = Field(default=Currency.TRY, description="Currency of the three prices (ISO 4217).")
    kdv_rate: Annotated[
        Decimal,
        Numeric(
            places=2,
            ge=0,
            le=100,
            name="kdv_rate_valid",
            message=Message(
                "KDV oranı 0 ile 100 arasında olmalı, en çok iki ondalık basamak taşımalıdır",
                "The KDV rate must be from 0 to 100, with at most two decimal places",
            ),
        ),
    ] = Field(default=Decimal(20), description="KDV rate in percent: 20 is 20 %.")
    weight_kg: Annotated[
        Decimal | None,
        Numeric(
            places=3,
            ge=0,
            lt=100_000,
            name="weight_non_negative",
            message=Message(
                "Ağırlık sıfırdan küçük olamaz, 100000 kilogramın altında ve gram hassasiyetinde olmalıdır",
                "The weight must not be negative, must be below 100000 kg and exact to the gram",
            ),
        ),
    ] = Field(default=None, description="Weight of one piece in kilograms, exact to the gram.")
    dimensions: Annotated[JsonObject | None, Json()] = Field(
        default=None, description="Measures of one piece, as a JSON object by side."
    )
    tags: Annotated[tuple[Annotated[str, Text()], ...], Column(sql_type="text[]")] = Field(
        default=(), description="Words by which the catalogue is searched."
    )
    stock_quantity: Annotated[
        int,
        Integer(
            ge=0,
            name="stock_quantity_non_negative",
            message=Message(
                "Stok yeterli değil; stok sıfırın altına inemez", "Stock is short: it cannot go below zero"
            ),
        ),
    ] = Field(default=0, description="Pieces in stock; taken by an order, returned when it is cancelled.")
    deleted_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None,
        description="When the article left the catalogue (UTC); the row stays for the orders that name it.",
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="available_has_price",
            fields=("sale_price_cents", "status"),
            holds=_available_has_price,
            sql="status <> 'available' OR sale_price_cents > 0",
            message=Message(
                "Satıştaki ürünün satış fiyatı sıfırdan büyük olmalıdır",
                "An available product must have a sale price above zero",
            ),
        ),
        Rule(
            name="on_sale_has_price",
            fields=("sale_price_cents", "status"),
            holds=_on_sale_has_price,
            sql="status <> 'available' OR sale_price_cents IS NOT NULL",
            message=Message("Satışa çıkan ürünün satış fiyatı olmalıdır", "A product on sale must have a sale price"),
            null_aware=True,
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = (
        PRODUCT_STATES.rule,
        ChangeRule(
            name="removed_keeps_status",
            fields=("status", "deleted_at"),
            holds=_removed_keeps_status,
            sql="NEW.deleted_at IS NULL OR NEW.status = OLD.status",
            message=Message(
                "Katalogdan çıkarılan ürünün durumu değişmez", "A product that left the catalogue keeps its status"
            ),
        ),
    )

    @property
    def is_on_sale(self) -> bool:
        """Whether it may be ordered: available, and in the catalogue."""
        return self.status is ProductStatus.AVAILABLE and self.deleted_at is None

    @property
    def sale_price(self) -> Money | None:
        """Price of one piece without KDV."""
        return self._price(self.sale_price_cents)

    @property
    def cost_price(self) -> Money | None:
        """What one piece costs the vendor."""
        return self._price(self.cost_price_cents)

    @property
    def commission(self) -> Money | None:
        """Commission of the shop on one piece."""
        return self._price(self.commission_cents)

    def _price(self, cents: int | None) -> Money | None:
        return None if cents is None else money(cents, self.currency)

"""The row of an order: what a buyer bought, what it comes to, and where it goes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AwareDatetime, Field

from platform_db.domain.cancellation import CANCELLATION, CancellationReason, CancelledAt
from platform_db.domain.changes import ChangeRule
from platform_db.domain.exchange import (
    CURRENCY_POLICY,
    DocumentCurrency,
    ExchangeRate,
    ExchangeRateDate,
    ExchangeRateSource,
    try_is_converted,
)
from platform_db.domain.fields import BigInteger, Column, Instant, Json, Text
from platform_db.domain.json_values import JsonArray
from platform_db.domain.models import Versioned
from platform_db.domain.money import Currency, money
from platform_db.domain.orders.states import CHANGES, OrderStatus
from platform_db.domain.patterns import COUNTRY_CODE, PHONE
from platform_db.domain.rules import Guard, Message, Rule

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["Order"]


def _total_calculation(subtotal: int, tax: int, shipping: int, discount: int, total: int) -> bool:
    return total == subtotal + tax + shipping - discount


def _discount_within_subtotal(discount: int, subtotal: int) -> bool:
    # A subtotal below zero is another rule's.
    return discount <= subtotal or subtotal < 0


def _timestamps_match_status(
    status: OrderStatus | None,
    confirmed_at: datetime | None,
    shipped_at: datetime | None,
    delivered_at: datetime | None,
) -> bool:
    reached = (confirmed_at is not None, shipped_at is not None, delivered_at is not None)
    match status:
        case OrderStatus.PENDING:
            return reached == (False, False, False)
        case OrderStatus.CONFIRMED | OrderStatus.PROCESSING:
            return reached == (True, False, False)
        case OrderStatus.SHIPPED:
            return reached == (True, True, False)
        case OrderStatus.DELIVERED:
            return reached == (True, True, True)
        case _:
            return True


def _timestamps_ascend(
    confirmed_at: datetime | None, shipped_at: datetime | None, delivered_at: datetime | None
) -> bool | None:
    if shipped_at is None:
        return None
    return (confirmed_at is None or shipped_at >= confirmed_at) and (delivered_at is None or delivered_at >= shipped_at)


class Order(Versioned):
    """A purchase: amounts, delivery, state.

    Amounts are whole minor units of ``currency`` (kuruş for TRY). A wholly discounted order
    is not an order: the total is above zero. The subtotal equals the sum of the order's
    items when the transaction commits.
    """

    entity = "orders"

    order_number: Annotated[str, Text(max=50), Column(bytewise=True)] = Field(
        description="Number told to the buyer, unique, compared byte by byte."
    )
    buyer_id: Annotated[int, BigInteger()] = Field(description="User who buys.")
    subtotal_cents: Annotated[
        int,
        BigInteger(
            ge=0,
            name="subtotal_non_negative",
            message=Message("Ara toplam sıfırdan küçük olamaz", "The subtotal must not be negative"),
        ),
    ] = Field(description="Sum of the items without KDV, in minor units of currency.")
    total_cents: Annotated[
        int,
        BigInteger(
            gt=0,
            name="total_positive",
            message=Message("Sipariş toplamı sıfırdan büyük olmalıdır", "The total of an order must be above zero"),
        ),
    ] = Field(description="What the buyer pays: subtotal + tax + shipping − discount, in minor units of currency.")
    total_try_cents: Annotated[int, BigInteger()] = Field(description="The total in kuruş at the exchange rate.")
    status: OrderStatus = Field(default=OrderStatus.PENDING, description="How far the order has come.")
    currency: DocumentCurrency = Currency.TRY
    exchange_rate: ExchangeRate = None
    exchange_rate_date: ExchangeRateDate = None
    exchange_rate_source: ExchangeRateSource = None
    cancellation_reason: CancellationReason = None
    shipping_email: Annotated[str | None, Text(max=254)] = Field(
        default=None, description="Address to which news of the delivery is sent."
    )
    shipping_state: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="District (ilçe), state or province of the delivery."
    )
    shipping_postal_code: Annotated[str | None, Text(max=20)] = Field(
        default=None, description="Postal code of the delivery."
    )
    notes: Annotated[str | None, Text(max=4000)] = Field(default=None, description="What the buyer adds to the order.")
    tracking_number: Annotated[str | None, Text(max=100)] = Field(
        default=None, description="The courier's number of the parcel."
    )
    courier: Annotated[str | None, Text(max=100)] = Field(default=None, description="Who carries the parcel.")
    tax_cents: Annotated[
        int,
        BigInteger(
            ge=0,
            name="tax_non_negative",
            message=Message("Vergi tutarı sıfırdan küçük olamaz", "The tax must not be negative"),
        ),
    ] = Field(default=0, description="KDV of the order, in minor units of currency.")
    shipping_cents: Annotated[
        int,
        BigInteger(
            ge=0,
            name="shipping_non_negative",
            message=Message("Kargo tutarı sıfırdan küçük olamaz", "The shipping cost must not be negative"),
        ),
    ] = Field(default=0, description="Cost of the delivery, in minor units of currency.")
    discount_cents: Annotated[
        int,
        BigInteger(
            ge=0,
            name="discount_non_negative",
            message=Message("İndirim tutarı sıfırdan küçük olamaz", "The discount must not be negative"),
        ),
    ] = Field(default=0, description="Discount on the whole order, in minor units of currency.")
    confirmed_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the order was confirmed (UTC)."
    )
    shipped_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the parcel left (UTC)."
    )
    delivered_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the parcel arrived (UTC)."
    )
    cancelled_at: CancelledAt = None
    estimated_delivery: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the parcel is expected to arrive (UTC)."
    )
    shipping_name: Annotated[
        str,
        Text(
            max=200,
            not_blank=True,
            name="shipping_name_not_empty",
            message=Message("Teslim alacak kişinin adı boş olamaz", "The name of the recipient must not be empty"),
        ),
    ] = Field(description="Who receives the parcel.")
    shipping_phone: Annotated[
        str,
        Text(
            pattern=PHONE,
            name="shipping_phone_not_empty",
            message=Message(
                "Teslimat telefonu + ve ülke koduyla yazılır; Türkiye numarası +90 ve on rakamdır",
                "The phone of the delivery is written with + and country code; a Turkish one is +90 and ten digits",
            ),
        ),
    ] = Field(description="Phone number of the recipient in E.164 form, Turkish or foreign.")
    shipping_address: Annotated[str, Text(max=1000)] = Field(description="Street address of the delivery.")
    shipping_city: Annotated[str, Text(max=100)] = Field(description="City (il) of the delivery.")
    shipping_country: Annotated[
        str,
        Text(
            pattern=COUNTRY_CODE,
            name="shipping_country_format",
            message=Message("Ülke iki büyük harfle yazılır (TR)", "The country is written in two capital letters (TR)"),
        ),
    ] = Field(default="TR", description="Country of the delivery (ISO 3166-1 alpha-2).")
    shipping_events: Annotated[JsonArray, Json(kind="array")] = Field(
        default_factory=list, description="What the courier reported, oldest first, as a JSON array."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="total_calculation",
            fields=("subtotal_cents", "tax_cents", "shipping_cents", "discount_cents", "total_cents"),
            holds=_total_calculation,
            sql="total_cents = subtotal_cents::numeric + tax_cents + shipping_cents - discount_cents",
            message=Message(
                "Toplam = ara toplam + vergi + kargo − indirim olmalıdır",
                "The total must be subtotal + tax + shipping − discount",
            ),
        ),
        Rule(
            name="discount_within_subtotal",
            fields=("discount_cents", "subtotal_cents"),
            holds=_discount_within_subtotal,
            sql="discount_cents <= subtotal_cents OR subtotal_cents < 0",
            message=Message("İndirim ara toplamı aşamaz", "The discount must not exceed the subtotal"),
        ),
        CURRENCY_POLICY,
        try_is_converted("total"),
        Rule(
            name="timestamps_match_status",
            fields=("status", "confirmed_at", "shipped_at", "delivered_at"),
            holds=_timestamps_match_status,
            sql=(
                "CASE status"
                " WHEN 'pending' THEN num_nonnulls(confirmed_at, shipped_at, delivered_at) = 0"
                " WHEN 'confirmed' THEN confirmed_at IS NOT NULL AND num_nonnulls(shipped_at, delivered_at) = 0"
                " WHEN 'processing' THEN confirmed_at IS NOT NULL AND num_nonnulls(shipped_at, delivered_at) = 0"
                " WHEN 'shipped' THEN num_nonnulls(confirmed_at, shipped_at) = 2 AND delivered_at IS NULL"
                " WHEN 'delivered' THEN num_nonnulls(confirmed_at, shipped_at, delivered_at) = 3"
                " ELSE true END"
            ),
            message=Message(
                "Onay, kargo ve teslim anları siparişin durumuyla uyuşmuyor",
                "The moments of confirmation, shipping and delivery do not match the status of the order",
            ),
            null_aware=True,
        ),
        Rule(
            name="timestamps_ascend",
            fields=("confirmed_at", "shipped_at", "delivered_at"),
            holds=_timestamps_ascend,
            sql="shipped_at >= confirmed_at AND delivered_at >= shipped_at",
            message=Message(
                "Sipariş önce onaylanır, sonra kargolanır, sonra teslim edilir",
                "An order is confirmed first, shipped next and delivered last",
            ),
            null_aware=True,
        ),
        *CANCELLATION,
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            name="subtotal_is_sum_of_items",
            fields=("subtotal_cents",),
            message=Message(
                "Ara toplam, sipariş kalemlerinin toplamına eşit olmalıdır",
                "The subtotal must equal the sum of the order's items",
            ),
        ),
        Guard(
            name="cancelled_holds_no_money",
            fields=("status",),
            message=Message(
                "Tahsil edilen tutar iade edilmeden sipariş iptal edilemez",
                "An order is cancelled only when what was collected is refunded",
            ),
        ),
        Guard(
            name="refunded_when_money_is_back",
            fields=("status",),
            message=Message(
                "Sipariş, tahsil edilen tutarın tamamı geri ödendiğinde iade edilmiş olur",
                "An order is refunded when all that was collected went back",
            ),
        ),
        Guard(
            name="cancelled_has_no_invoice",
            fields=("status",),
            message=Message(
                "Faturası duran sipariş iptal edilemez; önce faturası iptal ya da iade edilir",
                "An order that has an invoice is not cancelled: cancel or return the invoice first",
            ),
        ),
        Guard(
            name="total_covers_attempts",
            fields=("total_cents",),
            message=Message(
                "Toplam, tahsil edilen ve edilmekte olan tutarın altına inemez",
                "The total must not fall below what is collected, or being collected",
            ),
        ),
        Guard(
            name="tax_follows_from_items",
            fields=("tax_cents",),
            message=Message(
                "Vergi; kalemlerden, indirimden ve kargo tutarından çıkan vergi olmalıdır",
                "The tax must be what follows from the items, the discount and the shipping cost",
            ),
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = CHANGES

    @property
    def subtotal(self) -> Money:
        """Sum of the items without KDV."""
        return money(self.subtotal_cents, self.currency)

    @property
    def tax(self) -> Money:
        """KDV of the order."""
        return money(self.tax_cents, self.currency)

    @property
    def shipping(self) -> Money:
        """Cost of the delivery."""
        return money(self.shipping_cents, self.currency)

    @property
    def discount(self) -> Money:
        """Discount on the whole order."""
        return money(self.discount_cents, self.currency)

    @property
    def total(self) -> Money:
        """What the buyer pays."""
        return money(self.total_cents, self.currency)

    @property
    def total_try(self) -> Money:
        """What the buyer pays, in TRY at the exchange rate."""
        return money(self.total_try_cents, Currency.TRY)

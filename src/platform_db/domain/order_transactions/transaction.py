"""The row of an order transaction: an attempt to collect an order's money through a gateway."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AwareDatetime, Field

from platform_db.domain.changes import ChangeRule
from platform_db.domain.exchange import DocumentCurrency
from platform_db.domain.fields import BigInteger, Column, Instant, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.money import Currency, money
from platform_db.domain.order_transactions.states import CHANGES, OrderTransactionStatus
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.rules import Guard, Message, Rule

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["OrderTransaction"]


def _paid_within_amount(amount: int | None, paid: int | None, refunded: int | None) -> bool | None:
    if refunded is None:
        return None
    if refunded < 0 or (paid is not None and paid < refunded):
        return False
    return None if paid is None or amount is None else paid - refunded <= amount


def _approved_has_confirmed_at(status: OrderTransactionStatus | None, confirmed_at: datetime | None) -> bool:
    return status != OrderTransactionStatus.APPROVED or confirmed_at is not None


def _failed_has_code(status: OrderTransactionStatus | None, code: str | None) -> bool:
    return status not in {OrderTransactionStatus.DECLINED, OrderTransactionStatus.ERROR} or code is not None


class OrderTransaction(Versioned):
    """An attempt to collect an order's money through a gateway.

    Buyer and currency are the order's, by the foreign key. ``paid_cents`` and
    ``refunded_cents`` are sums of the payments that name this row.
    """

    entity = "order_transactions"

    transaction_reference: Annotated[str, Text(max=100), Column(bytewise=True)] = Field(
        description="Our reference of the attempt, unique, given to the gateway."
    )
    order_id: Annotated[int, BigInteger()] = Field(description="The order that is paid.")
    buyer_id: Annotated[int, BigInteger()] = Field(description="User who pays: the order's buyer.")
    amount_cents: Annotated[
        int,
        BigInteger(
            gt=0,
            name="amount_positive",
            message=Message("Tutar sıfırdan büyük olmalıdır", "The amount must be above zero"),
        ),
    ] = Field(description="What is to be collected, in minor units of currency.")
    currency: DocumentCurrency = Currency.TRY
    status: OrderTransactionStatus = Field(
        default=OrderTransactionStatus.PENDING, description="What the gateway said of the attempt."
    )
    method: PaymentMethod = Field(description="The way to pay.")
    payment_method_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The stored way to pay that was used; NULL when none was, or it is gone."
    )
    gateway: Annotated[str, Text(max=50)] = Field(description="Payment provider that collects.")
    gateway_transaction_id: Annotated[str | None, Text(max=200)] = Field(
        default=None, description="The gateway's number of the attempt, unique within the gateway."
    )
    gateway_reference: Annotated[str | None, Text(max=200)] = Field(
        default=None, description="The gateway's reference for people: approval or slip number."
    )
    failure_code: Annotated[str | None, Text(max=50)] = Field(
        default=None, description="The gateway's code of a refusal or error."
    )
    failure_reason: Annotated[str | None, Text(max=1000)] = Field(
        default=None, description="The gateway's words for a refusal or error."
    )
    gateway_response: Annotated[JsonObject | None, Json()] = Field(
        default=None, description="The gateway's last answer, as a JSON object without card data."
    )
    paid_cents: Annotated[int, BigInteger()] = Field(
        default=0, description="Sum of the completed charges in minor units of currency, kept by a trigger on payments."
    )
    refunded_cents: Annotated[int, BigInteger()] = Field(
        default=0, description="Sum of the completed refunds in minor units of currency, kept by a trigger on payments."
    )
    processed_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the gateway answered (UTC)."
    )
    confirmed_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the gateway confirmed the money (UTC)."
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            name="paid_within_amount",
            fields=("amount_cents", "paid_cents", "refunded_cents"),
            holds=_paid_within_amount,
            sql="refunded_cents >= 0 AND paid_cents >= refunded_cents AND paid_cents - refunded_cents <= amount_cents",
            message=Message(
                "Ödenen tutar, iade düşüldükten sonra sıfır ile işlem tutarı arasında olmalıdır",
                "What was paid, less what was refunded, must be from zero to the amount",
            ),
            null_aware=True,
        ),
        Rule(
            name="approved_has_confirmed_at",
            fields=("status", "confirmed_at"),
            holds=_approved_has_confirmed_at,
            sql="status <> 'approved' OR confirmed_at IS NOT NULL",
            message=Message(
                "Onaylanan işlemin onay anı yazılmalıdır", "An approved transaction says when it was confirmed"
            ),
            null_aware=True,
        ),
        Rule(
            name="failed_has_code",
            fields=("status", "failure_code"),
            holds=_failed_has_code,
            sql="status NOT IN ('declined', 'error') OR failure_code IS NOT NULL",
            message=Message(
                "Reddedilen ya da hata alan işlemin hata kodu yazılmalıdır",
                "A declined or failed transaction has a failure code",
            ),
            null_aware=True,
        ),
    )

    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            name="paid_is_sum_of_payments",
            fields=("paid_cents", "refunded_cents"),
            message=Message(
                "Ödenen ve iade edilen tutarlar elle yazılamaz; ödemelerin toplamıdır",
                "The paid and refunded amounts are sums of the payments and cannot be set",
            ),
        ),
        Guard(
            name="amount_within_order",
            fields=("amount_cents",),
            message=Message(
                "Denemeler, siparişin tahsil edilmemiş tutarını aşamaz",
                "Attempts must not exceed what is still to be collected of the order",
            ),
        ),
        Guard(
            name="order_is_live",
            fields=("order_id",),
            message=Message(
                "İptal ya da iade edilmiş sipariş için tahsilat başlatılmaz",
                "Nothing is collected for a cancelled or refunded order",
            ),
        ),
        Guard(
            name="payment_method_of_buyer",
            fields=("payment_method_id",),
            message=Message("Kayıtlı ödeme yöntemi alıcının değil", "The stored way to pay is not the buyer's"),
        ),
        Guard(
            name="payment_method_is_active",
            fields=("payment_method_id",),
            message=Message("Kayıtlı ödeme yöntemi kullanımda değil", "The stored way to pay is not in use any more"),
        ),
    )

    change_rules: ClassVar[tuple[ChangeRule, ...]] = CHANGES

    @property
    def amount(self) -> Money:
        """What is to be collected."""
        return money(self.amount_cents, self.currency)

    @property
    def paid(self) -> Money:
        """Sum of the completed charges."""
        return money(self.paid_cents, self.currency)

    @property
    def refunded(self) -> Money:
        """Sum of the completed refunds."""
        return money(self.refunded_cents, self.currency)

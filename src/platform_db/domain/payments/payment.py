"""The payment as it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AwareDatetime, Field

from platform_db.domain.exchange import DocumentCurrency, ExchangeRate, ExchangeRateDate, ExchangeRateSource
from platform_db.domain.fields import BigInteger, Column, Instant, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import Versioned
from platform_db.domain.money import Currency, money
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments.rules import GUARDS, RULES
from platform_db.domain.payments.states import PaymentKind, PaymentStatus
from platform_db.domain.rules import Guard, Message, Rule

if TYPE_CHECKING:
    from moneyed import Money

__all__ = ["Payment"]


class Payment(Versioned):
    """Payments and refunds: Turkish financial compliance (KDV) and multi-currency support.

    Money that came (``charge``) or went back (``refund``), for exactly one invoice or one
    order transaction. User and currency are those of what it pays, by the foreign keys. The
    terms are fixed when it is recorded; a refund is a row of its own, with its own
    provider reference. Nothing is deleted.
    """

    entity = "payments"

    user_id: Annotated[int, BigInteger()] = Field(description="Who pays, or is paid back.")
    amount_cents: Annotated[
        int,
        BigInteger(
            gt=0,
            name="amount_positive",
            message=Message("Tutar sıfırdan büyük olmalıdır", "The amount must be above zero"),
        ),
    ] = Field(description="Amount in minor units of currency, above zero for charges and refunds alike.")
    amount_try_cents: Annotated[int, BigInteger()] = Field(description="The amount in kuruş at the exchange rate.")
    invoice_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The invoice that is paid; NULL when an order transaction is."
    )
    order_transaction_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The order transaction that is paid; NULL when an invoice is."
    )
    refunds_payment_id: Annotated[int | None, BigInteger()] = Field(
        default=None, description="The charge that a refund pays back; NULL for a charge."
    )
    kind: PaymentKind = Field(default=PaymentKind.CHARGE, description="Whether money came or went back.")
    status: PaymentStatus = Field(
        default=PaymentStatus.PENDING, description="State of the payment; moved by the provider's reports."
    )
    currency: DocumentCurrency = Currency.TRY
    provider: Annotated[str, Text(max=50), Column(bytewise=True)] = Field(description="Payment provider.")
    provider_ref: Annotated[str, Text(max=255), Column(bytewise=True)] = Field(
        description="Reference of the payment, unique within the provider: the same again is the same payment."
    )
    provider_payment_id: Annotated[str | None, Text(max=255), Column(bytewise=True)] = Field(
        default=None, description="The provider's own number of the payment, unique within the provider."
    )
    method: PaymentMethod | None = Field(default=None, description="The way to pay; NULL until the provider tells it.")
    refunded_cents: Annotated[int, BigInteger()] = Field(
        default=0, description="Sum of the completed refunds of a charge in minor units of currency, kept by a trigger."
    )
    fee_cents: Annotated[int, BigInteger()] = Field(
        default=0, description="What the provider keeps of the amount, in minor units of currency."
    )
    exchange_rate: ExchangeRate = None
    exchange_rate_date: ExchangeRateDate = None
    exchange_rate_source: ExchangeRateSource = None
    failure_code: Annotated[str | None, Text(max=50)] = Field(
        default=None, description="The provider's code of the failure; set with status failed, and only then."
    )
    failure_reason: Annotated[str | None, Text(max=1000)] = Field(
        default=None, description="The provider's words for the failure."
    )
    refund_reason: Annotated[str | None, Text(max=500)] = Field(
        default=None, description="Why the money goes back; required for a refund."
    )
    paid_at: Annotated[AwareDatetime | None, Instant()] = Field(
        default=None, description="When the money moved (UTC), as the provider says."
    )
    meta: Annotated[JsonObject, Json()] = Field(
        default_factory=dict, description="What the caller attaches to the payment, as a JSON object."
    )

    rules: ClassVar[tuple[Rule, ...]] = RULES

    guards: ClassVar[tuple[Guard, ...]] = GUARDS

    @property
    def amount(self) -> Money:
        """What came or went back."""
        return money(self.amount_cents, self.currency)

    @property
    def amount_try(self) -> Money:
        """The same in TRY, at the exchange rate."""
        return money(self.amount_try_cents, Currency.TRY)

    @property
    def refunded(self) -> Money:
        """What was paid back of a charge."""
        return money(self.refunded_cents, self.currency)

    @property
    def fee(self) -> Money:
        """What the provider keeps."""
        return money(self.fee_cents, self.currency)

"""What a caller gives to record a payment, and how the provider's report closes one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Self

from pydantic import Field, StrictInt, StrictStr, model_validator

from platform_db.domain.columns import columns_of
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.money import Currency, Lira, in_try, to_cents
from platform_db.domain.payment_methods import PaymentMethod
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import PaymentKind, PaymentStatus
from platform_db.domain.refusals import MoneyError
from platform_db.errors import Violation

__all__ = ["RECORDED", "NewPayment", "Settlement", "recorded_columns"]

RECORDED: Final = (
    "user_id",
    "amount_cents",
    "amount_try_cents",
    "invoice_id",
    "order_transaction_id",
    "refunds_payment_id",
    "kind",
    "status",
    "currency",
    "provider",
    "provider_ref",
    "provider_payment_id",
    "method",
    "exchange_rate",
    "exchange_rate_date",
    "exchange_rate_source",
    "refund_reason",
    "meta",
)
"""The columns with which a payment is recorded; the server makes the others."""

Recorded: Final = columns_of(Payment, RECORDED)


class NewPayment(InputModel):
    """A charge to record for one invoice or one order transaction.

    ``amount`` is in units of ``currency`` (lira, not kuruş): ``Decimal``, text or ``Money``
    with at most two places. ``provider`` and ``provider_ref`` together are the payment: the
    same again is the same payment. Rate, day and source are required unless TRY.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``payments`` is broken; ``violations`` has every one.
    """

    entity = "payments"

    user_id: StrictInt
    currency: Currency = Currency.TRY
    amount: Lira
    invoice_id: StrictInt | None = None
    order_transaction_id: StrictInt | None = None
    provider: StrictStr
    provider_ref: StrictStr
    provider_payment_id: StrictStr | None = None
    method: PaymentMethod | None = None
    exchange_rate: Decimal | None = None
    exchange_rate_date: date | None = None
    exchange_rate_source: StrictStr | None = None
    meta: JsonObject = Field(default_factory=dict)

    @property
    def columns(self) -> Mapping[str, object]:
        """The row to record, by column; amounts in minor units."""
        cents = to_cents(self.amount, self.currency)
        return {
            "kind": PaymentKind.CHARGE,
            "status": PaymentStatus.PENDING,
            "amount_cents": cents,
            "amount_try_cents": in_try(cents, self.exchange_rate, Payment.entity),
            "refunds_payment_id": None,
            "refund_reason": None,
            **{name: getattr(self, name) for name in _AS_GIVEN},
        }

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        recorded_columns(self.columns)
        return self


_AS_GIVEN: Final = tuple(name for name in NewPayment.model_fields if name in RECORDED)


class Settlement(InputModel):
    """What the provider tells beside the time, when a payment completes.

    ``fee`` is what it keeps, in units of the payment's currency. None keeps what is stored.
    """

    entity = "payments"

    provider_payment_id: StrictStr | None = None
    method: PaymentMethod | None = None
    fee: Lira | None = None


def recorded_columns(columns: Mapping[str, object]) -> Mapping[str, object]:
    """The columns of a payment to record, as they are stored.

    Raises
    ------
    RuleViolation
        With every rule of the table that they break.
    """
    row = Recorded.parse(columns)
    return {name: getattr(row, name) for name in RECORDED}


def money_violation(refused: MoneyError, field: str) -> Violation:
    """A refused amount as a violation of this field."""
    return Violation(rule=refused.rule, fields=(field,), message=refused.message, entity=Payment.entity)

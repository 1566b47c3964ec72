"""What a caller gives to start an attempt to collect, and what the gateway answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from pydantic import StrictInt, StrictStr, model_validator

from platform_db.domain.columns import columns_of
from platform_db.domain.json_values import JsonObject
from platform_db.domain.models import InputModel
from platform_db.domain.money import Amount
from platform_db.domain.order_transactions.transaction import OrderTransaction
from platform_db.domain.payment_methods import PaymentMethod

__all__ = ["STARTED", "GatewayAnswer", "GatewayRefusal", "NewOrderTransaction", "Started"]

_TOLD: Final = ("transaction_reference", "method", "payment_method_id", "gateway")

STARTED: Final = (*_TOLD, "order_id", "buyer_id", "amount_cents", "currency")
"""The columns with which an attempt is stored; the server makes the others."""

Started: Final = columns_of(OrderTransaction, STARTED)
_Told: Final = columns_of(OrderTransaction, _TOLD)


class NewOrderTransaction(InputModel):
    """An attempt to collect an order's money; buyer and currency are the order's.

    ``transaction_reference`` is ours, given to the gateway: the same again is the same
    attempt. ``amount`` is in units of the order's currency (lira, not kuruş); None is all
    that is still to be collected.

    Raises
    ------
    RuleViolation
        When it is made: a rule of the table ``order_transactions`` is broken.
    """

    entity = "order_transactions"

    transaction_reference: StrictStr
    gateway: StrictStr
    method: PaymentMethod
    payment_method_id: StrictInt | None = None
    amount: Amount | None = None

    @property
    def columns(self) -> Mapping[str, object]:
        """The columns that the caller decides."""
        return {name: getattr(self, name) for name in _TOLD}

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        _Told.parse(self.columns)
        return self


class GatewayAnswer(InputModel):
    """What the gateway tells of an attempt; None keeps what is stored.

    ``response`` is its whole answer without card data.
    """

    entity = "order_transactions"

    gateway_transaction_id: StrictStr | None = None
    gateway_reference: StrictStr | None = None
    response: JsonObject | None = None

    @property
    def columns(self) -> dict[str, object]:
        """The columns that the answer changes."""
        told = {
            "gateway_transaction_id": self.gateway_transaction_id,
            "gateway_reference": self.gateway_reference,
            "gateway_response": self.response,
        }
        return {name: value for name, value in told.items() if value is not None}


class GatewayRefusal(GatewayAnswer):
    """A refusal or error, by the gateway's own code and words."""

    code: StrictStr
    reason: StrictStr | None = None

    @property
    def columns(self) -> dict[str, object]:
        return {**super().columns, "failure_code": self.code, "failure_reason": self.reason}

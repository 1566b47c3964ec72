"""Lists of payments."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from platform_db.domain.fields import BigInteger, Json, Text
from platform_db.domain.json_values import JsonObject
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import OPEN_STATUSES, PaymentKind, PaymentStatus
from platform_db.repositories.filters import (
    BY_STATUS,
    NEWEST_FIRST,
    Age,
    Filter,
    Listing,
    Period,
    at_least,
    before,
    contains,
    equal,
    labelled,
    older_than,
    one_of,
)
from platform_db.repositories.paging import Key
from platform_db.schema.payments import payments

__all__ = ["LISTING", "MOVED", "OF_PROVIDER", "WAITING", "PaymentFilter", "ProviderPeriod", "WaitingPayments"]


class PaymentFilter(Filter):
    """Which payments a list holds; what is not given, or None, does not restrict.

    ``meta`` is what a payment's own holds at least, on every level.
    """

    user_id: Annotated[int | None, BigInteger()] = None
    invoice_id: Annotated[int | None, BigInteger()] = None
    order_transaction_id: Annotated[int | None, BigInteger()] = None
    refunds_payment_id: Annotated[int | None, BigInteger()] = None
    kind: PaymentKind | None = None
    statuses: frozenset[PaymentStatus] | None = None
    meta: Annotated[JsonObject | None, Json()] = None


class WaitingPayments(Filter):
    """Which unfinished payments a list holds; what is not given, or None, does not restrict.

    ``older_than`` is how long ago the payment was recorded, at least.
    """

    status: Literal[PaymentStatus.PENDING, PaymentStatus.PROCESSING, PaymentStatus.DISPUTED] | None = None
    older_than: Age | None = None


class ProviderPeriod(Period):
    """One provider's money of a period: from ``since`` (inclusive) to ``until`` (exclusive)."""

    provider: Annotated[str, Text(max=50)]


LISTING: Final = Listing(
    payments,
    Payment,
    NEWEST_FIRST,
    {
        **{name: equal(name) for name in PaymentFilter.model_fields if name not in {"statuses", "meta"}},
        "statuses": one_of("status", "statuses"),
        "meta": contains("meta", "meta"),
    },
)
WAITING: Final = Listing(
    payments,
    Payment,
    BY_STATUS,
    {"status": equal("status"), "older_than": older_than("created_at", "older_than")},
    name="waiting",
    only=(labelled("status", *OPEN_STATUSES),),
)
_IN_PERIOD: Final = {"since": at_least("paid_at", "since"), "until": before("paid_at", "until")}
_AS_IT_MOVED: Final = (Key("paid_at", nullable=False), Key("id"))

MOVED: Final = Listing(payments, Payment, _AS_IT_MOVED, _IN_PERIOD, name="moved")
OF_PROVIDER: Final = Listing(
    payments, Payment, _AS_IT_MOVED, {**_IN_PERIOD, "provider": equal("provider")}, name="of_provider"
)

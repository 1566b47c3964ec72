"""Lists of payments."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from platform_db.domain.fields import BigInteger, Json
from platform_db.domain.json_values import JsonObject
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import OPEN_STATUSES, PaymentKind, PaymentStatus
from platform_db.repositories.filters import (
    BY_STATUS,
    NEWEST_FIRST,
    Age,
    Filter,
    Listing,
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

__all__ = ["LISTING", "MOVED", "WAITING", "PaymentFilter", "WaitingPayments"]


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
MOVED: Final = Listing(
    payments,
    Payment,
    (Key("paid_at", nullable=False), Key("id")),
    {"since": at_least("paid_at", "since"), "until": before("paid_at", "until")},
    name="moved",
)

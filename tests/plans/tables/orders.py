"""Orders: a hundred of each of 1000 buyers; the newest are on their way, the others delivered or cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from platform_db.domain.orders import OrderStatus
from platform_db.repositories.orders import OrderFilter
from tests.plans.evidence import NOT_LEAKPROOF, Evidence, Fill, WorkerOnly

_CREATED: Final = "(now() - (100001 - i) * interval '15 minutes')"
_TURN: Final = "i / 1000"
"""0 is a buyer's oldest order, 99 the newest."""

_STATUS: Final = (
    f"(CASE {_TURN} WHEN 99 THEN 'pending' WHEN 98 THEN 'confirmed' WHEN 97 THEN 'processing' WHEN 96 THEN 'shipped'"
    f" ELSE CASE {_TURN} % 20 WHEN 5 THEN 'cancelled' ELSE 'delivered' END END)"
)
_SHIPPED: Final = f"CASE WHEN {_STATUS} IN ('shipped', 'delivered') THEN "

FILL: Final = Fill(
    {
        "id": "i",
        "order_number": "'SIP-' || lpad(i::text, 9, '0')",
        "buyer_id": "i % 1000 + 1",
        "status": f"{_STATUS}::order_status",
        "tracking_number": f"{_SHIPPED} 'TK' || i END",
        "confirmed_at": f"CASE WHEN {_STATUS} <> 'pending' THEN {_CREATED} END",
        "shipped_at": f"{_SHIPPED} {_CREATED} + interval '1 day' END",
        "delivered_at": f"CASE WHEN {_STATUS} = 'delivered' THEN {_CREATED} + interval '3 days' END",
        "cancelled_at": f"CASE WHEN {_STATUS} = 'cancelled' THEN {_CREATED} END",
        "cancellation_reason": f"CASE WHEN {_STATUS} = 'cancelled' THEN 'Alıcı vazgeçti' END",
        "created_at": _CREATED,
        "updated_at": _CREATED,
    },
)

_UNPAID: Final = OrderFilter(status=OrderStatus.PENDING, older_than=timedelta(days=3))

EVIDENCE: Final = {
    "idx_orders_buyer_created": (Evidence("orders.page()", lambda work: work.orders.page(), as_user=True),),
    "idx_orders_status_created": (
        Evidence("orders.oldest(status, older_than)", lambda work: work.orders.oldest(_UNPAID)),
        Evidence("orders.cancel_unpaid", lambda work: work.orders.cancel_unpaid(timedelta(days=3), "Ödeme gelmedi")),
        Evidence("orders.anonymise_due", lambda work: work.orders.anonymise_due()),
    ),
    "idx_orders_tracking_number": (
        Evidence("orders.by_tracking_number", lambda work: work.orders.by_tracking_number("TK1006")),
        Evidence("orders.by_tracking_number", lambda work: work.orders.by_tracking_number("TK1006"), as_user=True),
    ),
}
WORKER_ONLY: Final = {
    "idx_orders_status_created": WorkerOnly(
        NOT_LEAKPROOF,
        Evidence("orders.oldest(status, older_than)", lambda work: work.orders.oldest(_UNPAID), as_user=True),
        "idx_orders_buyer_created",
    ),
}

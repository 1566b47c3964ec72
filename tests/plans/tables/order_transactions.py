"""Order transactions: one of each of 100,000 orders; three in a thousand have no answer yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from platform_db.domain.order_transactions import OrderTransactionStatus
from platform_db.repositories.order_transactions import WaitingTransactions
from tests.plans.evidence import Evidence, Fill, WorkerOnly

_CREATED: Final = "(now() - (100001 - i) * interval '15 minutes')"
_STATUS: Final = (
    "(CASE WHEN i > 99000 AND i % 5 = 0 THEN 'pending' WHEN i > 99000 AND i % 10 = 1 THEN 'processing'"
    " WHEN i % 20 = 3 THEN 'declined' ELSE 'approved' END)"
)

FILL: Final = Fill(
    {
        "id": "i",
        "transaction_reference": "'TX-' || i",
        "order_id": "i",
        "buyer_id": "i % 1000 + 1",
        "status": f"{_STATUS}::order_transaction_status",
        "payment_method_id": "CASE WHEN i % 4 <> 0 THEN i % 25000 + 1 END",
        "gateway_transaction_id": "i::text",
        "failure_code": f"CASE WHEN {_STATUS} = 'declined' THEN '51' END",
        "confirmed_at": f"CASE WHEN {_STATUS} = 'approved' THEN {_CREATED} END",
        "processed_at": f"CASE WHEN {_STATUS} IN ('approved', 'declined') THEN {_CREATED} END",
        "created_at": _CREATED,
        "updated_at": _CREATED,
    },
)

_STUCK: Final = WaitingTransactions(status=OrderTransactionStatus.PROCESSING, older_than=timedelta(minutes=15))

EVIDENCE: Final = {
    "idx_order_transactions_order_id": (
        Evidence("order_transactions.of_order", lambda work: work.order_transactions.of_order(1006)),
        Evidence("order_transactions.of_order", lambda work: work.order_transactions.of_order(1006), as_user=True),
    ),
    "idx_order_transactions_payment_method_id": (
        Evidence("order_transactions.of_payment_method", lambda work: work.order_transactions.of_payment_method(7)),
        Evidence(
            "order_transactions.of_payment_method",
            lambda work: work.order_transactions.of_payment_method(7),
            as_user=True,
        ),
    ),
    "idx_order_transactions_status_created": (
        Evidence("order_transactions.waiting", lambda work: work.order_transactions.waiting(_STUCK)),
    ),
}
WORKER_ONLY: Final = {
    "idx_order_transactions_status_created": WorkerOnly(
        "the sweep goes over every buyer's attempts; a buyer asks by order",
        Evidence("order_transactions.of_order", lambda work: work.order_transactions.of_order(1006), as_user=True),
        "idx_order_transactions_order_id",
    ),
}

"""What an order may become, the whole table."""

from __future__ import annotations

import pytest

from platform_db.domain.order_transactions import ORDER_TRANSACTION_STATES, OrderTransactionStatus
from platform_db.domain.orders import ORDER_STATES, OrderStatus

ONWARD = {
    "pending": "confirmed cancelled",
    "confirmed": "processing cancelled",
    "processing": "shipped cancelled",
    "shipped": "delivered cancelled refunded",
    "delivered": "refunded",
    "cancelled": "",
    "refunded": "",
}
ATTEMPT = {
    "pending": "processing approved declined error cancelled",
    "processing": "approved declined error cancelled",
    "approved": "",
    "declined": "",
    "error": "",
    "cancelled": "",
}


@pytest.mark.parametrize("status", OrderStatus)
def test_an_order_goes_only_forward(status: OrderStatus) -> None:
    assert ORDER_STATES.onward[status] == set(map(OrderStatus, ONWARD[status].split()))


@pytest.mark.parametrize("status", OrderTransactionStatus)
def test_the_gateways_answer_is_final(status: OrderTransactionStatus) -> None:
    assert ORDER_TRANSACTION_STATES.onward[status] == set(map(OrderTransactionStatus, ATTEMPT[status].split()))

"""Order transactions: the attempts to collect an order's money through a gateway."""

from __future__ import annotations

from platform_db.domain.order_transactions.inputs import GatewayAnswer, GatewayRefusal, NewOrderTransaction
from platform_db.domain.order_transactions.operations import Collected, collected
from platform_db.domain.order_transactions.states import (
    OPEN_STATUSES,
    ORDER_TRANSACTION_STATES,
    OrderTransactionStatus,
)
from platform_db.domain.order_transactions.transaction import OrderTransaction

__all__ = [
    "OPEN_STATUSES",
    "ORDER_TRANSACTION_STATES",
    "Collected",
    "GatewayAnswer",
    "GatewayRefusal",
    "NewOrderTransaction",
    "OrderTransaction",
    "OrderTransactionStatus",
    "collected",
]

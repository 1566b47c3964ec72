"""Order transactions: attempts to collect an order's money, started, answered, found, watched."""

from __future__ import annotations

from platform_db.repositories.order_transactions.reading import OrderTransactionFilter, WaitingTransactions
from platform_db.repositories.order_transactions.repository import OrderTransactionRepository

__all__ = ["OrderTransactionFilter", "OrderTransactionRepository", "WaitingTransactions"]

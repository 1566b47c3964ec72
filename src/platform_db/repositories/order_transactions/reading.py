"""Reading order transactions: found, listed, watched while the gateway has not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.fields import BigInteger
from platform_db.domain.order_transactions import OPEN_STATUSES, OrderTransaction, OrderTransactionStatus
from platform_db.repositories.filters import (
    BY_STATUS,
    Age,
    Filter,
    Listing,
    equal,
    labelled,
    older_than,
)
from platform_db.repositories.paging import Key
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.schema.order_transactions import order_transactions

if TYPE_CHECKING:
    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["OF_ORDER", "ROWS", "OrderTransactionFilter", "OrderTransactionReading", "WaitingTransactions"]

ROWS: Final = Rows(order_transactions, OrderTransaction, "order transaction")

_BY_REFERENCE: Final = Statement(
    sa.select(order_transactions).where(
        order_transactions.c.transaction_reference == sa.bindparam("transaction_reference", type_=sa.Text())
    )
)
_BY_GATEWAY: Final = Statement(
    sa.select(order_transactions).where(
        order_transactions.c.gateway == sa.bindparam("gateway", type_=sa.Text()),
        order_transactions.c.gateway_transaction_id == sa.bindparam("gateway_transaction_id", type_=sa.Text()),
    )
)
OF_ORDER: Final = Statement(
    sa.select(order_transactions)
    .where(order_transactions.c.order_id == sa.bindparam("order_id", type_=sa.BigInteger()))
    .order_by(order_transactions.c.id)
)


class OrderTransactionFilter(Filter):
    """Which attempts a list holds; what is not given, or None, does not restrict."""

    order_id: Annotated[int | None, BigInteger()] = None
    payment_method_id: Annotated[int | None, BigInteger()] = None
    status: OrderTransactionStatus | None = None


class WaitingTransactions(Filter):
    """Which transactions without an answer a list holds; what is not given, or None, does not restrict.

    ``older_than`` is how long ago the attempt was made, at least.
    """

    status: Literal[OrderTransactionStatus.PENDING, OrderTransactionStatus.PROCESSING] | None = None
    older_than: Age | None = None


_LISTING: Final = Listing(
    order_transactions,
    OrderTransaction,
    (Key("id", descending=True),),
    {name: equal(name) for name in OrderTransactionFilter.model_fields},
)
_WAITING: Final = Listing(
    order_transactions,
    OrderTransaction,
    BY_STATUS,
    {"status": equal("status"), "older_than": older_than("created_at", "older_than")},
    name="waiting",
    only=(labelled("status", *OPEN_STATUSES),),
)
_ALL_WAITING: Final = WaitingTransactions()


class OrderTransactionReading(Repository[OrderTransaction, OrderTransactionFilter]):
    """What reads order transactions and changes nothing. The list's order is newest first."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, _LISTING)

    async def by_reference(self, transaction_reference: str) -> OrderTransaction:
        """The transaction of our own reference, compared byte by byte.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return ROWS.found(
            await self._executor.fetch_row(_BY_REFERENCE, {"transaction_reference": transaction_reference})
        )

    async def by_gateway(self, gateway: str, gateway_transaction_id: str) -> OrderTransaction:
        """The transaction of a gateway's number.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        asked = {"gateway": gateway, "gateway_transaction_id": gateway_transaction_id}
        return ROWS.found(await self._executor.fetch_row(_BY_GATEWAY, asked))

    async def of_order(self, order_id: int) -> tuple[OrderTransaction, ...]:
        """The attempts to collect an order's money, by id; none where this identity may not see the order."""
        return tuple(map(ROWS.read, await self._executor.fetch(OF_ORDER, {"order_id": order_id})))

    async def of_payment_method(
        self, payment_method_id: int, *, after: str | None = None, limit: int = 50
    ) -> Page[OrderTransaction]:
        """The attempts with a stored way to pay, newest first.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit or the id is out of range, or the cursor belongs to another list or payment method.
        """
        chosen = OrderTransactionFilter.checked(payment_method_id=payment_method_id)
        return await self.page(chosen, after=after, limit=limit)

    async def waiting(
        self, chosen: WaitingTransactions = _ALL_WAITING, *, after: str | None = None, limit: int = 50
    ) -> Page[OrderTransaction]:
        """The attempts that the gateway has not answered, by status, the oldest of each first.

        Background work (platform_worker).

        ``limit`` and ``after`` as in :meth:`of_payment_method`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _WAITING.page(self._executor, chosen, after=after, limit=limit)

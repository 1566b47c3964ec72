"""Order transactions: started once, then moved by what the gateway answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.order_transactions import GatewayAnswer, collected, operations
from platform_db.domain.order_transactions.inputs import STARTED
from platform_db.domain.orders import Order
from platform_db.errors import NotAllowed, NotFound
from platform_db.repositories.order_transactions.reading import ROWS, OrderTransactionReading
from platform_db.repositories.payloads import given
from platform_db.repositories.rows import Rows
from platform_db.schema.order_transactions import order_transactions
from platform_db.schema.orders import orders
from platform_db.schema.payment_methods import payment_methods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from platform_db.domain.order_transactions import GatewayRefusal, NewOrderTransaction, OrderTransaction

__all__ = ["OrderTransactionRepository"]

_ORDERS: Final = Rows(orders, Order, "order")


def _bind(column: sa.Column[Any], name: str | None = None) -> sa.BindParameter[Any]:
    return sa.bindparam(name or column.name, type_=column.type)


_START: Final = Statement(
    postgresql.insert(order_transactions)
    .values({name: _bind(order_transactions.c[name]) for name in STARTED})
    .on_conflict_do_nothing(index_elements=["transaction_reference"])
    .returning(*order_transactions.c)
)
_METHOD_OF: Final = Statement(
    sa.select(payment_methods.c.buyer_id, payment_methods.c.is_active).where(
        payment_methods.c.id == _bind(payment_methods.c.id)
    )
)

_ANSWERED: Final = ("gateway_transaction_id", "gateway_reference", "gateway_response")
_REFUSED: Final = (*_ANSWERED, "failure_code", "failure_reason")


def _change(*columns: str, stamps: tuple[str, ...] = ()) -> Statement:
    """A change of status; what the gateway left out stays as it was."""
    told = {
        name: sa.func.coalesce(_bind(order_transactions.c[name], f"new_{name}"), order_transactions.c[name])
        for name in columns
    }
    status = {"status": _bind(order_transactions.c.status, "new_status")}
    return Statement(
        sa.update(order_transactions)
        .where(ROWS.key, ROWS.as_read)
        .values({**status, **told, **dict.fromkeys(stamps, sa.func.now())})
        .returning(*order_transactions.c)
    )


_PROCESS: Final = _change(*_ANSWERED)
_APPROVE: Final = _change(*_ANSWERED, stamps=("processed_at", "confirmed_at"))
_REFUSE: Final = _change(*_REFUSED, stamps=("processed_at",))
_CANCEL: Final = _change()

_TOLD_AT_FIRST: Final = (
    "transaction_reference",
    "order_id",
    "status",
    "amount_cents",
    "currency",
    "method",
    "gateway",
    "payment_method_id",
)
_NOTHING_MORE: Final = GatewayAnswer()


class OrderTransactionRepository(OrderTransactionReading):
    """Attempts to collect an order's money. Belongs to one unit of work and never commits.

    As a user (platform_app) it sees those of the user's orders; the user starts them until
    the order is packed, and gives up what the gateway has not begun. What a gateway answers
    is background work (platform_worker). The money itself are payments that name an attempt;
    its sums follow in the database. Every operation leaves an audit entry; what the gateway
    answered in full never stands in one. The list's order is newest first.
    """

    async def start(self, order_id: int, new: NewOrderTransaction) -> OrderTransaction:
        """Start an attempt; the same reference again gives the attempt started first.

        The order is locked until the unit of work ends: attempts without an answer and the
        money that is here never come to more than the order's total, however many start at
        once.

        Raises
        ------
        RuleViolation
            The order is cancelled or refunded (``ck_order_transactions_order_is_live``); the amount exceeds what no
            attempt has brought or may still bring (``ck_order_transactions_amount_within_order``); the stored way
            to pay is another buyer's (``ck_order_transactions_payment_method_of_buyer``) or deactivated
            (``ck_order_transactions_payment_method_is_active``).
        IdempotencyMismatch
            The reference belongs to another attempt.
        NotFound
            There is no such order, or this identity may not see it.
        NotAllowed
            A user pays for an order that is being packed, or further.
        """
        order = await self._locked_order(order_id)
        before = await self.of_order(order.id)
        first = next((it for it in before if it.transaction_reference == new.transaction_reference), None)
        if first is not None:
            return operations.same_or_mismatch(first, order, new)
        if new.payment_method_id is not None:
            method = await self._executor.fetch_row(_METHOD_OF, {"id": new.payment_method_id})
            operations.demand_own_method(order, None if method is None else dict(method.items()))
        row = await self._executor.fetch_row(_START, operations.started(order, new, collected(before)))
        if row is None:
            return operations.same_or_mismatch(None, order, new)
        transaction = ROWS.read(row)
        after = given(transaction, _TOLD_AT_FIRST)
        self._audit.note(AuditAction.CREATE, "order_transaction.started", transaction, {}, after)
        return transaction

    async def start_processing(
        self, transaction: OrderTransaction, answer: GatewayAnswer = _NOTHING_MORE
    ) -> OrderTransaction:
        """Note that the gateway has begun.

        Raises
        ------
        RuleViolation
            It is not pending (``ck_order_transactions_transition_allowed``).
        AlreadyExists
            The gateway's number belongs to another attempt.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.processing(transaction, answer)
        return await self._changed(_PROCESS, "order_transaction.processing", transaction, changes)

    async def approve(self, transaction: OrderTransaction, answer: GatewayAnswer = _NOTHING_MORE) -> OrderTransaction:
        """Note that the whole amount came: record and complete its payment first.

        Raises
        ------
        RuleViolation
            It came to an end already, or its payments do not come to the amount
            (``ck_order_transactions_paid_is_sum_of_payments``).
        AlreadyExists
            The gateway's number belongs to another attempt.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.approved(transaction, answer)
        return await self._changed(_APPROVE, "order_transaction.approved", transaction, changes)

    async def decline(self, transaction: OrderTransaction, refusal: GatewayRefusal) -> OrderTransaction:
        """Note that the gateway refused, by its own code and words.

        Raises
        ------
        RuleViolation
            It came to an end already (``ck_order_transactions_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.declined(transaction, refusal)
        return await self._changed(_REFUSE, "order_transaction.declined", transaction, changes)

    async def fail(self, transaction: OrderTransaction, refusal: GatewayRefusal) -> OrderTransaction:
        """Note that the gateway broke, or never answered; status ``error``.

        Raises
        ------
        RuleViolation
            It came to an end already (``ck_order_transactions_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.failed(transaction, refusal)
        return await self._changed(_REFUSE, "order_transaction.failed", transaction, changes)

    async def cancel(self, transaction: OrderTransaction) -> OrderTransaction:
        """Give up an attempt that the gateway has not answered; its amount is free for another.

        Raises
        ------
        RuleViolation
            It came to an end already (``ck_order_transactions_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.cancelled(transaction)
        return await self._changed(_CANCEL, "order_transaction.cancelled", transaction, changes)

    async def _locked_order(self, order_id: int) -> Order:
        try:
            return await _ORDERS.get_for_update(self._executor, order_id)
        except NotFound:
            await _ORDERS.get(self._executor, order_id)
        message = "a user pays until the order is packed; afterwards the shop collects"
        raise NotAllowed(message, entity=Order.entity)

    async def _changed(
        self, statement: Statement, event: str, transaction: OrderTransaction, changes: Mapping[str, object]
    ) -> OrderTransaction:
        wanted = {f"new_{name}": value for name, value in changes.items()}
        asked = {name: wanted.get(name) for name in statement.parameters - {"id", "read_version", "read_updated_at"}}
        changed = await ROWS.run(self._executor, statement, transaction, asked)
        told = [name for name in changes if name != "gateway_response"]
        before = {name: getattr(transaction, name) for name in told}
        self._audit.note(AuditAction.UPDATE, event, changed, before, {name: changes[name] for name in told})
        return changed

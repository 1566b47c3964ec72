"""What may become of an attempt to collect: decisions over frozen values, before any statement.

Each function gives the columns that the operation writes, without the stamps that are the
database's, or refuses under the name that the database would refuse by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from platform_db.domain.money import to_cents
from platform_db.domain.order_transactions.inputs import GatewayAnswer, GatewayRefusal, NewOrderTransaction, Started
from platform_db.domain.order_transactions.states import (
    OPEN_STATUSES,
    ORDER_TRANSACTION_STATES,
    OrderTransactionStatus,
)
from platform_db.domain.order_transactions.transaction import OrderTransaction
from platform_db.domain.orders.states import AT_AN_END
from platform_db.errors import IdempotencyMismatch, RuleViolation

if TYPE_CHECKING:
    from platform_db.domain.orders.order import Order

__all__ = [
    "Collected",
    "approved",
    "cancelled",
    "collected",
    "declined",
    "demand_own_method",
    "failed",
    "processing",
    "same_or_mismatch",
    "started",
]

IDENTITY: Final = ("order_id", "method", "payment_method_id", "gateway")
"""What must be equal when the same reference comes again; the amount too, where one is given."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The money of an order over all its attempts, in minor units of its currency."""

    paid_cents: int
    refunded_cents: int
    open_cents: int
    """What attempts without an answer may still bring."""

    @property
    def held_cents(self) -> int:
        """What came and did not go back."""
        return self.paid_cents - self.refunded_cents

    def left_of(self, total_cents: int) -> int:
        """What of a total no attempt has brought, or may still bring; not below zero."""
        return max(0, total_cents - self.held_cents - self.open_cents)


def collected(transactions: Iterable[OrderTransaction]) -> Collected:
    """Sum up the attempts to collect an order's money."""
    every = tuple(transactions)
    return Collected(
        sum(each.paid_cents for each in every),
        sum(each.refunded_cents for each in every),
        sum(max(0, each.amount_cents - each.paid_cents) for each in every if each.status in OPEN_STATUSES),
    )


def started(order: Order, new: NewOrderTransaction, before: Collected) -> Mapping[str, object]:
    """The row of an attempt to collect; ``before`` is what the order's other attempts come to.

    Raises
    ------
    RuleViolation
        The order is cancelled or refunded (``ck_order_transactions_order_is_live``), the attempts together would
        exceed its total (``ck_order_transactions_amount_within_order``), or nothing is left to collect.
    """
    if order.status in AT_AN_END:
        raise RuleViolation(OrderTransaction.refusal("order_is_live"))
    left = before.left_of(order.total_cents)
    cents = left if new.amount is None else to_cents(new.amount, order.currency)
    if cents > left or not left:
        raise RuleViolation(OrderTransaction.refusal("amount_within_order"))
    columns: dict[str, object] = {
        **new.columns,
        "order_id": order.id,
        "buyer_id": order.buyer_id,
        "currency": order.currency,
        "amount_cents": cents,
    }
    Started.parse(columns)
    return columns


def demand_own_method(order: Order, method: Mapping[str, object] | None) -> None:
    """Refuse a stored way to pay of somebody else or one that is gone, and one that was deactivated.

    ``method`` has the columns ``buyer_id`` and ``is_active``. Raises ``ck_order_transactions_payment_method_of_buyer``
    or ``ck_order_transactions_payment_method_is_active``.
    """
    if method is None or method["buyer_id"] != order.buyer_id:
        raise RuleViolation(OrderTransaction.refusal("payment_method_of_buyer"))
    if not method["is_active"]:
        raise RuleViolation(OrderTransaction.refusal("payment_method_is_active"))


def same_or_mismatch(first: OrderTransaction | None, order: Order, new: NewOrderTransaction) -> OrderTransaction:
    """The attempt started first under a reference, when the same is started again.

    Raises
    ------
    IdempotencyMismatch
        The first is another one, or of somebody this identity may not see; ``fields`` names what differs.
    """
    if first is None:
        differing = ["transaction_reference"]
    else:
        again = {**new.columns, "order_id": order.id}
        differing = [name for name in IDENTITY if getattr(first, name) != again[name]]
        if new.amount is not None and to_cents(new.amount, order.currency) != first.amount_cents:
            differing.append("amount_cents")
        if not differing:
            return first
    message = "an attempt with this reference is started already, and it is another one"
    raise IdempotencyMismatch(message, entity=OrderTransaction.entity, fields=tuple(differing))


def processing(transaction: OrderTransaction, answer: GatewayAnswer) -> dict[str, object]:
    """The gateway has begun: a 3-D Secure page is open, a transfer is awaited."""
    return _moved(transaction, OrderTransactionStatus.PROCESSING, answer)


def approved(transaction: OrderTransaction, answer: GatewayAnswer) -> dict[str, object]:
    """The whole amount came.

    Raises
    ------
    RuleViolation
        Its payments do not come to the amount (``ck_order_transactions_paid_is_sum_of_payments``).
    """
    changes = _moved(transaction, OrderTransactionStatus.APPROVED, answer, "processed_at", "confirmed_at")
    if transaction.paid_cents < transaction.amount_cents:
        raise RuleViolation(OrderTransaction.refusal("paid_is_sum_of_payments"))
    return changes


def declined(transaction: OrderTransaction, refusal: GatewayRefusal) -> dict[str, object]:
    """The gateway refused."""
    return _moved(transaction, OrderTransactionStatus.DECLINED, refusal, "processed_at")


def failed(transaction: OrderTransaction, refusal: GatewayRefusal) -> dict[str, object]:
    """The gateway broke, or did not answer."""
    return _moved(transaction, OrderTransactionStatus.ERROR, refusal, "processed_at")


def cancelled(transaction: OrderTransaction) -> dict[str, object]:
    """Given up before the gateway answered."""
    return _moved(transaction, OrderTransactionStatus.CANCELLED, GatewayAnswer())


def _moved(
    transaction: OrderTransaction, status: OrderTransactionStatus, answer: GatewayAnswer, *stamps: str
) -> dict[str, object]:
    if transaction.status is status or not ORDER_TRANSACTION_STATES.may_become(transaction.status, status):
        raise RuleViolation(ORDER_TRANSACTION_STATES.rule.guard.violation(OrderTransaction.entity))
    written: dict[str, object] = {"status": status, **answer.columns}
    # The stamps are the database's; any instant stands for them here.
    transaction.checked({**written, **dict.fromkeys(stamps, transaction.updated_at)})
    return written

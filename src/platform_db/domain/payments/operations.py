"""What may become of a stored payment: decisions over frozen values, before any statement.

Each function gives the columns that the operation writes, or refuses under the name that
the database would refuse by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.money import from_cents, in_try, to_cents
from platform_db.domain.order_transactions import OrderTransaction
from platform_db.domain.payments.inputs import Settlement, money_violation, recorded_columns
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import MONEY_MOVED, PaymentKind, PaymentStatus, may_become
from platform_db.domain.refusals import MoneyError
from platform_db.errors import IdempotencyMismatch, RuleViolation

if TYPE_CHECKING:
    from moneyed import Money

__all__ = [
    "cancelled",
    "completed",
    "contested",
    "demand_disputed",
    "demand_left",
    "demand_no_order",
    "demand_room",
    "dispute_won",
    "disputed",
    "failed",
    "left_of",
    "processing",
    "refund_columns",
    "same_or_mismatch",
]

IDENTITY: Final = (
    "user_id",
    "kind",
    "amount_cents",
    "currency",
    "invoice_id",
    "order_transaction_id",
    "refunds_payment_id",
)
"""What must be equal when the same reference comes again."""


def processing(payment: Payment) -> dict[str, object]:
    """The provider has begun."""
    return _moved(payment, PaymentStatus.PROCESSING, {})


def completed(payment: Payment, paid_at: datetime, told: Settlement) -> dict[str, object]:
    """The money moved at ``paid_at``.

    Raises
    ------
    RuleViolation
        The payment is not open (``ck_payments_transition_allowed``), or the fee exceeds the amount.
    """
    changes: dict[str, object] = {"paid_at": paid_at}
    if told.provider_payment_id is not None:
        changes["provider_payment_id"] = told.provider_payment_id
    if told.method is not None:
        changes["method"] = told.method
    if told.fee is not None:
        changes["fee_cents"] = to_cents(told.fee, payment.currency)
    return _moved(payment, PaymentStatus.COMPLETED, changes)


def failed(payment: Payment, code: str, reason: str | None) -> dict[str, object]:
    """The provider refused, by its own code and words."""
    return _moved(payment, PaymentStatus.FAILED, {"failure_code": code, "failure_reason": reason})


def cancelled(payment: Payment) -> dict[str, object]:
    """Given up before the money moved."""
    return _moved(payment, PaymentStatus.CANCELLED, {})


def disputed(payment: Payment) -> dict[str, object]:
    """The payer disputes a charge (chargeback); its money counts until a refund says that it went back."""
    return _moved(payment, PaymentStatus.DISPUTED, {})


def dispute_won(payment: Payment) -> dict[str, object]:
    """The dispute ended for the payee: what was not refunded meanwhile stays.

    Raises
    ------
    RuleViolation
        The payment is not disputed (``ck_payments_transition_allowed``).
    """
    demand_disputed(payment)
    kept_whole = payment.refunded_cents == 0
    return _moved(payment, PaymentStatus.COMPLETED if kept_whole else PaymentStatus.PARTIAL_REFUND, {})


def left_of(charge: Payment) -> Decimal:
    """What was not refunded of a charge, in units of its currency."""
    return from_cents(charge.amount_cents - charge.refunded_cents)


def demand_disputed(charge: Payment) -> None:
    """Refuse to end a dispute that is not there (``ck_payments_transition_allowed``)."""
    if charge.status is not PaymentStatus.DISPUTED:
        raise RuleViolation(Payment.refusal("transition_allowed"))


def contested(charge: Payment, recorded: Payment | None) -> Decimal:
    """What goes back when the dispute is lost, in units of the charge's currency: what is left of the charge.

    ``recorded`` is the payment of the chargeback's reference, where there is one: of a charge
    that went back whole already it is what went back under this reference.

    Raises
    ------
    RuleViolation
        The charge is neither disputed nor refunded (``ck_payments_transition_allowed``).
    """
    if recorded is not None and charge.status is PaymentStatus.REFUNDED:
        return from_cents(recorded.amount_cents)
    demand_disputed(charge)
    return left_of(charge)


def refund_columns(
    charge: Payment, amount: Decimal | str | Money, reason: str, provider_ref: str
) -> Mapping[str, object]:
    """The row of a refund: of the same invoice or order transaction, user, currency, rate and provider.

    Raises
    ------
    RuleViolation
        What is refunded is no charge, or did not come (``ck_payments_refund_matches_charge``);
        a rule of the table is broken.
    """
    if charge.kind is not PaymentKind.CHARGE or charge.status not in MONEY_MOVED:
        raise RuleViolation(Payment.refusal("refund_matches_charge"))
    try:
        cents = to_cents(amount, charge.currency)
    except MoneyError as refused:
        raise RuleViolation(money_violation(refused, "amount")) from None
    kept = (
        "user_id",
        "invoice_id",
        "order_transaction_id",
        "currency",
        "provider",
        "method",
        "exchange_rate",
        "exchange_rate_date",
        "exchange_rate_source",
    )
    return recorded_columns(
        {
            **{name: getattr(charge, name) for name in kept},
            "kind": PaymentKind.REFUND,
            "status": PaymentStatus.PENDING,
            "amount_cents": cents,
            "amount_try_cents": in_try(cents, charge.exchange_rate, Payment.entity),
            "refunds_payment_id": charge.id,
            "refund_reason": reason,
            "provider_ref": provider_ref,
            "provider_payment_id": None,
            "meta": {},
        },
    )


def demand_left(charge: Payment, refund: Mapping[str, object]) -> None:
    """Refuse a refund of more than is left of its charge (``ck_payments_refunds_within_charge``).

    Refunds that are recorded and not completed are the database's to count.
    """
    amount = refund["amount_cents"]
    assert isinstance(amount, int)  # noqa: S101 - recorded_columns has judged it
    if amount > charge.amount_cents - charge.refunded_cents:
        raise RuleViolation(Payment.refusal("refunds_within_charge"))


def demand_room(payment: Payment, room: int | None) -> None:
    """Refuse to complete what exceeds what is still open, before a statement is spent on it.

    ``room`` is in minor units of the payment's currency: what its invoice or order
    transaction still expects, or what is left of the charge that a refund pays back; None
    where this identity sees neither. The database asks again under a row lock.

    Raises
    ------
    RuleViolation
        ``ck_payments_refunds_within_charge``, ``ck_invoices_paid_within_payable`` or
        ``ck_order_transactions_paid_within_amount``.
    """
    if room is None or payment.amount_cents <= room or payment.status in MONEY_MOVED:
        return
    if payment.kind is PaymentKind.REFUND:
        raise RuleViolation(Payment.refusal("refunds_within_charge"))
    raise RuleViolation(
        Invoice.refusal("paid_within_payable")
        if payment.invoice_id is not None
        else OrderTransaction.refusal("paid_within_amount")
    )


def demand_no_order(order_id: int | None) -> None:
    """Refuse a charge on the invoice of this order: it would be paid twice, here and through the order.

    Raises
    ------
    RuleViolation
        There is one (``ck_payments_order_invoice_paid_by_order``).
    """
    if order_id is not None:
        raise RuleViolation(Payment.refusal("order_invoice_paid_by_order"))


def same_or_mismatch(first: Payment | None, again: Mapping[str, object]) -> Payment:
    """The payment recorded first under a reference, when the same is recorded again.

    Raises
    ------
    IdempotencyMismatch
        The first says something else, or belongs to somebody this identity may not see;
        ``fields`` names what differs.
    """
    differing = ("provider_ref",) if first is None else tuple(it for it in IDENTITY if getattr(first, it) != again[it])
    if first is not None and not differing:
        return first
    message = "a payment with this reference of the provider is recorded already, and it is another one"
    raise IdempotencyMismatch(message, entity=Payment.entity, fields=differing)


def _moved(payment: Payment, status: PaymentStatus, changes: dict[str, object]) -> dict[str, object]:
    if payment.status is status or not may_become(payment.status, status):
        raise RuleViolation(Payment.refusal("transition_allowed"))
    written = {"status": status, **changes}
    Payment.parse({**dict(payment), **written})
    return written

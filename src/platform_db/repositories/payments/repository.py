"""Charges and refunds: recorded once, then moved by what the provider reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.payments import operations
from platform_db.domain.payments.inputs import RECORDED, NewPayment, Settlement, recorded_columns
from platform_db.domain.payments.states import MONEY_MOVED
from platform_db.errors import RuleViolation
from platform_db.repositories.payloads import given
from platform_db.repositories.payments.applying import apply_report
from platform_db.repositories.payments.reading import ROWS
from platform_db.repositories.payments.sweeping import PaymentSweeping
from platform_db.schema.invoices import invoices
from platform_db.schema.order_transactions import order_transactions
from platform_db.schema.payments import payments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from moneyed import Money

    from platform_db.domain.payments.payment import Payment
    from platform_db.domain.payments.reports import Decision, ProviderReport

__all__ = ["PaymentRepository"]

_RECORD: Final = Statement(
    postgresql.insert(payments)
    .values({name: sa.bindparam(name, type_=payments.c[name].type) for name in RECORDED})
    .on_conflict_do_nothing(index_elements=["provider", "provider_ref"])
    .returning(*payments.c),
)
_TOLD_AT_FIRST: Final = (
    "kind",
    "status",
    "currency",
    "amount_cents",
    "invoice_id",
    "order_transaction_id",
    "refunds_payment_id",
    "provider",
    "provider_ref",
)
_NOTHING_MORE: Final = Settlement()
_LOCK: Final = Statement(sa.select(payments).where(ROWS.key, ROWS.as_read).with_for_update(key_share=True))


def _open_of(table: sa.Table, target: str, expected: str) -> sa.Select[Any]:
    columns = table.c
    room = columns[expected] - columns.paid_cents + columns.refunded_cents
    return sa.select(room.label("room")).where(columns.id == sa.bindparam(target, type_=sa.BigInteger()))


_ROOM: Final = Statement(
    sa.union_all(
        _open_of(invoices, "invoice_id", "payable_cents"),
        _open_of(order_transactions, "order_transaction_id", "amount_cents"),
        sa.select(payments.c.amount_cents - payments.c.refunded_cents).where(
            payments.c.id == sa.bindparam("refunds_payment_id", type_=sa.BigInteger())
        ),
    )
)
"""What is still open of the one thing that a payment is for."""

_ORDER_OF_INVOICE: Final = Statement(
    sa.select(invoices.c.order_id).where(invoices.c.id == sa.bindparam("id", type_=sa.BigInteger()))
)


class PaymentRepository(PaymentSweeping):
    """Payments. Belongs to one unit of work and never commits.

    A user (platform_app) records pending payments of their own and reads them; what a
    provider reports is background work (platform_worker). The invoice's or order
    transaction's sums and state follow in the database, under row locks.
    """

    async def record(self, new: NewPayment) -> Payment:
        """Record a pending charge; the same reference again gives the payment recorded first.

        Of many that record one reference at once, one row comes of it.

        Raises
        ------
        RuleViolation
            The invoice is an order's (``ck_payments_order_invoice_paid_by_order``): the money is recorded for
            a transaction of the order.
        IdempotencyMismatch
            The reference was recorded for another amount, currency, user or target.
        StillReferenced
            Invoice or order transaction does not exist, or has another user or currency.
        AlreadyExists
            ``provider_payment_id`` belongs to another payment.
        NotAllowed
            The unit of work acts for another user.
        """
        columns = recorded_columns(new.columns)
        if new.invoice_id is not None:
            order = await self._executor.fetch_value(_ORDER_OF_INVOICE, {"id": new.invoice_id})
            operations.demand_no_order(cast("int | None", order))
        return await self._record(columns)

    async def refund(self, charge: Payment, amount: Decimal | str | Money, reason: str, provider_ref: str) -> Payment:
        """Record a pending refund of a charge; :meth:`complete` it when the money went back.

        ``amount`` is in units of the charge's currency (lira, not kuruş). Idempotent by
        ``provider_ref`` as :meth:`record`.

        Raises
        ------
        RuleViolation
            The charge did not come, or the amount exceeds what is left of it.
        IdempotencyMismatch
            The reference was recorded with different content.
        """
        columns = operations.refund_columns(charge, amount, reason, provider_ref)
        first = await self._by_reference(charge.provider, provider_ref)
        if first is not None:
            # Asked before what is left: a refund that completed has taken its part of it already.
            return operations.same_or_mismatch(first, columns)
        operations.demand_left(charge, columns)
        return await self._record(columns)

    async def start_processing(self, payment: Payment) -> Payment:
        """Note that the provider has begun.

        Raises
        ------
        RuleViolation
            The payment is not pending (``ck_payments_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(payment, "payment.processing", operations.processing(payment))

    async def complete(self, payment: Payment, paid_at: datetime, told: Settlement = _NOTHING_MORE) -> Payment:
        """Note that the money moved; the invoice's sums and state follow.

        Raises
        ------
        RuleViolation
            The payment is not open; the invoice would be paid above its payable amount
            (``ck_invoices_paid_within_payable``), the order transaction above its amount
            (``ck_order_transactions_paid_within_amount``), or the charge refunded above what
            came (``ck_payments_refunds_within_charge``); the invoice is a draft or cancelled
            (``ck_invoices_status_matches_payments``); ``paid_at`` lies on a day in Istanbul that
            has not begun (``ck_payments_paid_at_not_in_future``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.completed(payment, paid_at, told)
        try:
            operations.demand_room(payment, await self._room(payment))
        except RuleViolation:
            # What takes the room may be this very payment, completed by somebody else since it was read.
            await ROWS.demand_as_read(self._executor, payment)
            raise
        return await self._changed(payment, "payment.completed", changes)

    async def fail(self, payment: Payment, code: str, reason: str | None = None) -> Payment:
        """Note that the provider refused, by its own code and words.

        Raises
        ------
        RuleViolation
            The payment is not open.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(payment, "payment.failed", operations.failed(payment, code, reason))

    async def cancel(self, payment: Payment) -> Payment:
        """Give up a payment before the money moved.

        Raises
        ------
        RuleViolation
            The payment is not open.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(payment, "payment.cancelled", operations.cancelled(payment))

    async def dispute(self, payment: Payment) -> Payment:
        """Note that the payer disputes a charge.

        Raises
        ------
        RuleViolation
            The money did not come.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(payment, "payment.disputed", operations.disputed(payment))

    async def win_dispute(self, payment: Payment) -> Payment:
        """Note that a dispute ended for the payee: the charge is completed again, or refunded in part as it was.

        Raises
        ------
        RuleViolation
            The payment is not disputed (``ck_payments_transition_allowed``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(payment, "payment.dispute_won", operations.dispute_won(payment))

    async def lose_dispute(self, payment: Payment, paid_at: datetime, reason: str, provider_ref: str) -> Payment:
        """Record and complete the refund of what is left of a disputed charge; gives the refund.

        The charge becomes refunded with it, and its invoice or order transaction follows.
        Idempotent by ``provider_ref``, the provider's reference of the chargeback, whether the
        charge was read before or after its dispute was lost. A refund that cannot be completed
        is not recorded either, though the caller catches the error and goes on.

        Raises
        ------
        RuleViolation
            The payment is not disputed (``ck_payments_transition_allowed``).
        IdempotencyMismatch
            The reference was recorded with different content.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        recorded = await self._by_reference(payment.provider, provider_ref)
        amount = operations.contested(payment, recorded)
        if recorded is None:
            # Two ends of one dispute wait for each other here, and the second finds that the charge moved on.
            await ROWS.run(self._executor, _LOCK, payment, {})
        async with self._executor.savepoint():
            refund = await self.refund(payment, amount, reason, provider_ref)
            return refund if refund.status in MONEY_MOVED else await self.complete(refund, paid_at)

    async def apply(self, provider: str, report: ProviderReport) -> Decision:
        """Do what follows from a provider's report, and say what it was: told twice, it is done once.

        For reports that were asked for (polling, a statement). Those that the provider sends
        come by :class:`~platform_db.repositories.payment_webhook_events.PaymentWebhookEventRepository`.
        The payment stays locked until the unit of work ends. A refund that the provider made on
        its own is recorded and completed. ``payment`` of the outcome is as it is afterwards.

        Apply one report in a unit of work, and let :meth:`Database.run` try that unit again: whoever
        records the same refund at this moment, or holds another payment of the invoice, may have
        to be waited for in a circle.

        Raises
        ------
        Deadlock
            It was; trying the unit of work again helps.
        NotFound
            The report names no recorded payment.
        RuleViolation
            It cannot be true of this payment: see :func:`platform_db.domain.payments.reports.decision`.
        AlreadyExists, IdempotencyMismatch
            Number or reference belong to another payment.
        """
        return await apply_report(self, self._executor, provider, report)

    async def _room(self, payment: Payment) -> int | None:
        """What may still move, in minor units; None where this identity does not see what the payment is for."""
        is_refund = payment.refunds_payment_id is not None
        target = {
            "invoice_id": None if is_refund else payment.invoice_id,
            "order_transaction_id": None if is_refund else payment.order_transaction_id,
            "refunds_payment_id": payment.refunds_payment_id,
        }
        return cast("int | None", await self._executor.fetch_value(_ROOM, target))

    async def _record(self, columns: Mapping[str, object]) -> Payment:
        row = await self._executor.fetch_row(_RECORD, columns)
        if row is None:
            first = await self._by_reference(str(columns["provider"]), str(columns["provider_ref"]))
            return operations.same_or_mismatch(first, columns)
        payment = ROWS.read(row)
        self._audit.note(AuditAction.CREATE, "payment.recorded", payment, {}, given(payment, _TOLD_AT_FIRST))
        return payment

    async def _changed(self, payment: Payment, event: str, changes: Mapping[str, object]) -> Payment:
        changed = await ROWS.change(self._executor, payment, changes)
        before = {name: getattr(payment, name) for name in changes}
        self._audit.note(AuditAction.UPDATE, event, changed, before, changes)
        return changed

"""Charges and refunds: recorded once, then moved by what the provider reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.payments import operations
from platform_db.domain.payments.inputs import RECORDED, NewPayment, Settlement, recorded_columns
from platform_db.repositories.payloads import given
from platform_db.repositories.payments.reading import ROWS, PaymentReading
from platform_db.schema.payments import payments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from moneyed import Money

    from platform_db.database.executor import Executor
    from platform_db.domain.payments.payment import Payment
    from platform_db.repositories.audit_logs import AuditTrail

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


class PaymentRepository(PaymentReading):
    """Payments. Belongs to one unit of work and never commits.

    A user (platform_app) records pending payments of their own and reads them; what a
    provider reports is background work (platform_worker). The invoice's or order
    transaction's sums and state follow in the database, under row locks.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor)
        self._audit = audit

    async def record(self, new: NewPayment) -> Payment:
        """Record a pending charge; the same reference again gives the payment recorded first.

        Of many that record one reference at once, one row comes of it.

        Raises
        ------
        IdempotencyMismatch
            The reference was recorded for another amount, currency, user or target.
        StillReferenced
            Invoice or order transaction does not exist, or has another user or currency.
        AlreadyExists
            ``provider_payment_id`` belongs to another payment.
        NotAllowed
            The unit of work acts for another user.
        """
        return await self._record(recorded_columns(new.columns))

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
            The payment is not open, or the invoice would be paid above its payable amount
            (``ck_invoices_paid_within_payable``), is a draft or cancelled
            (``ck_invoices_status_matches_payments``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        return await self._changed(payment, "payment.completed", operations.completed(payment, paid_at, told))

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

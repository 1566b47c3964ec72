"""Charges and refunds: recorded once, then moved by what the provider reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.fields import BigInteger
from platform_db.domain.payments import operations
from platform_db.domain.payments.inputs import RECORDED, NewPayment, Settlement, recorded_columns
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import PaymentKind, PaymentStatus
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, equal, one_of
from platform_db.repositories.payloads import given
from platform_db.repositories.rows import Rows
from platform_db.schema.payments import payments

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime
    from decimal import Decimal

    from moneyed import Money

    from platform_db.database.executor import Executor
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["PaymentFilter", "PaymentRepository"]

_ROWS: Final = Rows(payments, Payment, "payment")
_REFERENCE: Final = tuple(
    payments.c[name] == sa.bindparam(name, type_=sa.Text()) for name in ("provider", "provider_ref")
)

_BY_REFERENCE: Final = Statement(sa.select(payments).where(*_REFERENCE))
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


class PaymentFilter(Filter):
    """Which payments a list holds; what is not given, or None, does not restrict."""

    user_id: Annotated[int | None, BigInteger()] = None
    invoice_id: Annotated[int | None, BigInteger()] = None
    order_transaction_id: Annotated[int | None, BigInteger()] = None
    refunds_payment_id: Annotated[int | None, BigInteger()] = None
    kind: PaymentKind | None = None
    statuses: frozenset[PaymentStatus] | None = None


_LISTING: Final = Listing(
    payments,
    Payment,
    NEWEST_FIRST,
    {
        **{name: equal(name) for name in PaymentFilter.model_fields if name != "statuses"},
        "statuses": one_of("status", "statuses"),
    },
)
_EVERY: Final = PaymentFilter()
_NOTHING_MORE: Final = Settlement()


class PaymentRepository:
    """Payments. Belongs to one unit of work and never commits.

    A user (platform_app) records pending payments of their own and reads them; what a
    provider reports is background work (platform_worker). The invoice's or order
    transaction's sums and state follow in the database, under row locks.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        self._executor = executor
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

    async def get(self, payment_id: int) -> Payment:
        """The payment of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await _ROWS.get(self._executor, payment_id)

    async def by_reference(self, provider: str, provider_ref: str) -> Payment:
        """The payment of a provider's reference.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        payment = await self._by_reference(provider, provider_ref)
        if payment is None:
            raise _ROWS.missing()
        return payment

    async def page(self, chosen: PaymentFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Payment]:
        """Payments, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await _LISTING.page(self._executor, chosen, after=after, limit=limit)

    def stream(self, chosen: PaymentFilter = _EVERY) -> AsyncIterator[Payment]:
        """Every payment, by id; memory holds a thousand at a time."""
        return _LISTING.stream(self._executor, chosen)

    async def _by_reference(self, provider: str, provider_ref: str) -> Payment | None:
        row = await self._executor.fetch_row(_BY_REFERENCE, {"provider": provider, "provider_ref": provider_ref})
        return None if row is None else _ROWS.read(row)

    async def _record(self, columns: Mapping[str, object]) -> Payment:
        row = await self._executor.fetch_row(_RECORD, columns)
        if row is None:
            first = await self._by_reference(str(columns["provider"]), str(columns["provider_ref"]))
            return operations.same_or_mismatch(first, columns)
        payment = _ROWS.read(row)
        self._audit.note(AuditAction.CREATE, "payment.recorded", payment, {}, given(payment, _TOLD_AT_FIRST))
        return payment

    async def _changed(self, payment: Payment, event: str, changes: Mapping[str, object]) -> Payment:
        changed = await _ROWS.change(self._executor, payment, changes)
        before = {name: getattr(payment, name) for name in changes}
        self._audit.note(AuditAction.UPDATE, event, changed, before, changes)
        return changed

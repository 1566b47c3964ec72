"""Charges and refunds: recorded once, then moved by what the provider reports."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.audit_logs import AuditAction, AuditEntry
from platform_db.domain.payments import operations
from platform_db.domain.payments.inputs import RECORDED, NewPayment, Settlement, recorded_columns
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import PaymentKind, PaymentStatus  # noqa: TC001 - Pydantic reads it
from platform_db.errors import NotFound, StaleVersion
from platform_db.repositories.filters import Filter, Listing, equal, one_of
from platform_db.repositories.paging import Key, Ordering, Page, checked_limit, fingerprint
from platform_db.repositories.payloads import before_and_after
from platform_db.repositories.rows import reader
from platform_db.schema.payments import payments

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime
    from decimal import Decimal

    from moneyed import Money

    from platform_db.database.executor import Executor, Row
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["PaymentFilter", "PaymentRepository"]

_read = reader(Payment)
_ID: Final = payments.c.id == sa.bindparam("id", type_=sa.BigInteger())
_REFERENCE: Final = tuple(
    payments.c[name] == sa.bindparam(name, type_=sa.Text()) for name in ("provider", "provider_ref")
)
_ORDER: Final = Ordering(payments, Payment, Key("created_at", descending=True), Key("id", descending=True))

_GET: Final = Statement(sa.select(payments).where(_ID))
_VERSION: Final = Statement(sa.select(payments.c.version).where(_ID))
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
    """Which payments a list holds."""

    user_id: int | None = None
    invoice_id: int | None = None
    order_transaction_id: int | None = None
    refunds_payment_id: int | None = None
    kind: PaymentKind | None = None
    statuses: frozenset[PaymentStatus] | None = None


_LISTING: Final = Listing(
    payments,
    _ORDER,
    {
        **{name: equal(name) for name in PaymentFilter.model_fields if name != "statuses"},
        "statuses": one_of("status", "statuses"),
    },
)
_EVERY: Final = PaymentFilter()
_NOTHING_MORE: Final = Settlement()


@cache
def _change(columns: frozenset[str]) -> Statement:
    """An UPDATE of these columns, for the version that was read."""
    return Statement(
        sa.update(payments)
        .where(_ID, payments.c.version == sa.bindparam("read_version", type_=sa.Integer()))
        .values({name: sa.bindparam(f"new_{name}", type_=payments.c[name].type) for name in sorted(columns)})
        .returning(*payments.c),
    )


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
        return _found(await self._executor.fetch_row(_GET, {"id": payment_id}))

    async def by_reference(self, provider: str, provider_ref: str) -> Payment:
        """The payment of a provider's reference.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        payment = await self._by_reference(provider, provider_ref)
        if payment is None:
            raise _not_found()
        return payment

    async def page(self, chosen: PaymentFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Payment]:
        """Payments, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        given = chosen.given()
        kept = fingerprint("payments.page", chosen.told())
        asked: dict[str, object] = {**given, "limit": checked_limit(limit) + 1}
        if after is None:
            rows = await self._executor.fetch(_LISTING.first_page(given), asked)
        else:
            rows = await self._executor.fetch(_LISTING.next_page(given), asked | _ORDER.parameters(after, kept))
        return _ORDER.page([_read(row) for row in rows], limit, kept)

    async def stream(self, chosen: PaymentFilter = _EVERY) -> AsyncIterator[Payment]:
        """Every payment, by id; memory holds a thousand at a time."""
        given = chosen.given()
        async for rows in self._executor.stream(_LISTING.all(given), given):
            for row in rows:
                yield _read(row)

    async def _by_reference(self, provider: str, provider_ref: str) -> Payment | None:
        row = await self._executor.fetch_row(_BY_REFERENCE, {"provider": provider, "provider_ref": provider_ref})
        return None if row is None else _read(row)

    async def _record(self, columns: Mapping[str, object]) -> Payment:
        row = await self._executor.fetch_row(_RECORD, columns)
        if row is None:
            first = await self._by_reference(str(columns["provider"]), str(columns["provider_ref"]))
            return operations.same_or_mismatch(first, columns)
        payment = _read(row)
        told = {name: value for name in _TOLD_AT_FIRST if (value := getattr(payment, name)) is not None}
        self._note(AuditAction.CREATE, "payment.recorded", payment, {}, told)
        return payment

    async def _changed(self, payment: Payment, event: str, changes: Mapping[str, object]) -> Payment:
        wanted = {f"new_{name}": value for name, value in changes.items()}
        row = await self._executor.fetch_row(
            _change(frozenset(changes)), {"id": payment.id, "read_version": payment.version, **wanted}
        )
        if row is None:
            version = await self._executor.fetch_value(_VERSION, {"id": payment.id})
            if version is None:
                raise _not_found()
            message = f"payment {payment.id} is at version {version}, not {payment.version}: read it again"
            raise StaleVersion(message, entity=Payment.entity, fields=("version",))
        changed = _read(row)
        before = {name: getattr(payment, name) for name in changes}
        self._note(AuditAction.UPDATE, event, changed, before, changes)
        return changed

    def _note(
        self,
        action: AuditAction,
        event: str,
        payment: Payment,
        before: Mapping[str, object],
        after: Mapping[str, object],
    ) -> None:
        self._audit.record(
            AuditEntry(
                action=action,
                entity_type=Payment.entity,
                entity_id=payment.id,
                event_type=event,
                payload=before_and_after(before, after),
            ),
        )


def _found(row: Row | None) -> Payment:
    if row is None:
        raise _not_found()
    return _read(row)


def _not_found() -> NotFound:
    message = "no such payment, or none that this identity may see"
    return NotFound(message, entity=Payment.entity)

"""Reading payments: one, many, by page, as a stream, summed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.money import Currency, money
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import MONEY_MOVED, PaymentKind
from platform_db.domain.payments.totals import PaymentTotals
from platform_db.repositories.filters import labelled
from platform_db.repositories.payments.listing import LISTING, MOVED, WAITING, PaymentFilter, WaitingPayments
from platform_db.repositories.rows import Rows
from platform_db.schema.payments import payments

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from decimal import Decimal

    from platform_db.database.executor import Executor
    from platform_db.repositories.filters import Period
    from platform_db.repositories.paging import Page

__all__ = ["ROWS", "PaymentReading"]

ROWS: Final = Rows(payments, Payment, "payment")
_EVERY: Final = PaymentFilter()
_ALL_WAITING: Final = WaitingPayments()


def _bind(name: str, column: sa.Column[Any]) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=column.type)


def _amount(kind: PaymentKind) -> sa.ColumnElement[Decimal]:
    return sa.func.coalesce(sa.func.sum(payments.c.amount_cents).filter(payments.c.kind == kind), 0).label(kind)


_BY_REFERENCE: Final = Statement(
    sa.select(payments).where(
        *(payments.c[name] == sa.bindparam(name, type_=sa.Text()) for name in ("provider", "provider_ref"))
    )
)
_TOTALS: Final = Statement(
    sa.select(*map(_amount, PaymentKind)).where(
        payments.c.user_id == _bind("user_id", payments.c.user_id),
        payments.c.currency == _bind("currency", payments.c.currency),
        labelled("status", *sorted(MONEY_MOVED))(payments),
        payments.c.paid_at >= _bind("since", payments.c.paid_at),
        payments.c.paid_at < _bind("until", payments.c.paid_at),
    ),
)


class PaymentReading:
    """What reads payments and changes nothing."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, payment_id: int) -> Payment:
        """The payment of this id.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await ROWS.get(self._executor, payment_id)

    async def by_reference(self, provider: str, provider_ref: str) -> Payment:
        """The payment of a provider's reference.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        payment = await self._by_reference(provider, provider_ref)
        if payment is None:
            raise ROWS.missing()
        return payment

    async def page(self, chosen: PaymentFilter = _EVERY, *, after: str | None = None, limit: int = 50) -> Page[Payment]:
        """Payments, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def waiting(
        self, chosen: WaitingPayments = _ALL_WAITING, *, after: str | None = None, limit: int = 50
    ) -> Page[Payment]:
        """Payments that are pending, processing or disputed, by status, the oldest of each first.

        Background work (platform_worker).

        ``limit`` and ``after`` as in :meth:`page`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await WAITING.page(self._executor, chosen, after=after, limit=limit)

    async def moved(self, period: Period, *, after: str | None = None, limit: int = 50) -> Page[Payment]:
        """Charges and refunds whose money moved in a period, in that order: what a provider's report is compared with.

        ``limit`` and ``after`` as in :meth:`page`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or period.
        """
        return await MOVED.page(self._executor, period, after=after, limit=limit)

    async def totals(self, user_id: int, currency: Currency, period: Period) -> PaymentTotals:
        """What a user paid, and was paid back, in one currency in a period; zero where nothing is to be seen."""
        asked = {"user_id": user_id, "currency": currency, **period.given()}
        row = await self._executor.fetch_row(_TOTALS, asked)
        assert row is not None  # noqa: S101 - a sum is one row, also of nothing
        charged, refunded = (money(int(cast("Decimal", row[kind])), currency) for kind in PaymentKind)
        return PaymentTotals(charged, refunded)

    def stream(self, chosen: PaymentFilter = _EVERY) -> AsyncIterator[Payment]:
        """Every payment, by id; memory holds a thousand at a time."""
        return LISTING.stream(self._executor, chosen)

    async def _by_reference(self, provider: str, provider_ref: str) -> Payment | None:
        row = await self._executor.fetch_row(_BY_REFERENCE, {"provider": provider, "provider_ref": provider_ref})
        return None if row is None else ROWS.read(row)

"""Reading payments: one, many, by page, as a stream, summed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.money import Currency, money
from platform_db.domain.payments.payment import Payment
from platform_db.domain.payments.states import MONEY_MOVED, PaymentKind
from platform_db.domain.payments.totals import PaymentTotals, ProviderTotals
from platform_db.repositories.filters import labelled
from platform_db.repositories.payments.listing import (
    LISTING,
    MOVED,
    OF_PROVIDER,
    WAITING,
    PaymentFilter,
    ProviderPeriod,
    WaitingPayments,
)
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.schema.payments import payments

if TYPE_CHECKING:
    from decimal import Decimal

    from platform_db.database.executor import Executor, Row
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.filters import Period
    from platform_db.repositories.paging import Page

__all__ = ["ROWS", "PaymentReading"]

ROWS: Final = Rows(payments, Payment, "payment")
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
_OF_PROVIDER: Final = (
    payments.c.provider == _bind("provider", payments.c.provider),
    labelled("status", *sorted(MONEY_MOVED))(payments),
    payments.c.paid_at >= _bind("since", payments.c.paid_at),
    payments.c.paid_at < _bind("until", payments.c.paid_at),
)


def _times(kind: PaymentKind) -> sa.ColumnElement[int]:
    return sa.func.count().filter(payments.c.kind == kind).label(f"{kind}s")


_PROVIDER_TOTALS: Final = Statement(
    sa.select(
        payments.c.currency,
        *map(_amount, PaymentKind),
        *map(_times, PaymentKind),
        sa.func.sum(payments.c.fee_cents).label("fees"),
    )
    .where(*_OF_PROVIDER)
    .group_by(payments.c.currency)
    .order_by(payments.c.currency)
)


def _provider_totals(row: Row) -> ProviderTotals:
    currency = Currency(cast("str", row["currency"]))
    charged, refunded, fees = (money(int(cast("Decimal", row[name])), currency) for name in (*PaymentKind, "fees"))
    charges, refunds = (cast("int", row[f"{kind}s"]) for kind in PaymentKind)
    return ProviderTotals(currency, charges, charged, refunds, refunded, fees)


class PaymentReading(Repository[Payment, PaymentFilter]):
    """What reads payments and changes nothing. Lists are newest first where nothing else is said."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, LISTING)

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

    async def of_provider(self, chosen: ProviderPeriod, *, after: str | None = None, limit: int = 50) -> Page[Payment]:
        """Charges and refunds of one provider whose money moved in a period, in that order: to be reconciled.

        Compare each with the provider's statement by ``provider_ref``, amount and currency;
        :meth:`provider_totals` tells whether that is needed at all. ``limit`` and ``after`` as
        in :meth:`page`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list, provider or period.
        """
        return await OF_PROVIDER.page(self._executor, chosen, after=after, limit=limit)

    async def provider_totals(self, chosen: ProviderPeriod) -> tuple[ProviderTotals, ...]:
        """What a provider moved in a period, one entry a currency that occurs, in the currencies' order.

        A disputed charge counts as charged until a refund says that its money went back.
        """
        rows = await self._executor.fetch(_PROVIDER_TOTALS, chosen.given())
        return tuple(map(_provider_totals, rows))

    async def _by_reference(self, provider: str, provider_ref: str) -> Payment | None:
        row = await self._executor.fetch_row(_BY_REFERENCE, {"provider": provider, "provider_ref": provider_ref})
        return None if row is None else ROWS.read(row)

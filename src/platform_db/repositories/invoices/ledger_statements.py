"""The statements of accounts, periods and KDV, each built once."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from platform_db.database.statement import Statement
from platform_db.domain.instants import ISTANBUL
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.statement import EntryKind
from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.payments.states import MONEY_MOVED, PaymentKind
from platform_db.repositories.filters import as_written, labelled
from platform_db.repositories.invoices.balances import IS_RETURN, NUMBERED, PAID, RETURNED
from platform_db.schema.invoices import invoice_lines, invoice_tax_subtotals, invoice_withholdings, invoices
from platform_db.schema.payments import payments

__all__ = ["ACCOUNT", "KDV_OF_PERIOD", "MONTHLY", "MONTHLY_IN_TRY", "STATEMENT"]


def _bind(column: sa.Column[Any], name: str | None = None) -> sa.BindParameter[Any]:
    return sa.bindparam(name or column.name, type_=column.type)


_FIRST: Final = _bind(invoices.c.issue_date, "first")
_LAST: Final = _bind(invoices.c.issue_date, "last")
_ISSUER: Final = sa.cast(_bind(invoices.c.issuer_tax_number), sa.Text())
_OF_ISSUER: Final = sa.or_(_ISSUER.is_(None), invoices.c.issuer_tax_number == _ISSUER)
_COUNTED: Final = (NUMBERED, invoices.c.status != as_written(InvoiceStatus.CANCELLED))
_NOTHING: Final = sa.literal_column("0", sa.BigInteger())

_TOTALS: Final = (
    sa.func.count().label("count"),
    sa.func.sum(invoices.c.payable_cents).label("payable"),
    sa.func.sum(PAID).label("paid"),
    sa.func.sum(RETURNED).label("returned"),
)
_OF_CURRENCY: Final = (
    NUMBERED,
    invoices.c.issue_date >= _FIRST,
    invoices.c.issue_date <= _LAST,
    invoices.c.currency == _bind(invoices.c.currency),
)
_STATE: Final = (IS_RETURN, invoices.c.status)
ACCOUNT: Final = Statement(
    sa.select(IS_RETURN.label("is_return"), invoices.c.status, *_TOTALS)
    .where(invoices.c.user_id == _bind(invoices.c.user_id), *_OF_CURRENCY)
    .group_by(*_STATE)
    .order_by(*_STATE)
)
_MONTH: Final = sa.cast(sa.func.date_trunc("month", invoices.c.issue_date), sa.Date())
MONTHLY: Final = Statement(
    sa.select(_MONTH.label("month"), IS_RETURN.label("is_return"), invoices.c.status, *_TOTALS)
    .where(*_OF_CURRENCY)
    .group_by(_MONTH, *_STATE)
    .order_by(_MONTH, *_STATE)
)


# -- statement -------------------------------------------------------------------------

_MINE: Final = (
    invoices.c.user_id == _bind(invoices.c.user_id),
    invoices.c.currency == _bind(invoices.c.currency),
    NUMBERED,
)


def _day(instant: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(sa.func.timezone(str(ISTANBUL), instant), sa.Date())


def _entry(
    kind: sa.ColumnElement[Any], day: sa.ColumnElement[Any], reference: sa.Column[Any], debit: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """Rows of one source: on the debit side where ``debit`` holds, otherwise on the credit side."""
    table = reference.table
    amount = invoices.c.payable_cents if table is invoices else payments.c.amount_cents
    columns: list[sa.ColumnElement[Any]] = [
        kind.label("kind"),
        day.label("day"),
        table.c.id.label("source_id"),
        reference.label("reference"),
        sa.case((debit, amount), else_=_NOTHING).label("debit_cents"),
        sa.case((debit, _NOTHING), else_=amount).label("credit_cents"),
    ]
    return sa.select(*columns)


def _either(condition: sa.ColumnElement[bool], then: EntryKind, otherwise: EntryKind) -> sa.ColumnElement[Any]:
    return sa.case((condition, as_written(then)), else_=as_written(otherwise))


_IS_REFUND: Final = payments.c.kind == as_written(PaymentKind.REFUND)
_ENTRIES: Final = sa.union_all(
    _entry(
        _either(IS_RETURN, EntryKind.RETURN, EntryKind.INVOICE),
        invoices.c.issue_date,
        invoices.c.number,
        sa.not_(IS_RETURN),
    ).where(*_MINE, invoices.c.issue_date <= _LAST),
    _entry(as_written(EntryKind.CANCELLATION), _day(invoices.c.cancelled_at), invoices.c.number, IS_RETURN).where(
        *_MINE, invoices.c.cancelled_at.is_not(None), _day(invoices.c.cancelled_at) <= _LAST
    ),
    _entry(
        _either(_IS_REFUND, EntryKind.REFUND, EntryKind.PAYMENT),
        _day(payments.c.paid_at),
        payments.c.provider_ref,
        _IS_REFUND,
    ).where(
        payments.c.user_id == _bind(invoices.c.user_id),
        payments.c.currency == _bind(invoices.c.currency),
        labelled("status", *sorted(MONEY_MOVED))(payments),
        _day(payments.c.paid_at) <= _LAST,
    ),
).cte("entries")
_BALANCE: Final = _ENTRIES.c.debit_cents - _ENTRIES.c.credit_cents
_BEFORE: Final = (
    sa.select(sa.cast(sa.func.coalesce(sa.func.sum(_BALANCE), 0), sa.BigInteger()).label("opening_cents"))
    .where(_ENTRIES.c.day < _FIRST)
    .subquery("before")
)
_RANK: Final = sa.case(
    {kind.value: sa.literal_column(str(place), sa.Integer()) for place, kind in enumerate(EntryKind)},
    value=_ENTRIES.c.kind,
)
_WITHIN: Final = (
    sa.select(*_ENTRIES.c, _RANK.label("rank"))
    .where(_ENTRIES.c.day >= _FIRST)
    .order_by(_ENTRIES.c.day, sa.literal_column("rank"), _ENTRIES.c.source_id)
    .limit(sa.bindparam("limit", type_=sa.BigInteger()))
    .subquery("within")
)
STATEMENT: Final = Statement(
    sa.select(_BEFORE.c.opening_cents, *_WITHIN.c)
    .join_from(_BEFORE, _WITHIN, sa.true(), isouter=True)
    .order_by(_WITHIN.c.day, _WITHIN.c.rank, _WITHIN.c.source_id)
)
"""The opening balance beside each entry of the period; one row without an entry where there is none."""


# -- KDV of a period -------------------------------------------------------------------


def _in_try(cents: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The sum of an amount in kuruş of TRY: each invoice's is converted and rounded, as in ``kdv_period_summary``."""
    return sa.func.sum(sa.func.round(cents * sa.func.coalesce(invoices.c.exchange_rate, 1)))


_OF_PERIOD: Final = (*_COUNTED, _OF_ISSUER, invoices.c.issue_date >= _FIRST, invoices.c.issue_date <= _LAST)
_WITHHELD: Final = (
    sa.select(sa.func.sum(invoice_lines.c.withheld_cents))
    .where(invoice_lines.c.invoice_id == invoices.c.id, invoice_lines.c.kdv_rate == invoice_tax_subtotals.c.rate)
    .correlate(invoices, invoice_tax_subtotals)
    .scalar_subquery()
)
_RATES: Final = (
    sa.select(
        sa.literal_column("NULL", sa.Text()).label("code"),
        invoice_tax_subtotals.c.rate,
        IS_RETURN.label("is_return"),
        sa.func.count().label("invoices"),
        _in_try(invoice_tax_subtotals.c.base_cents).label("base"),
        _in_try(invoice_tax_subtotals.c.amount_cents).label("kdv"),
        _in_try(_WITHHELD).label("withheld"),
    )
    .join_from(invoices, invoice_tax_subtotals, invoice_tax_subtotals.c.invoice_id == invoices.c.id)
    .where(*_OF_PERIOD, invoice_tax_subtotals.c.tax_code == sa.literal_column(f"'{KDV_CODE}'"))
    .group_by(IS_RETURN, invoice_tax_subtotals.c.rate)
)
_CODES: Final = (
    sa.select(
        invoice_withholdings.c.code,
        sa.cast(invoice_withholdings.c.percent, sa.Numeric()),
        IS_RETURN,
        sa.func.count(),
        sa.literal_column("NULL", sa.Numeric()),
        _in_try(invoice_withholdings.c.base_cents),
        _in_try(invoice_withholdings.c.amount_cents),
    )
    .join_from(invoices, invoice_withholdings, invoice_withholdings.c.invoice_id == invoices.c.id)
    .where(*_OF_PERIOD)
    .group_by(IS_RETURN, invoice_withholdings.c.code, invoice_withholdings.c.percent)
)
KDV_OF_PERIOD: Final = Statement(
    sa.union_all(_RATES, _CODES).order_by(
        sa.literal_column("is_return"), sa.literal_column("code", sa.Text()).nulls_first(), sa.literal_column("rate")
    )
)
"""One row for each rate, and one for each withholding code, which then stands in ``code``."""


# -- months in TRY ---------------------------------------------------------------------

_KIND: Final = (_MONTH, IS_RETURN, invoices.c.status == as_written(InvoiceStatus.CANCELLED))
MONTHLY_IN_TRY: Final = Statement(
    sa.select(
        _MONTH.label("month"),
        IS_RETURN.label("is_return"),
        _KIND[2].label("is_cancelled"),
        sa.func.count().label("invoices"),
        _in_try(invoices.c.tax_exclusive_cents).label("tax_exclusive"),
        _in_try(invoices.c.kdv_cents).label("kdv"),
        _in_try(invoices.c.other_taxes_cents).label("other_taxes"),
        _in_try(invoices.c.withheld_cents).label("withheld"),
        _in_try(invoices.c.deferred_kdv_cents).label("deferred_kdv"),
        sa.func.sum(invoices.c.payable_try_cents).label("payable"),
    )
    .where(NUMBERED, _OF_ISSUER, invoices.c.issue_date >= _FIRST, invoices.c.issue_date <= _LAST)
    .group_by(*_KIND)
    .order_by(*_KIND)
)

"""What is still expected of an invoice: SQL over one row of ``invoices``."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from platform_db.domain.invoices.codes import RETURN_TYPES, InvoiceStatus
from platform_db.repositories.filters import as_written, labelled
from platform_db.schema.invoices import invoices
from platform_db.schema.order_transactions import order_transactions

__all__ = ["EXPECTS_MONEY", "IS_RETURN", "NUMBERED", "PAID", "RETURNED"]

_NOTHING: Final = sa.literal_column("0", sa.BigInteger())
_BACK: Final = invoices.alias("back")


def _numbered(table: sa.FromClause) -> sa.ColumnElement[bool]:
    # Written out, as the partial index's predicate is.
    return table.c.status != as_written(InvoiceStatus.DRAFT)


def _sum(amount: sa.ColumnElement[Any], *of: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    found = sa.select(sa.func.coalesce(sa.func.sum(amount), _NOTHING)).where(*of)
    return found.correlate(invoices).scalar_subquery()


NUMBERED: Final = _numbered(invoices)
"""It is no draft."""

IS_RETURN: Final = labelled("type_code", *RETURN_TYPES)(invoices)

RETURNED: Final = _sum(
    _BACK.c.payable_cents,
    _BACK.c.return_of_invoice_id == invoices.c.id,
    _numbered(_BACK),
    _BACK.c.status != as_written(InvoiceStatus.CANCELLED),
)
"""What its issued returns give back, in minor units."""

_OWN: Final = invoices.c.paid_cents - invoices.c.refunded_cents
_BY_ORDER: Final = sa.case(
    (
        sa.and_(
            invoices.c.order_id.is_not(None),
            sa.not_(IS_RETURN),
            invoices.c.status != as_written(InvoiceStatus.CANCELLED),
        ),
        sa.func.least(
            _sum(
                order_transactions.c.paid_cents - order_transactions.c.refunded_cents,
                order_transactions.c.order_id == invoices.c.order_id,
            ),
            # What an order holds beyond that belongs to another invoice of it, or goes back through the order.
            sa.func.greatest(invoices.c.payable_cents - RETURNED - _OWN, _NOTHING),
        ),
    ),
    else_=_NOTHING,
)

PAID: Final = _OWN + _BY_ORDER
"""What came, less what went back, in minor units; of an order's invoice what the order collected counts, too."""

EXPECTS_MONEY: Final = sa.and_(sa.not_(IS_RETURN), invoices.c.payable_cents - RETURNED - PAID > _NOTHING)
"""A sale of which something is neither paid nor returned; its status is not looked at."""

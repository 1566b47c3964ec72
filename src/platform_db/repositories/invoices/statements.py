"""The statements of invoices and their series, each built once."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.draft import HEADER
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.parts import InvoiceLine, InvoiceTaxSubtotal, InvoiceWithholding
from platform_db.domain.invoices.series import NewSeries
from platform_db.repositories.arrays import insert_from_arrays
from platform_db.repositories.filters import labelled
from platform_db.schema.invoices import (
    invoice_lines,
    invoice_series,
    invoice_tax_subtotals,
    invoice_withholdings,
    invoices,
)

__all__ = [
    "ACCOUNT",
    "BY_NUMBER",
    "CANCEL",
    "CLOSE_SERIES",
    "DELETE_DRAFT",
    "DRAFT_COLUMNS",
    "GET_MANY",
    "INSERT_DRAFT",
    "INSERT_DRAFTS",
    "INSERT_PARTS",
    "ISSUE",
    "LOCK",
    "MARK_OVERDUE",
    "MARK_SENT",
    "MARK_VIEWED",
    "OPEN_SERIES",
    "PART_COLUMNS",
    "RETURNS",
    "SERIES",
]

_PARTS: Final = {
    "line": (invoice_lines, InvoiceLine),
    "subtotal": (invoice_tax_subtotals, InvoiceTaxSubtotal),
    "withholding": (invoice_withholdings, InvoiceWithholding),
}

DRAFT_COLUMNS: Final = (
    "user_id",
    "ettn",
    *HEADER,
    *(
        name
        for name in Invoice.model_fields
        if name.endswith("_cents") and name not in {"paid_cents", "refunded_cents"}
    ),
)
"""The columns that a draft is stored with; the server makes the others."""

PART_COLUMNS: Final = {
    prefix: tuple(name for name in model.model_fields if name != "id") for prefix, (_, model) in _PARTS.items()
}
"""The columns of lines, subtotals and withholdings; parameters are ``<part>_<column>``, an array each."""


def _bind(column: sa.Column[Any], name: str | None = None) -> sa.BindParameter[Any]:
    return sa.bindparam(name or column.name, type_=column.type)


_ID: Final = invoices.c.id == _bind(invoices.c.id)
_READ_VERSION: Final = invoices.c.version == _bind(invoices.c.version, "read_version")


def _insert_parts() -> sa.Insert:
    """Lines, subtotals and withholdings in one statement; their invoices must be there already.

    Row security reads the invoice as the statement began, so root and parts cannot share one.
    """
    lines, subtotals, withholdings = (
        insert_from_arrays(table, PART_COLUMNS[prefix], prefix).inline() for prefix, (table, _) in _PARTS.items()
    )
    return withholdings.add_cte(lines.cte("lines"), subtotals.cte("subtotals"))


INSERT_DRAFT: Final = Statement(
    sa.insert(invoices).values({name: _bind(invoices.c[name]) for name in DRAFT_COLUMNS}).returning(*invoices.c),
)
INSERT_DRAFTS: Final = Statement(insert_from_arrays(invoices, DRAFT_COLUMNS, "invoice").returning(*invoices.c))
INSERT_PARTS: Final = Statement(_insert_parts())

GET_MANY: Final = Statement(
    sa.select(invoices)
    .where(invoices.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger()))))
    .order_by(invoices.c.id),
)
BY_NUMBER: Final = Statement(sa.select(invoices).where(invoices.c.number == _bind(invoices.c.number)))
LOCK: Final = Statement(sa.select(invoices.c.version).where(_ID).with_for_update(key_share=True))
RETURNS: Final = Statement(
    sa.select(invoices)
    .where(
        invoices.c.return_of_invoice_id == _bind(invoices.c.return_of_invoice_id),
        invoices.c.status != InvoiceStatus.CANCELLED,
    )
    .order_by(invoices.c.id),
)

ACCOUNT: Final = Statement(
    sa.select(
        invoices.c.status,
        sa.func.count().label("count"),
        sa.func.sum(invoices.c.payable_cents).label("payable"),
        sa.func.sum(invoices.c.paid_cents - invoices.c.refunded_cents).label("paid"),
    )
    .where(
        invoices.c.user_id == _bind(invoices.c.user_id),
        invoices.c.currency == _bind(invoices.c.currency),
        invoices.c.issued_at >= _bind(invoices.c.issued_at, "since"),
        invoices.c.issued_at < _bind(invoices.c.issued_at, "until"),
    )
    .group_by(invoices.c.status)
    .order_by(invoices.c.status)
)


def _new(name: str) -> sa.ColumnElement[Any]:
    given = _bind(invoices.c[name], f"new_{name}")
    # Stamps are the server's unless the caller knows better; issued_at is the transaction's start, so none precedes it.
    return sa.func.coalesce(given, sa.func.clock_timestamp()) if name.endswith("_at") else given


def _change(*columns: str) -> sa.Update:
    return sa.update(invoices).where(_ID, _READ_VERSION).values({name: _new(name) for name in columns})


ISSUE: Final = Statement(
    _change("series", "fiscal_year")
    .where(invoices.c.status == InvoiceStatus.DRAFT)
    .values(status=InvoiceStatus.ISSUED)
    .returning(*invoices.c),
)
MARK_SENT: Final = Statement(_change("status", "sent_at").returning(*invoices.c))
MARK_VIEWED: Final = Statement(_change("status", "viewed_at").returning(*invoices.c))
CANCEL: Final = Statement(_change("status", "cancelled_at", "cancellation_reason").returning(*invoices.c))

MARK_OVERDUE: Final = Statement(
    sa.update(invoices)
    .where(
        invoices.c.due_date < _bind(invoices.c.due_date, "day"),
        # What is paid in part keeps telling so.
        labelled("status", InvoiceStatus.ISSUED, InvoiceStatus.SENT, InvoiceStatus.VIEWED)(invoices),
    )
    .values(status=InvoiceStatus.OVERDUE),
)

DELETE_DRAFT: Final = Statement(
    sa.delete(invoices).where(_ID, _READ_VERSION, invoices.c.status == InvoiceStatus.DRAFT).returning(invoices.c.id),
)

_KEY: Final = (
    invoice_series.c.series == _bind(invoice_series.c.series),
    invoice_series.c.fiscal_year == _bind(invoice_series.c.fiscal_year),
)
OPEN_SERIES: Final = Statement(
    postgresql.insert(invoice_series)
    .values({name: _bind(invoice_series.c[name]) for name in NewSeries.model_fields})
    .on_conflict_do_nothing(index_elements=["series", "fiscal_year"])
    .returning(*invoice_series.c),
)
SERIES: Final = Statement(sa.select(invoice_series).where(*_KEY))
CLOSE_SERIES: Final = Statement(
    sa.update(invoice_series)
    .where(
        invoice_series.c.id == _bind(invoice_series.c.id),
        invoice_series.c.version == _bind(invoice_series.c.version, "read_version"),
    )
    .values(is_active=False)
    .returning(*invoice_series.c),
)

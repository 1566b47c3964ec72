"""The statements of invoices and their series, each built once."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from platform_db.database.statement import Statement
from platform_db.domain.instants import ISTANBUL
from platform_db.domain.invoices.codes import InvoiceStatus, InvoiceType
from platform_db.domain.invoices.draft import HEADER
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.series import NewSeries
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal, InvoiceWithholding
from platform_db.repositories.arrays import insert_from_arrays
from platform_db.repositories.claims import first_free
from platform_db.repositories.filters import as_written, labelled
from platform_db.repositories.invoices.balances import EXPECTS_MONEY
from platform_db.schema.invoices import (
    invoice_lines,
    invoice_series,
    invoice_tax_subtotals,
    invoice_withholdings,
    invoices,
)

__all__ = [
    "BY_NUMBER",
    "CANCEL",
    "CLOSE_SERIES",
    "DELETE_DRAFT",
    "DELETE_PARTS",
    "DRAFT_COLUMNS",
    "GET_MANY",
    "INSERT_DRAFT",
    "INSERT_DRAFTS",
    "INSERT_PARTS",
    "ISSUE",
    "ISSUE_MANY",
    "KEPT",
    "LOCK",
    "LOCK_MANY",
    "MARK_OVERDUE",
    "MARK_SENT",
    "MARK_VIEWED",
    "OPEN_SERIES",
    "PART_COLUMNS",
    "REPLACE_DRAFT",
    "RETURNED_LINES",
    "RETURNS",
    "SERIES",
    "SERIES_OF_YEAR",
    "TODAY",
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


KEPT: Final = frozenset({"user_id", "ettn"})
"""Columns of a draft that replacing it does not change."""

TODAY: Final = sa.cast(sa.func.timezone(str(ISTANBUL), sa.func.now()), sa.Date())
"""The day on which the transaction began, in Istanbul."""


def _delete_parts() -> sa.Delete:
    """Lines, subtotals and withholdings of one invoice in one statement."""
    lines, subtotals, withholdings = (
        sa.delete(table).where(table.c.invoice_id == sa.bindparam("invoice_id", type_=sa.BigInteger()))
        for table, _ in _PARTS.values()
    )
    return withholdings.add_cte(lines.cte("lines"), subtotals.cte("subtotals"))


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
DELETE_PARTS: Final = Statement(_delete_parts())

GET_MANY: Final = Statement(
    sa.select(invoices)
    .where(invoices.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger()))))
    .order_by(invoices.c.id),
)
BY_NUMBER: Final = Statement(sa.select(invoices).where(invoices.c.number == _bind(invoices.c.number)))
_IDS: Final = sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger())))
_RETURNED: Final = sa.any_(sa.bindparam("returned", type_=sa.ARRAY(sa.BigInteger())))
# Drafts, then what they return, then the series: the order in which the guard of a single issue locks them.
LOCK_MANY: Final = Statement(
    sa.select(invoices.c.id, invoices.c.version)
    .where(sa.or_(invoices.c.id == _IDS, invoices.c.id == _RETURNED))
    .order_by(invoices.c.id == _RETURNED, invoices.c.id)
    .with_for_update(key_share=True)
)
LOCK: Final = Statement(sa.select(invoices.c.version).where(_ID).with_for_update(key_share=True))
RETURNS: Final = Statement(
    sa.select(invoices)
    .where(
        invoices.c.return_of_invoice_id == _bind(invoices.c.return_of_invoice_id),
        invoices.c.status != InvoiceStatus.CANCELLED,
    )
    .order_by(invoices.c.id),
)

RETURNED_LINES: Final = Statement(
    sa.select((invoices.c.type == as_written(InvoiceType.CREDIT)).label("is_credit"), *invoice_lines.c)
    .join_from(invoices, invoice_lines, invoice_lines.c.invoice_id == invoices.c.id)
    .where(
        invoices.c.return_of_invoice_id == _bind(invoices.c.return_of_invoice_id),
        invoices.c.status != InvoiceStatus.CANCELLED,
    )
    .order_by(invoice_lines.c.id),
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


def _issue_many() -> sa.Update:
    """The drafts of ``ids`` take numbers in that order, as far as the server visits them so.

    It does where it looks each of them up in turn, and an ``ANY`` can be neither hashed nor
    merged; but no plan is promised. Whoever runs this compares the numbers that come back.
    """
    given = (
        sa.func.unnest(
            sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger())),
            sa.bindparam("fiscal_years", type_=sa.ARRAY(sa.Integer())),
        )
        .table_valued(sa.column("id", sa.BigInteger), sa.column("fiscal_year", sa.Integer), with_ordinality="place")
        .render_derived(name="given")
    )
    in_turn = sa.select(given).order_by(given.c.place).subquery("in_turn")
    return (
        sa.update(invoices)
        .values(status=InvoiceStatus.ISSUED, series=_bind(invoices.c.series), fiscal_year=in_turn.c.fiscal_year)
        .where(invoices.c.id == sa.any_(postgresql.array([in_turn.c.id])))
        .returning(*invoices.c)
    )


ISSUE_MANY: Final = Statement(_issue_many())
REPLACE_DRAFT: Final = Statement(
    sa.update(invoices)
    .where(_ID, _READ_VERSION, invoices.c.status == InvoiceStatus.DRAFT)
    .values({name: _bind(invoices.c[name], f"new_{name}") for name in DRAFT_COLUMNS if name not in KEPT})
    .returning(*invoices.c),
)
MARK_SENT: Final = Statement(_change("status", "sent_at").returning(*invoices.c))
MARK_VIEWED: Final = Statement(_change("status", "viewed_at").returning(*invoices.c))
CANCEL: Final = Statement(_change("status", "cancelled_at", "cancellation_reason").returning(*invoices.c))

MARK_OVERDUE: Final = Statement(
    sa.update(invoices)
    .where(
        first_free(
            invoices,
            invoices.c.due_date < sa.func.coalesce(_bind(invoices.c.due_date, "day"), TODAY),
            # What is paid in part keeps telling so.
            labelled("status", InvoiceStatus.ISSUED, InvoiceStatus.SENT, InvoiceStatus.VIEWED)(invoices),
            EXPECTS_MONEY,
            order=(invoices.c.due_date, invoices.c.id),
        )
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
SERIES_OF_YEAR: Final = Statement(
    sa.select(invoice_series)
    .where(invoice_series.c.fiscal_year == _bind(invoice_series.c.fiscal_year))
    .order_by(invoice_series.c.series)
)

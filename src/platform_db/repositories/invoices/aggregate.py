"""A whole invoice read in one snapshot: the root's row with its parts as arrays of rows.

Rows travel as rows (``array_agg(row)``): JSON would lose decimals. A change of a part's
columns while the connection lives is :class:`~platform_db.errors.StalePlan`, which is
retried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from platform_db.database.statement import Statement
from platform_db.domain.invoices.document import InvoiceDocument
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal, InvoiceWithholding
from platform_db.domain.models import StoredModel
from platform_db.repositories.rows import reader
from platform_db.schema.invoices import invoice_lines, invoice_tax_subtotals, invoice_withholdings, invoices

if TYPE_CHECKING:
    from collections.abc import Callable

    from platform_db.database.executor import Row

__all__ = ["DOCUMENT", "read_document"]

M = TypeVar("M", bound=StoredModel)

_PARTS: Final = ("lines", "tax_subtotals", "withholdings")


def _rows(table: sa.Table, *order: str) -> sa.ScalarSelect[Any]:
    whole_row: sa.ColumnElement[Any] = sa.literal_column(table.name)
    ordered: aggregate_order_by[Any] = aggregate_order_by(whole_row, *(table.c[name] for name in order))
    gathered: sa.Function[Any] = sa.func.array_agg(ordered)
    return sa.select(gathered).where(table.c.invoice_id == invoices.c.id).scalar_subquery()


DOCUMENT: Final = Statement(
    sa.select(
        *invoices.c,
        _rows(invoice_lines, "line_number").label("lines"),
        _rows(invoice_tax_subtotals, "tax_code", "rate").label("tax_subtotals"),
        _rows(invoice_withholdings, "code").label("withholdings"),
    ).where(invoices.c.id == sa.bindparam("id", type_=sa.BigInteger())),
)

_read_invoice = reader(Invoice)
_read_line = reader(InvoiceLine)
_read_subtotal = reader(InvoiceTaxSubtotal)
_read_withholding = reader(InvoiceWithholding)


def read_document(row: Row) -> InvoiceDocument:
    """The aggregate of a row of :data:`DOCUMENT`."""
    columns = dict(row.items())
    lines, subtotals, withholdings = (columns.pop(name) for name in _PARTS)
    return InvoiceDocument(
        invoice=_read_invoice(cast("Row", columns)),
        lines=_read_all(lines, _read_line),
        tax_subtotals=_read_all(subtotals, _read_subtotal),
        withholdings=_read_all(withholdings, _read_withholding),
    )


def _read_all(rows: object, read: Callable[[Row], M]) -> tuple[M, ...]:
    return tuple(map(read, cast("list[Row]", rows or [])))

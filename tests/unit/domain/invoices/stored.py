"""Invoices as the database would give them back, without one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.document import InvoiceDocument
from platform_db.domain.invoices.draft import draft_rows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal, InvoiceWithholding
from tests.invoice_examples import Document, draft

if TYPE_CHECKING:
    from platform_db.domain.invoices.draft import DraftRows

AT = datetime(2025, 7, 1, 9, 0, tzinfo=UTC)
ISSUED: Document = {
    "status": InvoiceStatus.ISSUED,
    "number": "ABC2025000000001",
    "series": "ABC",
    "fiscal_year": 2025,
    "sequence": 1,
    "issued_at": AT,
}


def as_stored(rows: DraftRows, **changes: Any) -> InvoiceDocument:  # noqa: ANN401 - columns
    """The rows with keys and stamps; every rule of the tables is judged."""
    stamps = {"id": 12 if rows.invoice.get("return_of_invoice_id") else 11, "created_at": AT, "updated_at": AT}
    keyed = {"id": 1, "invoice_id": 11}
    return InvoiceDocument(
        invoice=Invoice.parse({**rows.invoice, **stamps, **changes}),
        lines=tuple(InvoiceLine.parse({"line_number": n, **row, **keyed}) for n, row in enumerate(rows.lines, 1)),
        tax_subtotals=tuple(InvoiceTaxSubtotal.parse({**row, **keyed}) for row in rows.tax_subtotals),
        withholdings=tuple(InvoiceWithholding.parse({**row, **keyed}) for row in rows.withholdings),
    )


def stored(document: Document | None = None, **changes: Any) -> InvoiceDocument:  # noqa: ANN401 - columns
    """The invoice as the database would give it back."""
    return as_stored(draft_rows(draft(3, document)), **changes)

"""A whole stored invoice: the root and its parts, as one moment saw them."""

from __future__ import annotations

from dataclasses import dataclass

from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal, InvoiceWithholding

__all__ = ["InvoiceDocument"]


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """An invoice with its lines (by line number), tax subtotals and withholdings (by code)."""

    invoice: Invoice
    lines: tuple[InvoiceLine, ...]
    tax_subtotals: tuple[InvoiceTaxSubtotal, ...]
    withholdings: tuple[InvoiceWithholding, ...]

"""Invoices: drafted, issued, cancelled, returned, read, listed."""

from __future__ import annotations

from platform_db.repositories.invoices.listing import InvoiceFilter
from platform_db.repositories.invoices.repository import InvoiceRepository

__all__ = ["InvoiceFilter", "InvoiceRepository"]

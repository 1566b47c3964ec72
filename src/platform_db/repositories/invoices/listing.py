"""Lists of invoices."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - Pydantic reads it
from typing import Final

from platform_db.domain.invoices.codes import InvoiceStatus, InvoiceTypeCode  # noqa: TC001 - Pydantic reads it
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.money import Currency  # noqa: TC001 - Pydantic reads it
from platform_db.repositories.filters import Filter, Listing, at_least, at_most, equal, one_of
from platform_db.repositories.paging import Key, Ordering
from platform_db.schema.invoices import invoices

__all__ = ["LISTING", "ORDER", "InvoiceFilter"]


class InvoiceFilter(Filter):
    """Which invoices a list holds; days are inclusive."""

    user_id: int | None = None
    statuses: frozenset[InvoiceStatus] | None = None
    type_code: InvoiceTypeCode | None = None
    currency: Currency | None = None
    license_id: int | None = None
    order_id: int | None = None
    return_of_invoice_id: int | None = None
    issued_from: date | None = None
    issued_until: date | None = None
    due_until: date | None = None


ORDER: Final = Ordering(invoices, Invoice, Key("created_at", descending=True), Key("id", descending=True))
"""Newest first."""

LISTING: Final = Listing(
    invoices,
    ORDER,
    {
        **{
            name: equal(name)
            for name in ("user_id", "type_code", "currency", "license_id", "order_id", "return_of_invoice_id")
        },
        "statuses": one_of("status", "statuses"),
        "issued_from": at_least("issue_date", "issued_from"),
        "issued_until": at_most("issue_date", "issued_until"),
        "due_until": at_most("due_date", "due_until"),
    },
)

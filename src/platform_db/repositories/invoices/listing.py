"""Lists of invoices."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from platform_db.domain.fields import BigInteger
from platform_db.domain.invoices.codes import InvoiceStatus, InvoiceTypeCode
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.money import Currency
from platform_db.repositories.filters import NEWEST_FIRST, Filter, Listing, at_least, at_most, equal, one_of
from platform_db.schema.invoices import invoices

__all__ = ["LISTING", "InvoiceFilter"]


class InvoiceFilter(Filter):
    """Which invoices a list holds; days are inclusive, what is not given, or None, does not restrict."""

    user_id: Annotated[int | None, BigInteger()] = None
    statuses: frozenset[InvoiceStatus] | None = None
    type_code: InvoiceTypeCode | None = None
    currency: Currency | None = None
    license_id: Annotated[int | None, BigInteger()] = None
    order_id: Annotated[int | None, BigInteger()] = None
    return_of_invoice_id: Annotated[int | None, BigInteger()] = None
    issued_from: date | None = None
    issued_until: date | None = None
    due_until: date | None = None


LISTING: Final = Listing(
    invoices,
    Invoice,
    NEWEST_FIRST,
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

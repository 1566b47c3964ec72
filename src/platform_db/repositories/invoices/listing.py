"""Lists of invoices."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from platform_db.domain.fields import BigInteger, Json
from platform_db.domain.invoices.codes import OPEN_STATUSES, InvoiceStatus, InvoiceTypeCode
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.json_values import JsonObject
from platform_db.domain.money import Currency
from platform_db.repositories.filters import (
    NEWEST_FIRST,
    Condition,
    Filter,
    Listing,
    at_least,
    at_most,
    contains,
    equal,
    labelled,
    one_of,
)
from platform_db.repositories.invoices.balances import EXPECTS_MONEY, NUMBERED
from platform_db.repositories.paging import Key
from platform_db.schema.invoices import invoice_lines, invoices

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ISSUED", "LINES_OF_PRODUCT", "LISTING", "UNPAID", "InvoiceFilter", "LineFilter"]


class InvoiceFilter(Filter):
    """Which invoices a list holds; days are inclusive, what is not given, or None, does not restrict.

    ``meta`` is what an invoice's own holds at least, on every level.
    """

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
    meta: Annotated[JsonObject | None, Json()] = None


class LineFilter(Filter):
    """Which lines of invoices a list holds."""

    product_id: Annotated[int, BigInteger()]


_CONDITIONS: Final[Mapping[str, Condition]] = {
    **{
        name: equal(name)
        for name in ("user_id", "type_code", "currency", "license_id", "order_id", "return_of_invoice_id")
    },
    "statuses": one_of("status", "statuses"),
    "issued_from": at_least("issue_date", "issued_from"),
    "issued_until": at_most("issue_date", "issued_until"),
    "due_until": at_most("due_date", "due_until"),
    "meta": contains("meta", "meta"),
}
LISTING: Final = Listing(invoices, Invoice, NEWEST_FIRST, _CONDITIONS)
UNPAID: Final = Listing(
    invoices,
    Invoice,
    NEWEST_FIRST,
    _CONDITIONS,
    name="unpaid",
    only=(labelled("status", *OPEN_STATUSES), lambda _: EXPECTS_MONEY),
)
ISSUED: Final = Listing(
    invoices, Invoice, (Key("issue_date"), Key("id")), _CONDITIONS, name="issued", only=(lambda _: NUMBERED,)
)
LINES_OF_PRODUCT: Final = Listing(
    invoice_lines, InvoiceLine, (Key("id", descending=True),), {"product_id": equal("product_id")}
)

"""The tables of invoices, their parts and their series."""

from __future__ import annotations

from typing import Final

from platform_db.domain.invoices.codes import OPEN_STATUSES, InvoiceStatus
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.series import InvoiceSeries
from platform_db.domain.invoices.subtotals import InvoiceTaxSubtotal, InvoiceWithholding
from platform_db.domain.rules import Message, one_of
from platform_db.schema.metadata import Grants, Through, foreign_key, index, table, unique
from platform_db.schema.roles import Role

__all__ = ["invoice_lines", "invoice_series", "invoice_tax_subtotals", "invoice_withholdings", "invoices"]

_S = InvoiceStatus
_SETTLED: Final = one_of((_S.DRAFT, _S.PAID, _S.CANCELLED, _S.REFUNDED))

PERSONAL: Final = frozenset(
    {
        *(name for name in Invoice.model_fields if name.startswith(("issuer_", "customer_"))),
        "payment_iban",
        "cancellation_reason",
        "note",
        "profile_data",
        "meta",
    },
)
"""Columns that may name a person; analysts do not see them."""

_PARTS_GRANTS: Final[Grants] = {
    Role.APP: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
    Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
    Role.READONLY: {"SELECT": None},
    Role.AUDITOR: {"SELECT": None},
}

invoice_series = table(
    InvoiceSeries,
    unique(
        "series",
        "fiscal_year",
        message=Message("Bu seri bu yıl için açılmış", "The series is open for this year already"),
    ),
    never_emptied=True,
    recorded=True,
    grants={
        Role.APP: {"SELECT": None, "UPDATE": ("last_sequence", "last_issue_date")},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None},
        Role.READONLY: {"SELECT": None},
        Role.AUDITOR: {"SELECT": None},
    },
)

invoices = table(
    Invoice,
    foreign_key("user_id", "users"),
    foreign_key(("license_id", "user_id"), "licenses(id, user_id)"),
    foreign_key(("order_id", "user_id", "currency"), "orders(id, buyer_id, currency)"),
    foreign_key(("return_of_invoice_id", "user_id", "currency"), "invoices(id, user_id, currency)"),
    foreign_key(("series", "fiscal_year"), "invoice_series(series, fiscal_year)"),
    unique("ettn", message=Message("Bu ETTN kullanılmış", "The ETTN is in use already")),
    unique("id", "user_id", "currency", message=Message("Bu fatura var", "The invoice exists already")),
    unique("number", message=Message("Bu fatura numarası verilmiş", "The invoice number is in use already")),
    unique(
        "series",
        "fiscal_year",
        "sequence",
        message=Message("Bu sıra numarası verilmiş", "The sequence number is in use already"),
    ),
    index("gin_invoices_meta", "meta", using="gin", serves="invoices by a caller's own data (meta @> …)"),
    index(
        "idx_invoices_due_date",
        "due_date",
        where=f"due_date IS NOT NULL AND status NOT IN {_SETTLED}",
        serves="the overdue sweep: open invoices due before a day",
    ),
    index(
        "idx_invoices_issue_date",
        "issue_date",
        where=f"status <> '{_S.DRAFT}'",
        serves="the KDV summary of a period",
    ),
    index("idx_invoices_license_id", "license_id", where="license_id IS NOT NULL", serves="invoices of a licence"),
    index("idx_invoices_order_id", "order_id", where="order_id IS NOT NULL", serves="invoices of an order"),
    index(
        "idx_invoices_return_of_invoice_id",
        "return_of_invoice_id",
        where="return_of_invoice_id IS NOT NULL",
        serves="returns of an invoice",
    ),
    index("idx_invoices_status", "status", serves="How many invoices are in a status."),
    index(
        "idx_invoices_user_created",
        "user_id",
        "created_at DESC",
        "id DESC",
        serves="a user's invoices, newest first, by page",
    ),
    index(
        "idx_invoices_user_currency_status",
        "user_id",
        "currency",
        "status",
        "issued_at",
        serves="a user's statement by currency and status",
    ),
    index(
        "idx_invoices_user_status",
        "user_id",
        "status",
        where=f"status IN {one_of(OPEN_STATUSES)}",
        serves="a user's open invoices",
    ),
    owner="user_id",
    personal=PERSONAL,
    never_emptied=True,
    recorded=True,
    grants={
        Role.APP: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.WORKER: {"SELECT": None, "INSERT": None, "UPDATE": None, "DELETE": None},
        Role.READONLY: {"SELECT": tuple(name for name in Invoice.model_fields if name not in PERSONAL)},
        Role.AUDITOR: {"SELECT": None},
    },
)

_OF_INVOICE: Final = Through(parent="invoices", column="invoice_id", owner="user_id")

_SERIAL_NUMBERS: Final = frozenset({"item_data"})
"""A sold telephone's number leads to who bought it."""

invoice_lines = table(
    InvoiceLine,
    foreign_key("invoice_id", "invoices", on_delete="CASCADE"),
    foreign_key("product_id", "products"),
    unique(
        "invoice_id",
        "line_number",
        message=Message("Bu satır numarası faturada var", "The invoice has a line of this number already"),
    ),
    index(
        "idx_invoice_lines_product_id", "product_id", where="product_id IS NOT NULL", serves="lines that sold a product"
    ),
    owner=_OF_INVOICE,
    never_emptied=True,
    personal=_SERIAL_NUMBERS,
    grants={
        **_PARTS_GRANTS,
        Role.READONLY: {"SELECT": tuple(name for name in InvoiceLine.model_fields if name not in _SERIAL_NUMBERS)},
    },
)

invoice_tax_subtotals = table(
    InvoiceTaxSubtotal,
    foreign_key("invoice_id", "invoices", on_delete="CASCADE"),
    unique(
        "invoice_id",
        "tax_code",
        "rate",
        nulls_not_distinct=True,
        message=Message(
            "Bu vergi ve oranın ara toplamı var", "The invoice has a subtotal of this tax and rate already"
        ),
    ),
    owner=_OF_INVOICE,
    never_emptied=True,
    grants=_PARTS_GRANTS,
)

invoice_withholdings = table(
    InvoiceWithholding,
    foreign_key("invoice_id", "invoices", on_delete="CASCADE"),
    unique(
        "invoice_id",
        "code",
        message=Message("Bu tevkifat kodu faturada var", "The invoice withholds by this code already"),
    ),
    owner=_OF_INVOICE,
    never_emptied=True,
    grants=_PARTS_GRANTS,
)

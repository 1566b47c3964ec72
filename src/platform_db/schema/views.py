"""The views: amounts in lira for analysts, and KDV by month and rate.

Every view runs with its reader's own rights and row security (``security_invoker``) and shows
no personal column: its columns are those that analysts may read in the table below it, without
the JSON documents.
"""

# ruff: noqa: S608 - the queries are put together from constants of the domain

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from platform_db.domain.invoices.codes import RETURN_TYPES, InvoiceStatus
from platform_db.domain.law.rates import KDV_CODE
from platform_db.domain.rules import one_of
from platform_db.schema.all_tables import metadata
from platform_db.schema.metadata import facts
from platform_db.schema.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["View", "views"]

_CENTS: Final = "_cents"
_EVERYONE: Final = (Role.APP, Role.WORKER, Role.READONLY, Role.AUDITOR)
_NOT_THE_APP: Final = (Role.WORKER, Role.READONLY, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class View:
    """One view: its query, what it shows, who reads it."""

    name: str
    query: str
    comment: str
    readers: tuple[Role, ...] = _EVERYONE

    @property
    def statements(self) -> Iterator[str]:
        """What creates it, in order."""
        yield f"CREATE VIEW {self.name} WITH (security_invoker = true) AS\n{self.query}"
        yield f"COMMENT ON VIEW {self.name} IS '{self.comment}'"
        yield f"GRANT SELECT ON {self.name} TO {', '.join(self.readers)}"


def _lira(expression: str, name: str) -> str:
    """Minor units as a number with exactly two places: a product keeps the scales, a quotient would not."""
    return f"{expression} * 0.01 AS {name}"


def _columns(table: sa.Table) -> Iterator[str]:
    shown = facts(table).grants[Role.READONLY]["SELECT"]
    for column in table.columns:
        if (shown is not None and column.name not in shown) or isinstance(column.type, sa.JSON):
            continue
        if column.name.endswith(_CENTS):
            yield _lira(column.name, column.name.removesuffix(_CENTS))
        else:
            yield column.name


def _amounts(name: str, table_name: str, comment: str, *more: str) -> View:
    columns = ",\n    ".join((*_columns(metadata.tables[table_name]), *more))
    return View(name, f"SELECT\n    {columns}\nFROM {table_name}", f"{comment} Amounts in lira, two places.")


_OPEN: Final = _lira("(payable_cents - paid_cents + refunded_cents)", "open")
_UNCOUNTED: Final = one_of((InvoiceStatus.DRAFT, InvoiceStatus.CANCELLED))


def _in_try(column: str) -> str:
    """The sum of an amount in TRY; each subtotal is converted and rounded to the kuruş."""
    converted = f"round(subtotal.{column}_cents * coalesce(invoice.exchange_rate, 1))"
    return _lira(f"sum({converted})", f"{column}_try" if column == "base" else "kdv_try")


_KDV_PERIODS: Final = f"""\
SELECT
    date_trunc('month', invoice.issue_date)::date AS month,
    invoice.type_code IN {one_of(RETURN_TYPES)} AS is_return,
    subtotal.rate,
    count(*) AS invoice_count,
    {_in_try("base")},
    {_in_try("amount")}
FROM invoices AS invoice
JOIN invoice_tax_subtotals AS subtotal ON subtotal.invoice_id = invoice.id
WHERE subtotal.tax_code = '{KDV_CODE}' AND invoice.status NOT IN {_UNCOUNTED}
GROUP BY 1, 2, 3"""


def views() -> tuple[View, ...]:
    """Every view, in the order of creation."""
    return (
        _amounts("invoice_amounts", "invoices", "Invoices; open is payable − paid + refunded.", _OPEN),
        _amounts("invoice_line_amounts", "invoice_lines", "Lines of invoices."),
        View(
            "kdv_period_summary",
            _KDV_PERIODS,
            "KDV by month of issue, return or not, and rate: invoices, base and KDV in TRY. "
            "Drafts and cancelled invoices are left out.",
            _NOT_THE_APP,
        ),
        _amounts("payment_amounts", "payments", "Payments."),
        _amounts("order_amounts", "orders", "Orders."),
        _amounts("order_item_amounts", "order_items", "Items of orders."),
        _amounts("order_transaction_amounts", "order_transactions", "Payment attempts for orders."),
        _amounts("product_prices", "products", "Products."),
    )

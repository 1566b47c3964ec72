"""Reading invoices: one, many, whole, by page, as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.invoices.account import AccountLine
from platform_db.domain.invoices.codes import InvoiceStatus
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.money import Currency, money
from platform_db.repositories.invoices import statements
from platform_db.repositories.invoices.aggregate import DOCUMENT, read_document
from platform_db.repositories.invoices.listing import (
    ISSUED,
    LINES_OF_PRODUCT,
    LISTING,
    UNPAID,
    InvoiceFilter,
    LineFilter,
)
from platform_db.repositories.rows import Rows
from platform_db.schema.invoices import invoices

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import date
    from decimal import Decimal

    from platform_db.database.executor import Executor
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.parts import InvoiceLine
    from platform_db.repositories.filters import Period
    from platform_db.repositories.paging import Page

__all__ = ["EVERY", "ROWS", "InvoiceReading"]

EVERY: Final = InvoiceFilter()
ROWS: Final = Rows(invoices, Invoice, "invoice")


class InvoiceReading:
    """What reads invoices and changes nothing."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def get(self, invoice_id: int) -> Invoice:
        """The invoice of this id, without its parts.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return await ROWS.get(self._executor, invoice_id)

    async def get_many(self, invoice_ids: Iterable[int]) -> tuple[Invoice, ...]:
        """The invoices of these ids that there are, by id, in one statement."""
        rows = await self._executor.fetch(statements.GET_MANY, {"ids": list(invoice_ids)})
        return tuple(map(ROWS.read, rows))

    async def by_number(self, number: str) -> Invoice:
        """The issued invoice of this number (``ABC2026000000001``).

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return ROWS.found(await self._executor.fetch_row(statements.BY_NUMBER, {"number": number}))

    async def document(self, invoice_id: int) -> InvoiceDocument:
        """The invoice with lines, tax subtotals and withholdings, all as of one moment.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        row = await self._executor.fetch_row(DOCUMENT, {"id": invoice_id})
        if row is None:
            raise ROWS.missing()
        return read_document(row)

    async def returns_of(self, invoice_id: int) -> tuple[Invoice, ...]:
        """The returns of an invoice, drafts too, cancelled ones left out; by id."""
        rows = await self._executor.fetch(statements.RETURNS, {"return_of_invoice_id": invoice_id})
        return tuple(map(ROWS.read, rows))

    async def page(self, chosen: InvoiceFilter = EVERY, *, after: str | None = None, limit: int = 50) -> Page[Invoice]:
        """Invoices, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await LISTING.page(self._executor, chosen, after=after, limit=limit)

    async def unpaid(
        self, chosen: InvoiceFilter = EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[Invoice]:
        """Issued invoices on which money is still expected, newest first; what is paid in part, or overdue, too.

        ``limit`` and ``after`` as in :meth:`page`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        return await UNPAID.page(self._executor, chosen, after=after, limit=limit)

    async def issued_between(
        self, first: date, last: date, *, after: str | None = None, limit: int = 50
    ) -> Page[Invoice]:
        """The invoices of a period in the order of their legal days, cancelled ones too; both days are inclusive.

        The record from which the period's KDV is declared. ``limit`` and ``after`` as in :meth:`page`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or period.
        """
        chosen = InvoiceFilter(issued_from=first, issued_until=last)
        return await ISSUED.page(self._executor, chosen, after=after, limit=limit)

    async def account(self, user_id: int, currency: Currency, period: Period) -> tuple[AccountLine, ...]:
        """What was invoiced to a user in one currency and paid on it, by state; of the invoices issued in a period.

        A state without an invoice has no line, and drafts have none.
        """
        asked = {"user_id": user_id, "currency": currency, **period.given()}
        return tuple(
            AccountLine(
                InvoiceStatus(cast("str", row["status"])),
                cast("int", row["count"]),
                *(money(int(cast("Decimal", row[name])), currency) for name in ("payable", "paid")),
            )
            for row in await self._executor.fetch(statements.ACCOUNT, asked)
        )

    async def lines_of_product(
        self, product_id: int, *, after: str | None = None, limit: int = 50
    ) -> Page[InvoiceLine]:
        """The lines that sold a product, newest first, those of drafts too.

        ``limit`` and ``after`` as in :meth:`page`.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or product.
        """
        chosen = LineFilter(product_id=product_id)
        return await LINES_OF_PRODUCT.page(self._executor, chosen, after=after, limit=limit)

    def stream(self, chosen: InvoiceFilter = EVERY) -> AsyncIterator[Invoice]:
        """Every invoice, by id; memory holds a thousand at a time."""
        return LISTING.stream(self._executor, chosen)

    async def count(self, chosen: InvoiceFilter = EVERY) -> int:
        """How many invoices there are; reads all of them, so never for a page."""
        return await LISTING.count(self._executor, chosen)

    async def exists(self, chosen: InvoiceFilter = EVERY) -> bool:
        """Whether there is such an invoice."""
        return await LISTING.exists(self._executor, chosen)

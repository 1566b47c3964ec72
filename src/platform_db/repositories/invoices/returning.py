"""Returns and price reductions of issued invoices, decided under the lock of the invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.lines import InvoiceLine
from platform_db.domain.invoices.partial_returns import (
    partial_return_rows,
    price_reduction_rows,
    returnable,
)
from platform_db.domain.invoices.returns import return_rows
from platform_db.domain.invoices.shares import Taken
from platform_db.errors import AlreadyExists
from platform_db.repositories.invoices import statements
from platform_db.repositories.invoices.drafting import Drafting
from platform_db.repositories.invoices.reading import ROWS
from platform_db.repositories.rows import reader

if TYPE_CHECKING:
    from platform_db.database.executor import Row
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.partial_returns import PartialReturn, PriceReduction
    from platform_db.domain.invoices.returns import InvoiceReturn
    from platform_db.domain.invoices.shares import LineLeft

__all__ = ["Returning"]

_read_line = reader(InvoiceLine)


class Returning(Drafting):
    """What drafts the documents that take back a sale, or a part of it."""

    async def draft_return(self, invoice: Invoice, terms: InvoiceReturn) -> Invoice:
        """Draft the return (iade) of a whole issued invoice; issue it like any other draft.

        The original is locked until the transaction ends, so it is returned once.

        Raises
        ------
        RuleViolation
            The original is a draft, cancelled or a return itself; the profile does not
            admit the return's type; the issue date lies before the original's.
        AlreadyExists
            There is a return of it, drafted or issued.
        StaleVersion, NotFound
            The original moved on since it was read; it is gone.
        """
        rows = return_rows(await self._locked(invoice), terms)
        if await self.returns_of(invoice.id):
            message = f"there is a return of invoice {invoice.id} already"
            raise AlreadyExists(message, entity=Invoice.entity, fields=("return_of_invoice_id",))
        return await self._store(rows)

    async def draft_partial_return(self, invoice: Invoice, terms: PartialReturn) -> Invoice:
        """Draft the return of some lines and quantities of an issued invoice; issue it like any other draft.

        At the original's prices, rates and exchange rate, with each line's share of discounts,
        allowances and taxes; who returns the last of a line returns all that is left of it.
        The original is locked until the transaction ends, and drafts of returns count, so
        the returns of a line are never more than was sold, whoever comes at once.

        Raises
        ------
        RuleViolation
            More is returned than is left of a line (``ck_invoices_returned_within_sold``), there
            is no such line, or as :meth:`draft_return`.
        StaleVersion, NotFound
            The original moved on since it was read; it is gone.
        """
        original = await self._locked(invoice)
        return await self._store(partial_return_rows(original, await self._taken(invoice.id), terms))

    async def draft_price_reduction(self, invoice: Invoice, terms: PriceReduction) -> Invoice:
        """Draft a reduction of the price of lines of an issued invoice, after the sale, without goods.

        KDV, withholding and payable fall with it at the original's rates (KDV Law art. 35: the
        base changed). It has the return's type, as there is no credit note, and the billing
        type ``credit``. Between taxpayers in Türkiye the buyer customarily issues this document
        (KDVGUT III/A-6.1, by secondary publications); this one stands in a series of the seller,
        as every return here does. That an IADE may hold an amount without goods is this
        library's reading (unverified).

        Raises
        ------
        RuleViolation
            Less is left of a line than the amount (``ck_invoices_returned_within_sold``), it
            carries other taxes than KDV, or as :meth:`draft_return`.
        StaleVersion, NotFound
            The original moved on since it was read; it is gone.
        """
        original = await self._locked(invoice)
        return await self._store(price_reduction_rows(original, await self._taken(invoice.id), terms))

    async def returnable(self, invoice_id: int) -> tuple[LineLeft, ...]:
        """What of each line of an invoice may still be returned, by line number; drafted returns count as taken.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return returnable(await self.document(invoice_id), await self._taken(invoice_id))

    async def _locked(self, invoice: Invoice) -> InvoiceDocument:
        version = await self._executor.fetch_value(statements.LOCK, {"id": invoice.id})
        if version != invoice.version:
            raise await ROWS.stale(self._executor, invoice)
        return await self.document(invoice.id)

    async def _taken(self, invoice_id: int) -> tuple[Taken, ...]:
        rows = await self._executor.fetch(statements.RETURNED_LINES, {"return_of_invoice_id": invoice_id})
        return tuple(map(_taken, rows))


def _taken(row: Row) -> Taken:
    columns = dict(row.items())
    is_credit = columns.pop("is_credit") is True
    return Taken(_read_line(cast("Row", columns)), is_credit)

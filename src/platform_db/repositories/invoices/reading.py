"""Reading invoices: one, many, whole, by page, as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.rules import Message
from platform_db.errors import RuleViolation, Violation
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
from platform_db.repositories.paging import MAX_LIMIT
from platform_db.repositories.repository import Repository
from platform_db.repositories.rows import Rows
from platform_db.schema.invoices import invoices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from platform_db.database.executor import Executor
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.domain.invoices.lines import InvoiceLine
    from platform_db.repositories.audit_logs import AuditTrail
    from platform_db.repositories.paging import Page

__all__ = ["EVERY", "ROWS", "InvoiceReading", "checked_batch"]

EVERY: Final = InvoiceFilter()
ROWS: Final = Rows(invoices, Invoice, "invoice")

T = TypeVar("T")


def checked_batch(field: str, given: Sequence[T]) -> Sequence[T]:
    """Refuse more than 1000 in one call, naming ``field``."""
    if len(given) <= MAX_LIMIT:
        return given
    message = Message(f"Bir çağrıda en çok {MAX_LIMIT} tane olabilir", f"One call takes at most {MAX_LIMIT}")
    raise RuleViolation(Violation(rule="batch_limit", fields=(field,), message=message, entity=Invoice.entity))


class InvoiceReading(Repository[Invoice, InvoiceFilter]):
    """What reads invoices and changes nothing."""

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        super().__init__(executor, audit, ROWS, LISTING)

    async def get_many(self, invoice_ids: Iterable[int]) -> tuple[Invoice, ...]:
        """The invoices of these ids that there are, by id, in one statement; at most 1000 ids.

        Raises
        ------
        RuleViolation
            There are more ids (``batch_limit``).
        """
        ids = checked_batch("invoice_ids", tuple(invoice_ids))
        rows = await self._executor.fetch(statements.GET_MANY, {"ids": ids})
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

    async def unpaid(
        self, chosen: InvoiceFilter = EVERY, *, after: str | None = None, limit: int = 50
    ) -> Page[Invoice]:
        """Issued sales on which money is still expected, newest first; what is paid in part, or overdue, too.

        Returns are left out, and sales of which nothing is left to pay: returned, or paid through
        their order.

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
            The limit or a day is out of range, or the cursor belongs to another list or period.
        """
        chosen = InvoiceFilter.checked(issued_from=first, issued_until=last)
        return await ISSUED.page(self._executor, chosen, after=after, limit=limit)

    async def lines_of_product(
        self, product_id: int, *, after: str | None = None, limit: int = 50
    ) -> Page[InvoiceLine]:
        """The lines that sold a product, newest first, those of drafts too.

        ``limit`` and ``after`` as in :meth:`page`.

        Raises
        ------
        RuleViolation
            The limit or the id is out of range, or the cursor belongs to another list or product.
        """
        chosen = LineFilter.checked(product_id=product_id)
        return await LINES_OF_PRODUCT.page(self._executor, chosen, after=after, limit=limit)

"""Reading invoices: one, many, whole, by page, as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from platform_db.domain.invoices.invoice import Invoice
from platform_db.errors import NotFound
from platform_db.repositories.invoices import statements
from platform_db.repositories.invoices.aggregate import DOCUMENT, read_document
from platform_db.repositories.invoices.listing import LISTING, ORDER, InvoiceFilter
from platform_db.repositories.paging import checked_limit, fingerprint
from platform_db.repositories.rows import reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from platform_db.database.executor import Executor, Row
    from platform_db.domain.invoices.document import InvoiceDocument
    from platform_db.repositories.paging import Page

__all__ = ["EVERY", "InvoiceReading", "not_found", "read"]

EVERY: Final = InvoiceFilter()
read = reader(Invoice)


def not_found() -> NotFound:
    """What is raised where a row is missing, or hidden by row security: nobody learns which."""
    message = "no such invoice, or none that this identity may see"
    return NotFound(message, entity=Invoice.entity)


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
        return self._found(await self._executor.fetch_row(statements.GET, {"id": invoice_id}))

    async def get_many(self, invoice_ids: Iterable[int]) -> tuple[Invoice, ...]:
        """The invoices of these ids that there are, by id, in one statement."""
        rows = await self._executor.fetch(statements.GET_MANY, {"ids": list(invoice_ids)})
        return tuple(map(read, rows))

    async def by_number(self, number: str) -> Invoice:
        """The issued invoice of this number (``ABC2026000000001``).

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        return self._found(await self._executor.fetch_row(statements.BY_NUMBER, {"number": number}))

    async def document(self, invoice_id: int) -> InvoiceDocument:
        """The invoice with lines, tax subtotals and withholdings, all as of one moment.

        Raises
        ------
        NotFound
            There is none, or this identity may not see it.
        """
        row = await self._executor.fetch_row(DOCUMENT, {"id": invoice_id})
        if row is None:
            raise not_found()
        return read_document(row)

    async def returns_of(self, invoice_id: int) -> tuple[Invoice, ...]:
        """The returns of an invoice, drafts too, cancelled ones left out; by id."""
        rows = await self._executor.fetch(statements.RETURNS, {"return_of_invoice_id": invoice_id})
        return tuple(map(read, rows))

    async def page(self, chosen: InvoiceFilter = EVERY, *, after: str | None = None, limit: int = 50) -> Page[Invoice]:
        """Invoices, newest first; every row exactly once, also while others are added.

        ``limit`` is 1 to 1000; ``after`` is the ``next_cursor`` of the page before.

        Raises
        ------
        RuleViolation
            The limit is out of range, or the cursor belongs to another list or filter.
        """
        given = chosen.given()
        kept = fingerprint("invoices.page", chosen.told())
        asked: dict[str, object] = {**given, "limit": checked_limit(limit) + 1}
        if after is None:
            rows = await self._executor.fetch(LISTING.first_page(given), asked)
        else:
            rows = await self._executor.fetch(LISTING.next_page(given), asked | ORDER.parameters(after, kept))
        return ORDER.page([read(row) for row in rows], limit, kept)

    async def stream(self, chosen: InvoiceFilter = EVERY) -> AsyncIterator[Invoice]:
        """Every invoice, by id; memory holds a thousand at a time."""
        given = chosen.given()
        async for rows in self._executor.stream(LISTING.all(given), given):
            for row in rows:
                yield read(row)

    async def count(self, chosen: InvoiceFilter = EVERY) -> int:
        """How many invoices there are; reads all of them, so never for a page."""
        given = chosen.given()
        return cast("int", await self._executor.fetch_value(LISTING.count(given), given))

    async def exists(self, chosen: InvoiceFilter = EVERY) -> bool:
        """Whether there is such an invoice."""
        given = chosen.given()
        return bool(await self._executor.fetch_value(LISTING.exists(given), given))

    @staticmethod
    def _found(row: Row | None) -> Invoice:
        if row is None:
            raise not_found()
        return read(row)

"""Issue, and what becomes of an invoice afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.audit_logs import AuditAction
from platform_db.domain.invoices import operations
from platform_db.domain.invoices.invoice import Invoice
from platform_db.errors import NotFound, RuleViolation, StaleVersion
from platform_db.repositories.invoices import statements
from platform_db.repositories.invoices.reading import ROWS, InvoiceReading, checked_batch
from platform_db.repositories.paging import checked_limit
from platform_db.repositories.payloads import given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from platform_db.database.statement import Statement

__all__ = ["Issuing"]

_TOLD_OF_ISSUE: Final = ("status", "number")


class _OtherOrder(Exception):
    """The server gave the numbers in another order than was asked for."""


class Issuing(InvoiceReading):
    """What gives numbers, stamps and states."""

    async def issue(self, draft: Invoice, series: str) -> Invoice:
        """Give a draft its number and make it final.

        The number is the next of the series in the year of the issue date, without gaps: a
        rollback returns it. One UPDATE: the database first judges parts and law, then takes
        the number. The series row stays locked until the transaction ends, so call this
        last in a unit of work (VUK art. 231). The issue of a return counts as a change of the
        invoice that it returns.

        Raises
        ------
        RuleViolation
            The draft breaks a rule of issue, or there is no active series of that name and
            year (``ck_invoices_number_is_allocated``); ``fields`` names where.
        StaleVersion, NotFound
            The draft moved on since it was read; it is gone.
        """
        changes = operations.issued(draft, series)
        issued = await self._changed(statements.ISSUE, draft, changes)
        self._note_issued(draft, issued)
        return issued

    async def issue_many(self, drafts: Sequence[Invoice], series: str) -> tuple[Invoice, ...]:
        """Give at most 1000 drafts consecutive numbers of a series, in the order given, all or none, in two statements.

        As :meth:`issue`. The order is certain: numbers that came in another one are taken
        back, and given draft by draft; so is a batch of which one is refused, to say which.
        In one year's series nobody else's number comes in between.

        Raises
        ------
        RuleViolation
            There are more drafts (``batch_limit``), or as :meth:`issue`; ``fields`` begins with
            the place of the draft: ``drafts.3``.
        StaleVersion, NotFound
            Drafts moved on since they were read, or are gone; ``fields`` names their places.
        """
        wanted = operations.issued_together(checked_batch("drafts", drafts), series)
        if not drafts:
            return ()
        await self._lock(drafts)
        try:
            async with self._executor.savepoint():
                issued = await self._issued_at_once(drafts, series, [change["fiscal_year"] for change in wanted])
        except (_OtherOrder, RuleViolation):
            issued = None
        if issued is None:
            async with self._executor.savepoint():
                issued = await self._issued_in_turn(drafts, wanted)
        for draft, invoice in zip(drafts, issued, strict=True):
            self._note_issued(draft, invoice)
        return issued

    async def mark_sent(self, invoice: Invoice, at: datetime | None = None) -> Invoice:
        """Note that an invoice was sent, at ``at`` or now; the first time stays.

        Raises
        ------
        RuleViolation
            It is a draft or cancelled, or ``at`` lies before the issue.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.sent(invoice, at)
        if invoice.sent_at is not None:
            return invoice
        return await self._mark(statements.MARK_SENT, "invoice.sent", invoice, changes)

    async def mark_viewed(self, invoice: Invoice, at: datetime | None = None) -> Invoice:
        """Note that the customer saw an invoice, at ``at`` or now; the first time stays.

        Raises
        ------
        RuleViolation
            It is a draft or cancelled, was not sent, or ``at`` lies before that.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.viewed(invoice, at)
        if invoice.viewed_at is not None:
            return invoice
        return await self._mark(statements.MARK_VIEWED, "invoice.viewed", invoice, changes)

    async def mark_overdue(self, day: date | None = None, *, limit: int = 1000) -> int:
        """Mark at most ``limit`` sales that were due before ``day``, and still expect money, as overdue; give how many.

        First those due first; call it again until it gives 0. ``day`` None is today in
        Istanbul by the database's clock. ``limit`` is 1 to 1000. Invoices that somebody else
        has locked are passed over. One audit entry tells the count.

        Raises
        ------
        RuleViolation
            The limit is out of range.
        """
        asked = {"day": day, "limit": checked_limit(limit)}
        count = await self._executor.execute(statements.MARK_OVERDUE, asked)
        about = {} if day is None else {"due_before": day}
        self._audit.note_sweep(AuditAction.UPDATE, "invoice.swept_overdue", Invoice.entity, count, **about)
        return count

    async def cancel(self, invoice: Invoice, reason: str) -> Invoice:
        """Cancel an issued invoice (iptal); that is final. Its number stays taken.

        Raises
        ------
        RuleViolation
            It is a draft or cancelled already, what was paid is not refunded in full, or it
            was returned in part or whole (``ck_invoices_returned_within_sold``).
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.cancelled(invoice, reason)
        return await self._mark(statements.CANCEL, "invoice.cancelled", invoice, changes)

    async def _lock(self, drafts: Sequence[Invoice]) -> None:
        """Lock the drafts, then what they return, each by id, if every draft is still as it was read."""
        returned = {draft.return_of_invoice_id for draft in drafts if draft.return_of_invoice_id is not None}
        asked = {"ids": [draft.id for draft in drafts], "returned": list(returned)}
        rows = await self._executor.fetch(statements.LOCK_MANY, asked)
        versions = {row["id"]: row["version"] for row in rows}
        stale = [place for place, draft in enumerate(drafts) if versions.get(draft.id) != draft.version]
        if not stale:
            return
        places = tuple(f"drafts.{place}" for place in stale)
        gone = [drafts[place].id for place in stale if drafts[place].id not in versions]
        if gone:
            message = f"no such invoices, or none that this identity may see: {', '.join(map(str, gone))}"
            raise NotFound(message, entity=Invoice.entity, fields=places)
        moved = ", ".join(str(drafts[place].id) for place in stale)
        message = f"invoices {moved} moved on since they were read: read them again"
        raise StaleVersion(message, entity=Invoice.entity, fields=places)

    async def _issued_at_once(
        self, drafts: Sequence[Invoice], series: str, years: Sequence[object]
    ) -> tuple[Invoice, ...]:
        asked = {"ids": [draft.id for draft in drafts], "fiscal_years": years, "series": series}
        rows = await self._executor.fetch(statements.ISSUE_MANY, asked)
        by_id = {invoice.id: invoice for invoice in map(ROWS.read, rows)}
        issued = tuple(by_id[draft.id] for draft in drafts)
        last: dict[int | None, int] = {}
        for invoice in issued:
            assert invoice.sequence is not None  # noqa: S101 - it is issued
            if invoice.sequence < last.get(invoice.fiscal_year, 0):
                raise _OtherOrder
            last[invoice.fiscal_year] = invoice.sequence
        return issued

    async def _issued_in_turn(
        self, drafts: Sequence[Invoice], wanted: Sequence[Mapping[str, object]]
    ) -> tuple[Invoice, ...]:
        issued: list[Invoice] = []
        for place, (draft, changes) in enumerate(zip(drafts, wanted, strict=True)):
            try:
                issued.append(await self._changed(statements.ISSUE, draft, changes))
            except RuleViolation as refused:
                violations = tuple(violation.under("drafts", place) for violation in refused.violations)
                raise RuleViolation(*violations) from None
        return tuple(issued)

    async def _mark(self, statement: Statement, event: str, invoice: Invoice, changes: Mapping[str, object]) -> Invoice:
        changed = await self._changed(statement, invoice, changes)
        before = {name: getattr(invoice, name) for name in changes}
        self._audit.note(AuditAction.UPDATE, event, changed, before, given(changed, changes))
        return changed

    async def _changed(self, statement: Statement, invoice: Invoice, changes: Mapping[str, object]) -> Invoice:
        wanted = {f"new_{name}": value for name, value in changes.items()}
        return await ROWS.run(self._executor, statement, invoice, wanted)

    def _note_issued(self, draft: Invoice, issued: Invoice) -> None:
        before, after = {"status": draft.status}, given(issued, _TOLD_OF_ISSUE)
        self._audit.note(AuditAction.UPDATE, "invoice.issued", issued, before, after)

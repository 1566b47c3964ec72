"""Invoices: drafted, issued, sent, cancelled, returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from platform_db.domain.audit_logs import AuditAction, AuditEntry
from platform_db.domain.invoices import operations
from platform_db.domain.invoices.draft import DraftRows, InvoiceDraft, draft_rows
from platform_db.domain.invoices.invoice import Invoice
from platform_db.domain.invoices.returns import InvoiceReturn, return_rows
from platform_db.errors import AlreadyExists
from platform_db.repositories.arrays import arrays
from platform_db.repositories.invoices import statements
from platform_db.repositories.invoices.reading import ROWS, InvoiceReading
from platform_db.repositories.invoices.series import SeriesOperations
from platform_db.repositories.payloads import before_and_after, given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from platform_db.database.executor import Executor
    from platform_db.database.statement import Statement
    from platform_db.repositories.audit_logs import AuditTrail

__all__ = ["InvoiceRepository"]

_TOLD_OF_DRAFT: Final = (
    "status",
    "profile",
    "type_code",
    "currency",
    "issue_date",
    "ettn",
    "return_of_invoice_id",
    "tax_exclusive_cents",
    "kdv_cents",
    "withheld_cents",
    "payable_cents",
)
_TOLD_OF_ISSUE: Final = ("status", "number")


class InvoiceRepository(InvoiceReading, SeriesOperations):
    """Invoices and their series. Belongs to one unit of work and never commits.

    As a user (platform_app) it sees and writes that user's invoices only. Every operation
    leaves an audit entry; parties never stand in one.
    """

    def __init__(self, executor: Executor, audit: AuditTrail) -> None:
        InvoiceReading.__init__(self, executor)
        SeriesOperations.__init__(self, executor, audit)

    async def draft(self, draft: InvoiceDraft) -> Invoice:
        """Store a draft with its lines, tax subtotals and withholdings, in two statements.

        A draft has no number, may be deleted, and is judged once more when it is issued.

        Raises
        ------
        RuleViolation
            An amount does not fit; nothing was stored.
        StillReferenced
            User, licence, order or product does not exist, or belongs to another user.
        NotAllowed
            The unit of work acts for another user.
        """
        return await self._store(draft_rows(draft))

    async def draft_many(self, drafts: Sequence[InvoiceDraft]) -> tuple[Invoice, ...]:
        """Store many drafts in two statements, all or none; the answer is in the order given.

        Raises
        ------
        RuleViolation, StillReferenced, NotAllowed
            As :meth:`draft`.
        """
        if not drafts:
            return ()
        every = [draft_rows(draft) for draft in drafts]
        stored = await self._executor.fetch(
            statements.INSERT_DRAFTS,
            arrays("invoice", statements.DRAFT_COLUMNS, [rows.invoice for rows in every]),
        )
        by_ettn = {invoice.ettn: invoice for invoice in map(ROWS.read, stored)}
        invoices = tuple(by_ettn[rows.ettn] for rows in every)
        await self._store_parts(list(zip(invoices, every, strict=True)))
        for invoice in invoices:
            self._note_drafted(invoice)
        return invoices

    async def delete_draft(self, draft: Invoice) -> None:
        """Delete a draft with its parts.

        Raises
        ------
        RuleViolation
            It is issued: cancel or return it.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        operations.deletable(draft)
        row = await self._executor.fetch_row(statements.DELETE_DRAFT, {"id": draft.id, "read_version": draft.version})
        if row is None:
            raise await ROWS.stale(self._executor, draft)
        self._audit.note(AuditAction.DELETE, "invoice.draft_deleted", draft, given(draft, _TOLD_OF_DRAFT), {})

    async def issue(self, draft: Invoice, series: str) -> Invoice:
        """Give a draft its number and make it final.

        The number is the next of the series in the year of the issue date, without gaps: a
        rollback returns it. One UPDATE: the database first judges parts and law, then takes
        the number. The series row stays locked until the transaction ends, so call this
        last in a unit of work (VUK art. 231).

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
        before, after = {"status": draft.status}, given(issued, _TOLD_OF_ISSUE)
        self._audit.note(AuditAction.UPDATE, "invoice.issued", issued, before, after)
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

    async def mark_overdue(self, day: date) -> int:
        """Mark every unpaid invoice that was due before ``day`` as overdue; give how many.

        One audit entry tells the count.
        """
        count = await self._executor.execute(statements.MARK_OVERDUE, {"day": day})
        if count:
            payload = before_and_after({}, {"due_before": day, "count": count})
            self._audit.record(
                AuditEntry(
                    action=AuditAction.UPDATE,
                    entity_type=Invoice.entity,
                    event_type="invoice.swept_overdue",
                    payload=payload,
                ),
            )
        return count

    async def cancel(self, invoice: Invoice, reason: str) -> Invoice:
        """Cancel an issued invoice (iptal); that is final. Its number stays taken.

        Raises
        ------
        RuleViolation
            It is a draft or cancelled already, or what was paid is not refunded in full.
        StaleVersion, NotFound
            It moved on since it was read; it is gone.
        """
        changes = operations.cancelled(invoice, reason)
        return await self._mark(statements.CANCEL, "invoice.cancelled", invoice, changes)

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
        version = await self._executor.fetch_value(statements.LOCK, {"id": invoice.id})
        if version != invoice.version:
            raise await ROWS.stale(self._executor, invoice)
        rows = return_rows(await self.document(invoice.id), terms)
        if await self.returns_of(invoice.id):
            message = f"there is a return of invoice {invoice.id} already"
            raise AlreadyExists(message, entity=Invoice.entity, fields=("return_of_invoice_id",))
        return await self._store(rows)

    async def _store(self, rows: DraftRows) -> Invoice:
        row = await self._executor.fetch_row(statements.INSERT_DRAFT, rows.invoice)
        assert row is not None  # noqa: S101 - INSERT … RETURNING gives its row or raises
        invoice = ROWS.read(row)
        await self._store_parts([(invoice, rows)])
        self._note_drafted(invoice)
        return invoice

    async def _store_parts(self, every: Sequence[tuple[Invoice, DraftRows]]) -> None:
        lines = [
            {**row, "invoice_id": invoice.id, "line_number": place}
            for invoice, rows in every
            for place, row in enumerate(rows.lines, start=1)
        ]
        subtotals = [{**row, "invoice_id": invoice.id} for invoice, rows in every for row in rows.tax_subtotals]
        withholdings = [{**row, "invoice_id": invoice.id} for invoice, rows in every for row in rows.withholdings]
        columns = statements.PART_COLUMNS
        await self._executor.execute(
            statements.INSERT_PARTS,
            arrays("line", columns["line"], lines)
            | arrays("subtotal", columns["subtotal"], subtotals)
            | arrays("withholding", columns["withholding"], withholdings),
        )

    async def _mark(self, statement: Statement, event: str, invoice: Invoice, changes: Mapping[str, object]) -> Invoice:
        changed = await self._changed(statement, invoice, changes)
        before = {name: getattr(invoice, name) for name in changes}
        self._audit.note(AuditAction.UPDATE, event, changed, before, given(changed, changes))
        return changed

    async def _changed(self, statement: Statement, invoice: Invoice, changes: Mapping[str, object]) -> Invoice:
        wanted = {f"new_{name}": value for name, value in changes.items()}
        return await ROWS.run(self._executor, statement, invoice, wanted)

    def _note_drafted(self, invoice: Invoice) -> None:
        self._audit.note(AuditAction.CREATE, "invoice.drafted", invoice, {}, given(invoice, _TOLD_OF_DRAFT))
